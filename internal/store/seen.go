package store

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

// Where a mailbox has SeenPerUser, \Seen among the flags of a message is that of who owns
// the mailbox. Of others the message knows who has seen it.

// seenApart says that \Seen is another one for an account than for who owns the mailbox;
// m.mu is held.
func (m *Mailbox) seenApart(u *User) bool { return m.odd.SeenPerUser && u != nil && u != m.user }

// seenAs gives messages the \Seen that they have for an account; m.mu is held.
func (m *Mailbox) seenAs(u *User, list []Message) []Message {
	if !m.seenApart(u) {
		return list
	}
	for i := range list {
		list[i].Flags = withSeen(list[i].Flags, list[i].seenBy.has(u))
	}
	return list
}

// hasSeen says whether a message is \Seen for an account; m.mu is held.
func (m *Mailbox) hasSeen(u *User, msg *message) bool {
	if m.seenApart(u) {
		return msg.seenBy.has(u)
	}
	return msg.has(imap.FlagSeen)
}

// withSeen is a set of flags in order with \Seen, or without it.
func withSeen(set []imap.Flag, seen bool) []imap.Flag {
	i := slices.Index(set, imap.FlagSeen)
	switch {
	case seen == (i >= 0):
		return set
	case !seen:
		return slices.Concat(set[:i], set[i+1:])
	}
	after := slices.Index(systemFlags, imap.FlagSeen)
	i = 0
	for i < len(set) && slices.Contains(systemFlags[:after], set[i]) {
		i++
	}
	return slices.Concat(set[:i], []imap.Flag{imap.FlagSeen}, set[i:])
}

// seers are the accounts that have seen a message; nil is none. They never change: a
// change makes others.
type seers struct{ users []*User }

func (s *seers) list() []*User {
	if s == nil {
		return nil
	}
	return s.users
}

func (s *seers) has(u *User) bool { return slices.Contains(s.list(), u) }

// with is the list with an account in it, or without.
func (s *seers) with(u *User, seen bool) *seers {
	i := slices.Index(s.list(), u)
	switch {
	case seen == (i >= 0):
		return s
	case seen:
		return &seers{append(slices.Clip(s.list()), u)}
	}
	return &seers{slices.Concat(s.users[:i], s.users[i+1:])}
}

// unseenBy counts the messages that are not \Seen for an account; m.mu is held.
func (m *Mailbox) unseenBy(u *User) int {
	if !m.seenApart(u) {
		return m.unseen
	}
	return m.messages.len() - m.seenOf[u]
}

// countSeen keeps seenOf; m.mu is held.
func (m *Mailbox) countSeen(msg *message, sign int) {
	for _, u := range msg.seenBy.list() {
		if m.seenOf == nil {
			m.seenOf = make(map[*User]int)
		}
		m.seenOf[u] += sign
	}
}

// flagRight is the right that it takes to set or clear a flag (RFC 4314, section 4).
func flagRight(flag imap.Flag) Rights {
	switch flag {
	case imap.FlagSeen:
		return MaySeen
	case imap.FlagDeleted:
		return MayMark
	}
	return MayWrite
}

// allFlagRights are those of all flags.
const allFlagRights = MaySeen | MayMark | MayWrite

// Settable are the flags of a list that these rights allow to set and clear.
func (r Rights) Settable(flags []imap.Flag) []imap.Flag {
	if r.Has(allFlagRights) {
		return flags
	}
	return slices.DeleteFunc(slices.Clone(flags), func(flag imap.Flag) bool { return !r.Has(flagRight(standard(flag))) })
}

// rightsOf are those of an account, or of a test itself, which may do anything.
func (m *Mailbox) rightsOf(u *User) Rights {
	if u == nil {
		return AllRights
	}
	return m.Rights(u)
}

// takeSeen makes \Seen of a new message that of who brings it; m.mu is held.
func (m *Mailbox) takeSeen(by *User, msg *message) {
	if !m.seenApart(by) {
		return
	}
	msg.seenBy = nil
	if msg.has(imap.FlagSeen) {
		msg.seenBy = msg.seenBy.with(by, true)
		msg.flags = m.flags.set(withSeen(msg.flags, false))
	}
}

// SeenBy are the accounts but the owner that have seen a message, where that is per user.
func (m *Mailbox) SeenBy(msg Message) []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.seers(msg.seenBy)
}

// seers are the names of accounts that have seen a message; m.mu is held.
func (m *Mailbox) seers(users *seers) []string {
	var out []string
	for _, u := range users.list() {
		if m.odd.SeenPerUser {
			out = append(out, u.name)
		}
	}
	return out
}

// MessagesFor are all messages as an account sees them.
func (m *Mailbox) MessagesFor(u *User) []Message {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.seenAs(u, m.values())
}
