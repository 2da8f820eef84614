package store

import (
	"strings"

	"github.com/emersion/go-imap/v2"
)

// The first levels of names in other namespaces than one's own (RFC 2342, section 5). An
// account's mailbox is, for others, the account's name and the mailbox's below the first
// of these; what belongs to no account is below the second.
const (
	OtherUsers = "Other Users"
	Shared     = "Shared"
)

// SharesUsers says whether accounts can have mailboxes of each other.
func (s *Store) SharesUsers() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.users) > 1
}

// SharesMailboxes says whether there are mailboxes that belong to no account.
func (s *Store) SharesMailboxes() bool {
	s.shared.mu.RLock()
	defer s.shared.mu.RUnlock()
	return len(s.shared.byName) > 0
}

// Share makes a mailbox that belongs to no account, with the superior names that it
// lacks. Nobody has a right on it but by its [Mailbox.Grant], or by that of the mailbox
// above it when it is made.
func (s *Store) Share(name string, opts ...MailboxOption) (*Mailbox, error) {
	return s.shared.Create(name, opts...)
}

// SharedMailboxes are the mailboxes that belong to no account.
func (s *Store) SharedMailboxes() []*Mailbox { return s.shared.Mailboxes() }

// SharedMailbox finds one of them by its name, without the first level that clients see.
func (s *Store) SharedMailbox(name string) (*Mailbox, bool) { return s.shared.Mailbox(name) }

// Shared says that this is no account, but what has the mailboxes of no account.
func (u *User) Shared() bool { return u.shared }

// level is the account's name as a level of a mailbox name.
func (u *User) level() string { return strings.ReplaceAll(u.name, string(u.store.delim), "^") }

// Place is where a name leads: to whose mailboxes, and to which name among them. Foreign
// says that it is not the account's own namespace; then owner is nil if there is nobody
// of that name. The account's own mailboxes come first: where one has the name, it is
// meant.
func (u *User) Place(name string) (owner *User, rest string, foreign bool) {
	first, below, _ := strings.Cut(name, string(u.store.delim))
	if first != OtherUsers && first != Shared {
		return u, name, false
	}
	if _, own := u.Mailbox(name); own {
		return u, name, false
	}
	switch {
	case first == Shared && u.store.SharesMailboxes():
		return u.store.shared, below, true
	case first == OtherUsers && u.store.SharesUsers():
		level, rest, _ := strings.Cut(below, string(u.store.delim))
		return u.other(level), rest, true
	}
	return u, name, false
}

// other finds another account by its level.
func (u *User) other(level string) *User {
	for _, other := range u.store.Users() {
		if other != u && other.level() == level {
			return other
		}
	}
	return nil
}

// Find finds a mailbox in all namespaces, whatever rights the account has on it.
func (u *User) Find(name string) (*Mailbox, bool) {
	owner, rest, foreign := u.Place(name)
	if owner == nil || foreign && owner.canonical(rest) != rest {
		return nil, false
	}
	return owner.Mailbox(rest)
}

// NameOf is a mailbox's name for the account.
func (u *User) NameOf(m *Mailbox) string {
	name := m.Name()
	if m.user == u {
		return name
	}
	return u.prefix(m.user) + name
}

// prefix is what stands before the names of another's mailboxes.
func (u *User) prefix(owner *User) string {
	delim := string(u.store.delim)
	if owner.shared {
		return Shared + delim
	}
	return OtherUsers + delim + owner.level() + delim
}

// Named is a mailbox and its name for an account.
type Named struct {
	Name    string
	Mailbox *Mailbox
}

// Visible are the mailboxes that are there for the account, but for Hidden ones: its own, and then those of
// others and of no account on which it has [MayLookup].
func (u *User) Visible() []Named {
	var out []Named
	for _, m := range u.Mailboxes() {
		if !m.Oddities().Hidden {
			out = append(out, Named{m.Name(), m})
		}
	}
	if !u.store.sharing.Load() {
		return out
	}
	for _, owner := range append(u.store.Users(), u.store.shared) {
		if owner != u {
			out = append(out, u.visibleOf(owner)...)
		}
	}
	return out
}

// visibleOf are the mailboxes of another that are there for the account.
func (u *User) visibleOf(owner *User) []Named {
	var out []Named
	for _, m := range owner.Mailboxes() {
		if !m.Rights(u).Has(MayLookup) || m.Oddities().Hidden {
			continue
		}
		name := u.prefix(owner) + m.Name()
		if _, own := u.Mailbox(name); !own {
			out = append(out, Named{name, m})
		}
	}
	return out
}

// allNames are the account's name and its aliases.
func (u *User) allNames() []string { return append([]string{u.name}, u.aliases...) }

// foldNames notes the account's names as they are compared.
func (u *User) foldNames() {
	u.folded = u.allNames()
	for i, name := range u.folded {
		u.folded[i] = foldName(name)
	}
}

// UsesOf are the special uses that a mailbox has for the account: those of another's are
// that one's alone (RFC 6154, section 2).
func (u *User) UsesOf(m *Mailbox) []imap.MailboxAttr {
	if m.user != u && !m.user.shared {
		return nil
	}
	return m.SpecialUse()
}
