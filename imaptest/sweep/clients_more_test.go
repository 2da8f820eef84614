package sweep_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// trusting takes what an answer does not say for what is not there: it forgets a message that
// SEARCH has not named, and what it has forgotten it reads no more.
func trusting(t testing.TB, srv *imaptest.Server) string {
	var known []string
	look := func() error {
		return session(t.Context(), srv, func(c *client, _ []string) error {
			lines, err := c.cmd("UID SEARCH SUBJECT letter")
			_, found, _ := strings.Cut(strings.Join(lines, " "), "* SEARCH")
			if all := strings.Fields(found); known == nil && err == nil {
				known = append(all, "all")
			} else if err == nil {
				known = slices.DeleteFunc(known, func(uid string) bool { return uid != "all" && !slices.Contains(all, uid) })
			}
			return err
		})
	}
	sweep.Retry(t, 3, look)
	sweep.Retry(t, 3, look)
	return strings.Join(known, " ")
}

// patient waits for a second letter, without end, where another client has taken it.
func patient(t testing.TB, srv *imaptest.Server) string {
	sweep.Retry(t, 3, func() error {
		return session(t.Context(), srv, func(c *client, uids []string) error {
			if len(uids) > 1 {
				return nil
			}
			if _, err := c.cmd("IDLE"); err != nil {
				return err
			}
			c.nc.SetDeadline(time.Time{})
			_, err := c.line()
			return err
		})
	})
	return ""
}

// listener idles, and waits for ever for the news that it knows must come.
func listener(t testing.TB, srv *imaptest.Server) string {
	heard := ""
	time.AfterFunc(10*time.Hour, func() {
		if t.Context().Err() == nil {
			srv.Inbox().Deliver(t, []byte("Message-ID: <late@example.com>\r\nSubject: late\r\n\r\n"))
		}
	})
	sweep.Retry(t, 3, func() error {
		return session(t.Context(), srv, func(c *client, uids []string) error {
			for heard = fmt.Sprint(len(uids)); heard == "2"; {
				if _, err := c.cmd("IDLE"); err != nil {
					return err
				}
				c.nc.SetDeadline(time.Time{})
				if _, err := c.line(); err != nil {
					return err
				}
				heard = "3"
			}
			return nil
		})
	})
	return heard
}

// overwriter sets all flags of a message, and not the one that it wants to add.
func overwriter(t testing.TB, srv *imaptest.Server) string {
	sweep.Retry(t, 3, func() error {
		return session(t.Context(), srv, func(c *client, uids []string) error {
			for _, uid := range uids {
				if _, err := c.cmd(`UID STORE %s FLAGS (\Seen)`, uid); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return ""
}

// worker does the work that a letter asks for, and remembers that in memory.
func worker(t testing.TB, srv *imaptest.Server) string {
	var did []string // what is done is done
	sweep.Program(t, srv, 3, func(p *sweep.Process) error {
		done := make(map[string]bool)
		sweep.Retry(t, 3, func() error {
			return sessionOn(t.Context(), p.Dial, func(c *client, uids []string) error {
				lines, err := c.cmd("UID FETCH 1:* (UID ENVELOPE)")
				for i, line := range lines {
					_, id, found := strings.Cut(line, "<")
					if id, _, _ = strings.Cut(id, ">"); found && i < len(uids) && !done[id] {
						did, done[id] = append(did, id), true
					}
					if found && err == nil && i < len(uids) {
						_, err = c.cmd("UID MOVE %s Archive", uids[i])
					}
				}
				return err
			})
		})
		return nil
	})
	slices.Sort(did)
	return strings.Join(did, "\n")
}

// writer takes a file that is there for one that is whole.
func writer(t testing.TB, srv *imaptest.Server) string {
	file := filepath.Join(t.TempDir(), "letters")
	sweep.Program(t, srv, 3, func(p *sweep.Process) error {
		if _, err := os.Stat(file); err == nil {
			return nil
		}
		return sessionOn(t.Context(), p.Dial, func(_ *client, uids []string) error {
			f, err := os.Create(file)
			if err != nil {
				return err
			}
			defer f.Close()
			for _, uid := range uids {
				if _, err := fmt.Fprintln(f, uid); err != nil {
					return err
				}
				p.Mark("line")
			}
			return nil
		})
	})
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// dumb waits for ever, for the greeting too.
func dumb(t testing.TB, srv *imaptest.Server) string {
	sweep.Retry(t, 3, func() error {
		c, err := dial(t.Context(), srv, 0)
		if err == nil {
			c.close()
		}
		return err
	})
	return ""
}

// racy does after an error what the race detector does with a race: it fails the test itself.
func racy(t testing.TB, srv *imaptest.Server) string {
	sweep.Retry(t, 3, func() error {
		err := moveAll(t.Context(), srv)
		if err != nil && strings.Contains(err.Error(), "MOVE") {
			sweep.Inner(t).Fail()
		}
		return err
	})
	return ""
}

// hopeful waits for the end of AUTHENTICATE, and does not know that a refusal has to be answered.
func hopeful(t testing.TB, srv *imaptest.Server) string {
	tokens := newSource(t, srv)
	sweep.Retry(t, 3, func() error {
		nc, err := srv.Dial(t.Context())
		if err != nil {
			return err
		}
		defer nc.Close()
		c := &client{nc: nc, r: bufio.NewReader(nc)}
		if _, err := c.line(); err != nil {
			return err
		}
		first := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, bearers["XOAUTH2"], tokens.token))
		fmt.Fprintf(nc, "a AUTHENTICATE XOAUTH2 %s\r\n", first)
		for line := ""; !strings.HasPrefix(line, "a "); {
			if line, err = c.line(); err != nil {
				return err
			}
		}
		_, err = c.cmd("NOOP")
		return err
	})
	return ""
}

// outdated reads what is new since the last UID that it knows, whatever UIDVALIDITY is.
func outdated(t testing.TB, srv *imaptest.Server) string {
	last, subjects := 0, map[string]bool{}
	read := func() error {
		return session(t.Context(), srv, func(c *client, uids []string) error {
			for _, uid := range uids {
				if n, _ := strconv.Atoi(uid); n <= last {
					continue
				}
				lines, err := c.cmd("UID FETCH %s (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])", uid)
				if err != nil || len(lines) == 0 {
					return err
				}
				subjects[lines[0][strings.Index(lines[0], "Subject:"):]] = true
				last, _ = strconv.Atoi(uid)
			}
			return nil
		})
	}
	sweep.Retry(t, 3, read)
	sweep.Calm(t)
	sweep.Retry(t, 3, read)
	return fmt.Sprintf("%d letters", len(subjects))
}
