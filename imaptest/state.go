package imaptest

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/go-mailtest/mailtest/internal/store"
)

// State is all that the server holds, as a text that is the same whenever the
// state is: accounts in the order in which they were made, their mailboxes with
// INBOX first and then by name, their messages by UID.
//
//	account user
//	  INBOX: 2 messages, 1 unseen, UIDVALIDITY 7, UIDNEXT 4, subscribed
//	    UID  FLAGS  DATE                       SIZE  SUBJECT           MESSAGE-ID
//	    1    \Seen  2024-05-01T10:00:00+02:00  298   "Welcome"         <1@example.com>
//	    3    -      now                        301   "Re: Invoice 17"  <2@example.com>
//	  Team: 0 messages, UIDVALIDITY 8, UIDNEXT 1, acl bob lrs
//	shared
//
// Mailboxes that belong to no account come last.
//
// Quota roots and annotations are lines of their own, those of the server, which all
// accounts share, in the first account:
//
//	account user
//	  quota user: STORAGE 1/512, MESSAGE 2/1000
//	  metadata /shared/comment "A test"
//	  INBOX: 2 messages, UIDVALIDITY 7, UIDNEXT 4, subscribed
//	    metadata /private/comment "Mine"
//
// An internal date since the store was made is "now", unless the server has
// a clock of its own ([WithClock], or that of the store).
func (s *Server) State() string {
	var sb strings.Builder
	for _, user := range s.core().Users() {
		fmt.Fprintf(&sb, "account %s\n", user.Name())
		writeQuotas(&sb, user)
		writeAnnotations(&sb, "  ", s.serverAnnotations(user))
		for _, mbox := range user.Mailboxes() {
			s.writeMailbox(&sb, mbox)
		}
		for _, name := range user.Subscriptions() {
			if _, found := user.Mailbox(name); !found {
				fmt.Fprintf(&sb, "  %s: no mailbox, subscribed\n", name)
			}
		}
	}
	if shared := s.core().SharedMailboxes(); len(shared) > 0 {
		sb.WriteString("shared\n")
		for _, mbox := range shared {
			s.writeMailbox(&sb, mbox)
		}
	}
	return sb.String()
}

// AssertState compares [Server.State] with a file. With IMAPTEST_UPDATE=1 in the
// environment, or a flag -update that the test binary has registered, it writes
// the file instead.
func (s *Server) AssertState(t TB, golden string) {
	t.Helper()
	s.assertGolden(t, "the state", golden, s.State(), s.rec.tail(Mailbox{}))
}

func (s *Server) writeMailbox(sb *strings.Builder, mbox *store.Mailbox) {
	status, messages := mbox.Contents()
	fmt.Fprintf(sb, "  %s: %s\n", mbox.Name(), strings.Join(mailboxWords(mbox, status), ", "))
	writeAnnotations(sb, "    ", mbox.Annotations().Of(mbox.Owner()))
	if len(messages) == 0 {
		return
	}
	w := tabwriter.NewWriter(sb, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "    UID\tFLAGS\tDATE\tSIZE\tSUBJECT\tMESSAGE-ID")
	for _, m := range messages {
		flags := "-"
		if len(m.Flags) > 0 {
			flags = formatFlags(m.Flags)
		}
		for _, who := range mbox.SeenBy(m) {
			flags += " seen-by=" + quoteWord(who)
		}
		id := "-"
		if m.MessageID() != "" {
			id = "<" + m.MessageID() + ">"
		}
		fmt.Fprintf(w, "    %d\t%s\t%s\t%d\t%s\t%s\n", m.UID, flags, s.formatDate(m), m.Size(), strconv.Quote(m.Subject()), id)
	}
	w.Flush()
}

// mailboxWords are what is said of a mailbox besides its messages.
func mailboxWords(mbox *store.Mailbox, status store.Status) []string {
	odd := mbox.Oddities()
	var words []string
	if !odd.NoSelect {
		words = append(words, plural(status.Messages, "message"))
		if status.Unseen > 0 {
			words = append(words, fmt.Sprintf("%d unseen", status.Unseen))
		}
		words = append(words, fmt.Sprintf("UIDVALIDITY %d", status.UIDValidity), fmt.Sprintf("UIDNEXT %d", status.UIDNext))
	}
	for _, use := range mbox.SpecialUse() {
		words = append(words, string(use))
	}
	words = append(words, odd.Words()...)
	for _, g := range mbox.Granted() {
		words = append(words, strings.TrimSpace("acl "+quoteWord(g.Identifier)+" "+g.Rights.String()))
	}
	if mbox.Owner().Subscribed(mbox.Name()) {
		words = append(words, "subscribed")
	}
	return words
}

// formatDate is the internal date, if it is not just the time at which the test
// ran.
func (s *Server) formatDate(m store.Message) string {
	since := s.core().Created().Truncate(time.Second) // a client says "now" in whole seconds
	arrived := m.InternalDate.Equal(m.SaveDate) || !m.InternalDate.Before(since) && !m.InternalDate.After(time.Now())
	if arrived && !s.core().HasClock() {
		return "now"
	}
	date := m.InternalDate
	if date.Location() == time.Local {
		date = date.UTC() // another machine has another zone
	}
	return date.Format(time.RFC3339)
}
