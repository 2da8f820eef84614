package sweep_test

import (
	"context"

	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// timeout is how long the clients wait for an answer.
const timeout = time.Minute

// letters delivers n messages to every server.
func letters(n int) sweep.Option {
	return sweep.Setup(func(t testing.TB, srv *imaptest.Server) {
		for i := range n {
			raw := fixtures.New().MessageID(fmt.Sprintf("%d@example.com", i+1)).Subject(fmt.Sprint("letter ", i+1)).Bytes()
			srv.Inbox().Deliver(t, raw)
		}
	})
}

// session connects, selects INBOX, and does something with the UIDs there.
func session(ctx context.Context, srv *imaptest.Server, f func(c *client, uids []string) error) error {
	return sessionOn(ctx, srv.Dial, f)
}

func sessionOn(ctx context.Context, connect connect, f func(c *client, uids []string) error) error {
	c, err := dialOn(ctx, connect, timeout)
	if err != nil {
		return err
	}
	defer c.close()
	if _, err := c.cmd("SELECT INBOX"); err != nil {
		return err
	}
	uids, err := c.uids()
	if err != nil {
		return err
	}
	return f(c, uids)
}

// moveAll moves what is in INBOX to Archive by MOVE, which can be interrupted anywhere.
func moveAll(ctx context.Context, srv *imaptest.Server) error {
	return session(ctx, srv, func(c *client, uids []string) error {
		for _, uid := range uids {
			if _, err := c.cmd("UID MOVE %s Archive", uid); err != nil {
				return err
			}
		}
		return nil
	})
}

// careful is a client with which nothing is wrong.
func careful(t testing.TB, srv *imaptest.Server) string {
	sweep.Retry(t, 3, func() error { return moveAll(t.Context(), srv) })
	sweep.Calm(t)
	sweep.Retry(t, 3, func() error { return moveAll(t.Context(), srv) })
	return ""
}

// copies moves by COPY and EXPUNGE, which it does whatever becomes of the COPY if that is
// not to be looked at.
func copies(look bool) sweep.Scenario {
	return func(t testing.TB, srv *imaptest.Server) string {
		sweep.Retry(t, 3, func() error {
			return session(t.Context(), srv, func(c *client, uids []string) error {
				for _, uid := range uids {
					if _, err := c.cmd("UID COPY %s Archive", uid); err != nil && (look || !strings.Contains(err.Error(), ": NO")) {
						return err
					}
					if _, err := c.cmd(`UID STORE %s +FLAGS (\Deleted)`, uid); err != nil {
						return err
					}
					if _, err := c.cmd("UID EXPUNGE %s", uid); err != nil {
						return err
					}
				}
				return nil
			})
		})
		return ""
	}
}

// foreign expunges what is \Deleted, whoever wanted that, and by then has looked at no
// message but its own.
func foreign(t testing.TB, srv *imaptest.Server) string {
	sweep.Retry(t, 3, func() error {
		return session(t.Context(), srv, func(c *client, uids []string) error {
			if len(uids) < 2 {
				return nil
			}
			if _, err := c.cmd(`UID STORE 1 +FLAGS (\Deleted)`); err != nil {
				return err
			}
			_, err := c.cmd("EXPUNGE")
			return err
		})
	})
	return ""
}

// waiter waits for ever for an answer to SELECT or NOOP.
func waiter(t testing.TB, srv *imaptest.Server) string {
	sweep.Retry(t, 3, func() error {
		c, err := dial(t.Context(), srv, timeout)
		if err != nil {
			return err
		}
		defer c.close()
		c.timeout = 0
		c.nc.SetDeadline(time.Time{})
		if _, err = c.cmd("SELECT INBOX"); err == nil {
			_, err = c.cmd("NOOP")
		}
		return err
	})
	return ""
}

// locker holds a lock while it waits for the answer to NOOP, and wants it for the time-out.
func locker(t testing.TB, srv *imaptest.Server) string {
	sweep.Retry(t, 3, func() error {
		c, err := dial(t.Context(), srv, timeout)
		if err != nil {
			return err
		}
		c.timeout = 0
		c.nc.SetDeadline(time.Time{})
		var lock sync.Mutex
		closeLocked := func() {
			lock.Lock()
			defer lock.Unlock()
			c.close()
		}
		defer time.AfterFunc(timeout, closeLocked).Stop()
		lock.Lock()
		_, err = c.cmd("NOOP")
		lock.Unlock()
		closeLocked()
		return err
	})
	return ""
}

// hasty tries again at once, for ever.
func hasty(t testing.TB, srv *imaptest.Server) string {
	for {
		c, err := dial(t.Context(), srv, timeout)
		if err != nil {
			continue
		}
		_, err = c.cmd("SELECT Work")
		c.close()
		if err == nil {
			return ""
		}
	}
}

// seenFirst marks a message as seen before it moves it, and looks for unseen ones.
func seenFirst(t testing.TB, srv *imaptest.Server) string {
	sweep.Retry(t, 3, func() error {
		return session(t.Context(), srv, func(c *client, _ []string) error {
			lines, err := c.cmd("UID SEARCH UNSEEN")
			if err != nil {
				return err
			}
			_, found, _ := strings.Cut(strings.Join(lines, " "), "* SEARCH")
			for _, uid := range strings.Fields(found) {
				if _, err := c.cmd(`UID STORE %s +FLAGS.SILENT (\Seen)`, uid); err != nil {
					return err
				}
				if _, err := c.cmd("UID MOVE %s Archive", uid); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return ""
}

// teller tells of each message, and of some again when it is interrupted.
func teller(t testing.TB, srv *imaptest.Server) string {
	var told []string
	sweep.Retry(t, 3, func() error {
		return session(t.Context(), srv, func(c *client, uids []string) error {
			for _, uid := range uids {
				told = append(told, "letter "+uid)
				if _, err := c.cmd("NOOP"); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return strings.Join(told, "\n")
}

// resigned does not try again.
func resigned(t testing.TB, srv *imaptest.Server) string {
	if err := moveAll(t.Context(), srv); err != nil {
		t.Fatalf("move: %v", err)
	}
	return ""
}

// rash has no answer to an error.
func rash(t testing.TB, srv *imaptest.Server) string {
	c, _ := dial(t.Context(), srv, timeout)
	c.close()
	return ""
}

// forgetful leaves a goroutine behind where the login fails.
func forgetful(t testing.TB, srv *imaptest.Server) string {
	news := make(chan string)
	go waitForNews(news)
	sweep.Retry(t, 3, func() error {
		c, err := dial(t.Context(), srv, timeout)
		if err != nil {
			news = nil
			return err
		}
		c.close()
		return nil
	})
	if news != nil {
		close(news)
	}
	return ""
}

func waitForNews(news <-chan string) { <-news }

// stray fails in another goroutine.
func stray(t testing.TB, srv *imaptest.Server) string {
	done := make(chan bool)
	go func() {
		if err := moveAll(t.Context(), srv); err != nil {
			t.Fatalf("move: %v", err)
		}
		close(done)
	}()
	<-done
	return ""
}
