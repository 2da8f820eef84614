package imaptest

import (
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/flagname"
	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/memstore"
)

// WaitMessage waits until some message meets every condition and returns the
// first. It does not poll: it sleeps on the mailbox's change log. After the time
// of [WithPatience], or shortly before the test's deadline, or when the server
// is closed, it stops the test and says what there was instead. A mailbox that does not exist
// stops it at once: [Mailbox.WaitExists] is for one that is yet to come.
func (m Mailbox) WaitMessage(t TB, match ...Match) memstore.Message {
	t.Helper()
	if wrong := wrongMatch(match); wrong != "" {
		m.account.srv.fatalf(t, "WaitMessage: %s", wrong)
		return memstore.Message{}
	}
	var found []memstore.Message
	if m.find(t) == nil {
		return memstore.Message{} // t.Fatalf of a fake TB returned
	}
	m.wait(t, mailWait{what: describe(match), want: describe(match), done: func() bool {
		found = selectMatching(m.Messages(), match)
		return len(found) > 0
	}, got: func() string { return "none" + m.nearest(match) }})
	if len(found) == 0 {
		return memstore.Message{} // t.Fatalf of a fake TB returned
	}
	return found[0]
}

// WaitCount waits until the mailbox has n messages, as WaitMessage does.
func (m Mailbox) WaitCount(t TB, n int) {
	t.Helper()
	if n < 0 {
		m.account.srv.fatalf(t, "WaitCount(%d): that is no number of messages", n)
		return
	}
	if m.find(t) == nil {
		return // t.Fatalf of a fake TB returned
	}
	m.wait(t, mailWait{what: fmt.Sprint(n), want: fmt.Sprint(n), done: func() bool { return m.count() == n }, got: func() string {
		return plural(m.count(), "message")
	}})
}

// WaitExists waits until there is such a mailbox, that can be selected.
func (m Mailbox) WaitExists(t TB) {
	t.Helper()
	m.wait(t, mailWait{want: "a mailbox " + m.name, done: func() bool { return true }})
}

// WaitFlags waits until a message has exactly these flags, as WaitMessage
// does. The message may be one that is yet to come; one that is gone stops the test at once.
func (m Mailbox) WaitFlags(t TB, uid imap.UID, want ...imap.Flag) {
	t.Helper()
	want, err := flagname.ParseWanted(want)
	if err != nil {
		m.account.srv.fatalf(t, "WaitFlags: %v", err)
		return
	}
	if m.find(t) == nil {
		return // t.Fatalf of a fake TB returned
	}
	look := func() (memstore.Message, bool) {
		mbox, exists := m.lookup()
		if !exists {
			return memstore.Message{}, false
		}
		return m.seenMessage(mbox, uid)
	}
	m.wait(t, mailWait{
		what: formatUID(uid) + " " + formatFlags(want), want: "UID " + formatUID(uid) + " with " + formatFlags(want), marked: []imap.UID{uid},
		done: func() bool {
			msg, found := look()
			return found && sameFlags(msg.Flags, want)
		},
		got: func() string {
			if msg, found := look(); found {
				return formatFlags(msg.Flags)
			}
			return "no message with UID " + formatUID(uid)
		},
		hopeless: func() string { return m.hasBeen(uid) },
	})
}

// WaitIdle waits until a client idles in the mailbox, as WaitMessage does: from
// then on a change reaches it as it happens. When the last client has logged out and is gone
// it stops the test at once, unless a rule is there or the server has dropped connections, after
// which clients come back.
func (m Mailbox) WaitIdle(t TB) {
	t.Helper()
	if m.find(t) == nil {
		return // t.Fatalf of a fake TB returned
	}
	s, user := m.account.srv, m.account.user(t)
	s.waitFor(t, condition{
		what:    m.name,
		changed: s.sessionChanges,
		done: func() bool {
			for _, session := range s.engine.Sessions() {
				if session.Idling && !session.Leaving && session.User == user.Name() && sameMailbox(user, session.Mailbox, m.name) {
					return true
				}
			}
			return false
		},
		hopeless: func() string {
			if _, loggedOut := s.rec.ends(); loggedOut > 0 && s.ConnsOpen() == 0 && !s.hasRules() && !s.broke.Load() {
				return "the last client has logged out"
			}
			return ""
		},
	}, func(why string) history.Failure {
		return s.failure(t, m.title()+": "+why, gotWant(s.describeSessions(), "a client that idles in "+m.name), m, nil)
	})
}

// sameMailbox compares two names of mailboxes that exist.
func sameMailbox(user *memstore.User, a, b string) bool {
	x, foundA := user.Mailbox(a)
	y, foundB := user.Mailbox(b)
	return foundA && foundB && x == y
}

// hasBeen says that a UID has been given to a message that is no longer there: it is given to
// no other (RFC 9051, section 2.3.1.1).
func (m Mailbox) hasBeen(uid imap.UID) string {
	mbox, found := m.lookup()
	if !found || uid >= mbox.Status().UIDNext { // first: a message may come in between
		return ""
	}
	if _, there := mbox.Message(uid); there {
		return ""
	}
	return "UID " + formatUID(uid) + " has been, and comes no more"
}

// mailWait is what is waited for in a mailbox.
type mailWait struct {
	what, want string        // for the record, and for the report
	done       func() bool   // asked while there is the mailbox
	got        func() string // and this too
	hopeless   func() string // as of condition
	marked     []imap.UID
}

// wait waits on the mailbox and, as it may be yet to come, on the account's
// names. Nothing is true of a mailbox that is not there.
func (m Mailbox) wait(t TB, w mailWait) {
	t.Helper()
	s, user := m.account.srv, m.account.user(t)
	if user == nil {
		return // t.Fatalf of a fake TB returned
	}
	s.waitFor(t, condition{
		what: strings.TrimRight(m.name+" "+w.what, " "),
		changed: func() []<-chan struct{} {
			channels := []<-chan struct{}{user.Changed()}
			if mbox, found := m.lookup(); found {
				channels = append(channels, mbox.Changed())
			}
			return channels
		},
		done: func() bool {
			_, found := m.lookup()
			return found && w.done()
		},
		hopeless: w.hopeless,
	}, func(why string) history.Failure {
		got := m.missing
		if _, found := m.lookup(); found {
			got = w.got
		}
		return s.failure(t, m.title()+": "+why, gotWant(got(), w.want), m, w.marked)
	})
}

// sessionChanges is for waits on connections and on the journal.
func (s *Server) sessionChanges() []<-chan struct{} {
	return []<-chan struct{}{s.engine.Changed()}
}

// condition is what is waited for.
type condition struct {
	what    string                   // with which arguments it was called, for the record
	changed func() []<-chan struct{} // one or two; closed when done may have come true
	done    func() bool
	// hopeless says why it cannot come true any more, "" if it can; or nil.
	hopeless func() string
}

// waitFor takes the channels first and looks then, so that no change falls
// between the two. A wait in vain stops the test with what explain makes of
// the reason.
func (s *Server) waitFor(t TB, c condition, explain func(why string) history.Failure) {
	t.Helper()
	act := s.rec.history.Begin(history.Act{Kind: history.Wait, Args: c.what})
	defer func() { s.rec.history.Finish(act, "") }()
	fail := func(why string) {
		t.Helper()
		s.rec.history.Miss(act, why)
		s.noteShown(t.Name())
		t.Fatalf("%s", s.failed(explain(why)))
	}
	patience := s.limit(t)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		channels := append(c.changed(), nil)
		if c.done() {
			return
		}
		if c.hopeless != nil {
			if why := c.hopeless(); why != "" {
				fail(why)
				return
			}
		}
		why := ""
		select {
		case <-channels[0]:
		case <-channels[1]:
		case <-s.closed:
			why = "the server was closed before"
		case <-timer.C:
			why = fmt.Sprintf("waited %v in vain", patience.Round(time.Millisecond))
		}
		if why != "" {
			fail(why)
			return
		}
	}
}

func (s *Server) describeSessions() string {
	sessions := s.engine.Sessions()
	if len(sessions) == 0 {
		return "no connection"
	}
	out := ""
	for i, session := range sessions {
		if i > 0 {
			out += ", "
		}
		out += fmt.Sprintf("connection %d", session.Conn)
		switch {
		case session.Leaving:
			out += " being shut down"
		case session.User == "":
			out += " not logged in"
		case session.Mailbox == "":
			out += " of " + session.User + " without a mailbox"
		case session.Idling:
			out += " of " + session.User + " idling in " + session.Mailbox
		default:
			out += " of " + session.User + " in " + session.Mailbox + ", not idling"
		}
	}
	return out
}
