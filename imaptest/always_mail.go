package imaptest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// guardedMail is what a guard knows of the mail: it follows the logs of all mailboxes, in
// which the changes have their authors.
type guardedMail struct {
	g         *guard
	mailboxes map[*store.Mailbox]*guardedMailbox
	copies    map[mailCopy]int
	names     map[*store.User]string
}

// guardedMailbox is a mailbox up to a position in its log.
type guardedMailbox struct {
	user     *store.User
	modseq   uint64
	messages map[imap.UID]guardedMessage
}

type guardedMessage struct {
	copy    mailCopy
	subject string
	seen    bool
}

// mailCopy is a message of which an account may have copies.
type mailCopy struct {
	user *store.User
	id   string
	hash [sha256.Size]byte
}

func newGuardedMail(g *guard) *guardedMail {
	m := &guardedMail{
		g: g, mailboxes: make(map[*store.Mailbox]*guardedMailbox), copies: make(map[mailCopy]int), names: make(map[*store.User]string),
	}
	for _, user := range g.srv.core().Users() {
		m.names[user] = namesOf(user)
		for _, mbox := range user.Mailboxes() {
			m.follow(user, mbox)
		}
	}
	return m
}

// follow begins with a mailbox as it is.
func (m *guardedMail) follow(user *store.User, mbox *store.Mailbox) {
	box := &guardedMailbox{user: user, modseq: mbox.HighestModSeq(), messages: make(map[imap.UID]guardedMessage)}
	m.mailboxes[mbox] = box
	for _, msg := range mbox.Messages() {
		m.add(box, msg)
	}
}

func (m *guardedMail) add(box *guardedMailbox, msg store.Message) {
	known := guardedMessage{seen: msg.Has(imap.FlagSeen), subject: msg.Subject()}
	known.copy = m.copyOf(box.user, msg)
	m.copies[known.copy]++
	box.messages[msg.UID] = known
}

func (m *guardedMail) copyOf(user *store.User, msg store.Message) mailCopy {
	if !m.g.noLoss {
		return mailCopy{}
	}
	raw, id := msg.Raw(), msg.MessageID()
	if id != "" {
		_, raw, _ = bytes.Cut(raw, []byte("\r\n\r\n"))
	}
	return mailCopy{user, id, sha256.Sum256(raw)}
}

// departure is a message that has gone.
type departure struct {
	mailbox string
	uid     imap.UID
	guardedMessage
	by Command
}

// look reads on in the logs. What comes is counted before what goes: a message that is moved
// is in both.
func (m *guardedMail) look(cmd Command) {
	var gone []departure
	for _, user := range m.g.srv.core().Users() {
		m.lookAtNames(user, cmd)
		for _, mbox := range user.Mailboxes() {
			if box := m.mailboxes[mbox]; box != nil {
				gone = append(gone, m.readOn(mbox, box)...)
			} else {
				box = &guardedMailbox{user: user, messages: make(map[imap.UID]guardedMessage)}
				m.mailboxes[mbox] = box
				gone = append(gone, m.readOn(mbox, box)...)
			}
		}
	}
	gone = append(gone, m.forgetDeleted(cmd)...)
	for _, d := range gone {
		m.copies[d.copy]--
	}
	for _, d := range gone {
		if m.g.noLoss && d.by.Conn != 0 && m.copies[d.copy] == 0 && !m.mayLose(d.mailbox) {
			m.broken(m.g.lossRule(), d.mailbox, d.uid, d.subject, "has left the account", d.by)
		}
	}
}

// readOn takes in what has happened in a mailbox, and returns what has gone.
func (m *guardedMail) readOn(mbox *store.Mailbox, box *guardedMailbox) (gone []departure) {
	edits, next, reset := mbox.EditsSince(box.modseq)
	box.modseq = next
	if reset {
		for _, known := range box.messages {
			m.copies[known.copy]--
		}
		m.follow(box.user, mbox)
		return nil
	}
	for _, e := range edits {
		by := m.g.srv.numbered(e.By)
		if by.Name == forgotten {
			by.Conn = m.g.last.Conn
		}
		known, has := box.messages[e.UID]
		msg, found := mbox.Message(e.UID)
		subject := known.subject
		if !has && found {
			subject = msg.Subject()
		}
		if m.g.readOnly && by.Conn != 0 {
			m.broken("ReadOnly()", mbox.Name(), e.UID, subject, whatHappened(e, has), by)
		}
		switch {
		case e.Gone && has:
			gone = append(gone, departure{mbox.Name(), e.UID, known, by})
			delete(box.messages, e.UID)
		case !e.Gone && found && !has:
			m.add(box, msg)
		case !e.Gone && found:
			seen := msg.Has(imap.FlagSeen)
			if m.g.keepUnseen && seen && !known.seen && by.Conn != 0 && strings.TrimPrefix(by.Name, "UID ") != "STORE" {
				m.broken("KeepUnseen()", mbox.Name(), e.UID, subject, `has become \Seen, and not by STORE`, by)
			}
			known.seen = seen
			box.messages[e.UID] = known
		}
	}
	return gone
}

func whatHappened(e store.Edit, known bool) string {
	switch {
	case e.Gone:
		return "was removed"
	case known:
		return "has got other flags"
	}
	return "was added"
}

// forgetDeleted is about mailboxes that are gone, with what was in them.
func (m *guardedMail) forgetDeleted(cmd Command) (gone []departure) {
	if cmd.Name != "DELETE" {
		cmd = Command{} // the test did it
	}
	for mbox, box := range m.mailboxes {
		if !mbox.Deleted() {
			continue
		}
		delete(m.mailboxes, mbox)
		for uid, known := range box.messages {
			gone = append(gone, departure{mbox.Name(), uid, known, cmd})
		}
	}
	slices.SortFunc(gone, func(a, b departure) int { return int(int64(a.uid) - int64(b.uid)) })
	return gone
}

// lookAtNames is about mailboxes and subscriptions.
func (m *guardedMail) lookAtNames(user *store.User, cmd Command) {
	before, after := m.names[user], namesOf(user)
	m.names[user] = after
	changing := []string{"CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE"}
	if m.g.readOnly && before != after && slices.Contains(changing, cmd.Name) {
		m.g.broken("ReadOnly()", "the mailboxes or subscriptions have changed", cmd)
	}
}

func namesOf(user *store.User) string {
	var names []string
	for _, mbox := range user.Mailboxes() {
		names = append(names, fmt.Sprintf("%q %v", mbox.Name(), mbox.Oddities()))
	}
	return strings.Join(names, "\n") + "\n" + strings.Join(user.Subscriptions(), "\n")
}

func (m *guardedMail) mayLose(mailbox string) bool {
	return slices.ContainsFunc(m.g.mayLose, func(name string) bool {
		return name == mailbox || mailbox == "INBOX" && strings.EqualFold(name, mailbox)
	})
}

// lossRule is NoLoss as the test has written it.
func (a *always) lossRule() string { return "NoLoss(" + quoted(a.mayLose) + ")" }

func (m *guardedMail) broken(rule, mailbox string, uid imap.UID, subject, what string, by Command) {
	m.g.broken(rule, fmt.Sprintf("%s, UID %d %q %s", mailbox, uid, subject, what), by)
}
