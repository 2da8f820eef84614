package store

import (
	"slices"
	"strings"

	"github.com/xdg-go/stringprep"
)

// Anyone is the identifier that stands for every account (RFC 4314, section 2).
const Anyone = "anyone"

// Grant is an entry of a mailbox's access control list. An identifier with a "-" before
// it has the rights taken away from whom it names.
type Grant struct {
	Identifier string
	Rights     Rights
}

// accessList is an access control list. It never changes: a change makes another one.
type accessList struct {
	grants []Grant
	rights map[string]Rights // by the identifiers, folded
}

func newAccessList(grants []Grant) *accessList {
	list := &accessList{grants, make(map[string]Rights, len(grants))}
	for _, g := range grants {
		list.rights[foldName(g.Identifier)] = g.Rights
	}
	return list
}

// of are the rights of an account: what is granted to one of its names or to anyone,
// less what is taken away from one of its names or from anyone.
func (list *accessList) of(u *User) Rights {
	granted, denied := list.rights[foldedAnyone], list.rights["-"+foldedAnyone]
	for _, name := range u.folded {
		granted |= list.rights[name]
		denied |= list.rights["-"+name]
	}
	return granted &^ denied
}

// foldedAnyone is [Anyone] as identifiers are compared.
var foldedAnyone = foldName(Anyone)

// Rights are those that an account has on the mailbox: of a mailbox of its own all, where
// nothing else is said, and [ForcedRights] whatever is said.
func (m *Mailbox) Rights(u *User) Rights {
	own := m.user == u
	list := m.access.Load()
	switch {
	case list == nil && own:
		return AllRights
	case list == nil:
		return 0
	case own:
		return list.of(u) | ForcedRights
	}
	return list.of(u)
}

// ACL is the access control list: who owns the mailbox first, then in the order of
// granting.
func (m *Mailbox) ACL() []Grant { return slices.Clone(m.user.grants(m.access.Load())) }

// Granted is the list without the entry of who owns the mailbox, if that has all rights.
func (m *Mailbox) Granted() []Grant {
	return slices.DeleteFunc(m.ACL(), func(g Grant) bool {
		return !m.user.shared && g.Identifier == m.user.name && g.Rights == AllRights
	})
}

// grants are those of a list, with what an account's own mailbox has without one.
func (u *User) grants(list *accessList) []Grant {
	switch {
	case list != nil:
		return list.grants
	case u.shared:
		return nil
	}
	return []Grant{{u.name, AllRights}}
}

// Always are the rights that an identifier has on the mailbox whatever is granted.
func (m *Mailbox) Always(identifier string) Rights {
	if identifier, err := m.user.store.Identifier(identifier); err == nil && identifier == m.user.name && !m.user.shared {
		return ForcedRights
	}
	return 0
}

// Grant changes the rights of an identifier: an account, by any of its names, or [Anyone],
// with a "-" before it for what is taken away from them, or any other name, which stands
// for nobody as long as no account has it. It is ErrInvalidName if SASLprep (RFC 4013)
// cannot prepare the identifier or leaves nothing of it.
func (m *Mailbox) Grant(identifier string, change RightsChange) error {
	return Numbered{mbox: m}.Grant(identifier, change)
}

// Grant is [Mailbox.Grant].
func (n Numbered) Grant(identifier string, change RightsChange) error {
	identifier, err := n.mbox.user.store.Identifier(identifier)
	if err != nil {
		return err
	}
	return n.setGrants(func(grants []Grant) []Grant {
		i := slices.IndexFunc(grants, isOf(identifier))
		if i < 0 {
			i, grants = len(grants), append(grants, Grant{Identifier: identifier})
		}
		grants[i].Rights = change.of(grants[i].Rights)
		return grants
	})
}

// Revoke takes the entry of an identifier from the list; it is no error if there is none.
func (m *Mailbox) Revoke(identifier string) error { return Numbered{mbox: m}.Revoke(identifier) }

// Revoke is [Mailbox.Revoke].
func (n Numbered) Revoke(identifier string) error {
	identifier, err := n.mbox.user.store.Identifier(identifier)
	if err != nil {
		return err
	}
	return n.setGrants(func(grants []Grant) []Grant {
		return slices.DeleteFunc(grants, isOf(identifier))
	})
}

// setGrants changes the list and wakes who could see the mailbox before, or can now. Who
// owns it keeps an entry with what it always has.
func (n Numbered) setGrants(change func([]Grant) []Grant) error {
	m := n.mbox
	m.user.store.sharing.Store(true)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.deleted {
		return errorf(ErrNotFound, "mailbox %q was deleted", m.name)
	}
	grants := change(slices.Clone(m.user.grants(m.access.Load())))
	if !m.user.shared {
		i := slices.IndexFunc(grants, isOf(m.user.name))
		if i < 0 {
			i, grants = 0, slices.Insert(grants, 0, Grant{Identifier: m.user.name})
		}
		grants[i].Rights |= ForcedRights
	}
	was := m.settings()
	m.access.Store(newAccessList(grants))
	m.tellSettings(was, n.by)
	m.notify()
	return nil
}

func isOf(identifier string) func(Grant) bool {
	return func(g Grant) bool { return strings.EqualFold(g.Identifier, identifier) }
}

// Identifier prepares an identifier (RFC 4314, section 3), and gives an account's the
// form of its name.
func (s *Store) Identifier(text string) (string, error) {
	prepared, err := stringprep.SASLprep.Prepare(text)
	name, negative := strings.CutPrefix(prepared, "-")
	switch {
	case err != nil:
		return "", errorf(ErrInvalidName, "identifier %q: %v", text, err)
	case name == "":
		return "", errorf(ErrInvalidName, "identifier %q names nobody", text)
	}
	if u, found := s.User(name); found {
		name = u.name
	}
	if foldName(name) == foldedAnyone {
		name = Anyone
	}
	if negative {
		return "-" + name, nil
	}
	return name, nil
}
