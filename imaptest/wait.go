package imaptest

import (
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/memstore"
)

// WaitMessage waits until some message meets every condition and returns the
// first. It does not poll: it sleeps on the mailbox's change log. After ten
// seconds, or shortly before the test's deadline, it stops the test and says
// what there was instead.
func (m Mailbox) WaitMessage(t TB, match ...Match) memstore.Message {
	t.Helper()
	var found []memstore.Message
	m.wait(t, func() (string, bool) {
		found = selectMatching(m.Messages(), match)
		return gotWant("none"+m.nearest(match), describe(match)), len(found) > 0
	})
	if len(found) == 0 {
		return memstore.Message{} // t.Fatalf of a fake TB returned
	}
	return found[0]
}

// WaitCount waits until the mailbox has n messages, as WaitMessage does.
func (m Mailbox) WaitCount(t TB, n int) {
	t.Helper()
	m.wait(t, func() (string, bool) {
		got := len(m.Messages())
		return gotWant(plural(got, "message"), fmt.Sprint(n)), got == n
	})
}

// WaitFlags waits until a message has exactly these flags, as WaitMessage
// does. The message may be one that is yet to come.
func (m Mailbox) WaitFlags(t TB, uid imap.UID, want ...imap.Flag) {
	t.Helper()
	m.wait(t, func() (string, bool) {
		got := "no message with UID " + formatUID(uid)
		if mbox, exists := m.lookup(); exists {
			if msg, found := mbox.Message(uid); found {
				if sameFlags(msg.Flags, want) {
					return "", true
				}
				got = formatFlags(msg.Flags)
			}
		}
		return gotWant(got, "UID "+formatUID(uid)+" with "+formatFlags(want)), false
	}, uid)
}

// WaitIdle waits until a client idles in the mailbox: from then on a change
// reaches it as it happens.
func (m Mailbox) WaitIdle(t TB) {
	t.Helper()
	user := m.account.user(t)
	idles := func() bool {
		for _, session := range m.account.srv.engine.Sessions() {
			if session.Idling && session.User == user.Name() && sameMailbox(user, session.Mailbox, m.name) {
				return true
			}
		}
		return false
	}
	m.account.srv.waitFor(t, m, func() []<-chan struct{} {
		return []<-chan struct{}{m.account.srv.engine.Changed()}
	}, func() (string, bool) {
		return gotWant(m.account.srv.describeSessions(), "a client that idles in "+m.name), idles()
	})
}

// sameMailbox compares two names of mailboxes that exist.
func sameMailbox(user *memstore.User, a, b string) bool {
	x, foundA := user.Mailbox(a)
	y, foundB := user.Mailbox(b)
	return foundA && foundB && x == y
}

// wait waits on the mailbox and, as it may be yet to come, on the account's
// names.
func (m Mailbox) wait(t TB, done func() (state string, ok bool), marked ...imap.UID) {
	t.Helper()
	user := m.account.user(t)
	m.account.srv.waitFor(t, m, func() []<-chan struct{} {
		channels := []<-chan struct{}{user.Changed()}
		if mbox, found := m.lookup(); found {
			channels = append(channels, mbox.Changed())
		}
		return channels
	}, done, marked...)
}

// waitFor takes the channels first and looks then, so that no change falls
// between the two.
func (s *Server) waitFor(t TB, m Mailbox, changed func() []<-chan struct{}, done func() (string, bool), marked ...imap.UID) {
	t.Helper()
	patience := limit(t)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		channels := append(changed(), nil, nil)
		state, ok := done()
		if ok {
			return
		}
		select {
		case <-channels[0]:
		case <-channels[1]:
		case <-timer.C:
			title := fmt.Sprintf("%s: waited %v in vain", m.title(), patience.Round(time.Millisecond))
			s.fatal(t, title, state, m, marked...)
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
