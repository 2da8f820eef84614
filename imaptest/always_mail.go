package imaptest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/go-mailtest/mailtest/internal/store"
)

// guardedMail is what a guard knows of the mail: it is told of every change, with its author.
type guardedMail struct {
	g        *guard
	unfollow func()
	copies   map[mailCopy]int
	gone     []departure // that are not judged yet
	keys     uint64      // how often keys of URLs were reset

	mu   sync.Mutex // guards what follows; held under locks of the store
	news []store.Happening
}

// mailCopy is a message of which an account may have copies.
type mailCopy struct {
	account, id string
	hash        [sha256.Size]byte
}

// departure is a message that has gone by a command.
type departure struct {
	mailbox string
	message store.Message
	mailCopy
	by guardedWork
}

// begin begins with the mail as it is.
func (m *guardedMail) begin() {
	m.take()
	m.copies, m.gone = make(map[mailCopy]int), nil
	if m.g.readOnly {
		m.keys = m.resets()
	}
	if !m.g.noLoss {
		return
	}
	core := m.g.srv.core()
	for _, user := range core.Users() {
		m.addAll(user.Name(), user.Mailboxes())
	}
	m.addAll(store.Shared, core.SharedMailboxes())
}

func (m *guardedMail) addAll(account string, mailboxes []*store.Mailbox) {
	for _, mbox := range mailboxes {
		for _, msg := range mbox.Messages() {
			m.copies[copyOf(account, msg)]++
		}
	}
}

func copyOf(account string, msg store.Message) mailCopy {
	raw, id := msg.Raw(), msg.MessageID()
	if id != "" {
		_, raw, _ = bytes.Cut(raw, []byte("\r\n\r\n"))
	}
	return mailCopy{account, id, sha256.Sum256(raw)}
}

// note takes in a change. Locks of the store are held: it is looked at later.
func (m *guardedMail) note(h store.Happening) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.news = append(m.news, h)
}

// take is what is new.
func (m *guardedMail) take() []store.Happening {
	m.mu.Lock()
	defer m.mu.Unlock()
	news := m.news
	m.news = nil
	return news
}

// look looks at what is new. A message that is gone is judged when the command that did it has
// ended, for it may be in another mailbox then; at the end all are.
func (m *guardedMail) look(end bool) {
	for _, h := range m.take() {
		by, isClient := m.author(h.By)
		if m.g.noLoss {
			m.count(h, by, isClient)
		}
		if isClient {
			m.hold(h, by)
		}
	}
	m.gone = slices.DeleteFunc(m.gone, func(d departure) bool {
		if !end && m.runs(d.by) {
			return false
		}
		if m.copies[d.mailCopy] == 0 {
			m.broken(m.g.lossRule(), d.mailbox, d.message, "has left the account", d.by)
		}
		return true
	})
}

// author finds the command that has made a change. Of a connection only the last one can have.
func (m *guardedMail) author(number uint32) (by guardedWork, isClient bool) {
	if number == 0 {
		return by, false
	}
	for _, work := range m.g.running {
		if work.number == number {
			return work, true
		}
	}
	return by, false
}

// runs says that a command has not ended.
func (m *guardedMail) runs(by guardedWork) bool {
	now := m.g.running[by.Conn]
	return now.number == by.number && !now.ended
}

// count keeps the number of copies, and those that have gone by a client.
func (m *guardedMail) count(h store.Happening, by guardedWork, isClient bool) {
	goes := func(msg store.Message) {
		one := copyOf(h.Account, msg)
		m.copies[one]--
		if isClient && !m.mayLose(h) {
			m.gone = append(m.gone, departure{h.Name, msg, one, by})
		}
	}
	switch h.Kind {
	case store.MessageCame:
		for msg := range h.After() {
			m.copies[copyOf(h.Account, msg)]++
		}
	case store.MessageWent:
		for msg := range h.Before() {
			goes(msg)
		}
	case store.MailboxGone:
		for msg := range h.Held() {
			goes(msg)
		}
	case store.UIDsRenumbered:
		for msg := range h.Held() {
			m.copies[copyOf(h.Account, msg)]--
		}
		for msg := range h.Became() {
			m.copies[copyOf(h.Account, msg)]++
		}
	}
}

// mayLose says that messages may go from where this one went: a name of the account, or, of a
// mailbox that belongs to none, the one that accounts see.
func (m *guardedMail) mayLose(h store.Happening) bool {
	return slices.ContainsFunc(m.g.mayLose, func(name string) bool {
		if h.Account == store.Shared {
			rest, shared := strings.CutPrefix(name, store.Shared)
			return shared && rest[min(len(rest), 1):] == h.Name
		}
		return name == h.Name || h.Name == "INBOX" && strings.EqualFold(name, h.Name)
	})
}

// hold holds what a client did to the other rules.
func (m *guardedMail) hold(h store.Happening, by guardedWork) {
	if h.Kind == store.FlagsBecame {
		for before, after := range h.Turns() {
			m.holdFlags(h.Name, before, after, by)
		}
	}
	if !m.g.readOnly {
		return
	}
	switch h.Kind {
	case store.FlagsBecame:
	case store.MessageCame:
		for msg := range h.After() {
			m.broken("ReadOnly()", h.Name, msg, "was added", by)
		}
	case store.MessageWent:
		for msg := range h.Before() {
			m.broken("ReadOnly()", h.Name, msg, "was removed", by)
		}
	default:
		m.g.broken("ReadOnly()", m.whatBecame(h), byCommand(by.Command))
	}
}

// holdFlags is about a message that has got other flags, or other annotations.
func (m *guardedMail) holdFlags(mailbox string, before, after store.Message, by guardedWork) {
	seen := after.SeenSince(before)
	if m.g.keepUnseen && seen && strings.TrimPrefix(by.Name, "UID ") != "STORE" {
		m.broken("KeepUnseen()", mailbox, after, `has become \Seen, and not by STORE`, by)
	}
	if !m.g.readOnly {
		return
	}
	what := "has got other flags"
	if slices.Equal(before.Flags, after.Flags) && !seen {
		what = "has got other annotations, or is unseen again"
	}
	m.broken("ReadOnly()", mailbox, after, what, by)
}

// whatBecame is what became of a mailbox or an account, in the words of AssertDiff.
func (m *guardedMail) whatBecame(h store.Happening) string {
	d := store.Difference{Account: h.Account, Mailbox: h.Name}
	switch h.Kind {
	case store.MailboxMade:
		d.Kind = store.MailboxCreated
	case store.MailboxGone:
		d.Kind = store.MailboxDeleted
	case store.MailboxNamed:
		d.Kind, d.New = store.MailboxRenamed, h.To
	case store.UIDsRenumbered:
		d.Kind, d.Old, d.New = store.UIDValidityChanged, fmt.Sprint(h.WasValidity), fmt.Sprint(h.UIDValidity)
	case store.SettingsBecame:
		d = h.Settings[0]
	}
	return newDiffLine(d).String(m.g.srv.first().name)
}

// lookAtKeys is about the keys of URLs, which are no part of the mail.
func (m *guardedMail) lookAtKeys(by Command) {
	if !m.g.readOnly {
		return
	}
	now := m.resets()
	if now != m.keys {
		m.g.broken("ReadOnly()", "keys of URLs have been reset", byCommand(by))
	}
	m.keys = now
}

func (m *guardedMail) resets() (sum uint64) {
	core := m.g.srv.core()
	mailboxes := core.SharedMailboxes()
	for _, user := range core.Users() {
		mailboxes = append(mailboxes, user.Mailboxes()...)
	}
	for _, user := range core.Users() {
		for _, mbox := range mailboxes {
			sum += user.AccessKeyResets(mbox)
		}
	}
	return sum
}

// lossRule is NoLoss as the test has written it.
func (a *always) lossRule() string { return "NoLoss(" + quoted(a.mayLose) + ")" }

func (m *guardedMail) broken(rule, mailbox string, msg store.Message, what string, by guardedWork) {
	m.g.broken(rule, fmt.Sprintf("%s, UID %d %q %s", mailbox, msg.UID, msg.Subject(), what), byCommand(by.Command))
}
