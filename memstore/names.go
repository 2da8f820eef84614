package memstore

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// inbox is the mailbox that every account has (RFC 9051, section 5.1).
const inbox = "INBOX"

// canonical gives INBOX, as a whole name or as the first level, its spelling.
func (u *User) canonical(name string) string {
	first, rest, deeper := strings.Cut(name, string(u.store.delim))
	if !strings.EqualFold(first, inbox) {
		return name
	}
	if !deeper {
		return inbox
	}
	return inbox + string(u.store.delim) + rest
}

// CheckName says why a mailbox of that name can never be: ErrInvalidName.
func (u *User) CheckName(name string) error { return u.checkName(u.canonical(name)) }

// checkName refuses names that no client could work with: empty levels, and the
// control and separator characters of RFC 9755, section 3. A wildcard of LIST can be
// in a name, which then matches itself among others (RFC 3501, section 5.1).
func (u *User) checkName(name string) error {
	switch {
	case name == "":
		return errorf(ErrInvalidName, "a mailbox needs a name")
	case !utf8.ValidString(name):
		return errorf(ErrInvalidName, "mailbox name %q is not UTF-8", name)
	case strings.ContainsFunc(name, breaksLine):
		return errorf(ErrInvalidName, "mailbox name %q has a control character", name)
	case slices.Contains(strings.Split(name, string(u.store.delim)), ""):
		return errorf(ErrInvalidName, "mailbox name %q has an empty level", name)
	}
	return nil
}

func breaksLine(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
}

// superiors are the names above name, the outermost first.
func (u *User) superiors(name string) []string {
	var out []string
	for i, r := range name {
		if r == u.store.delim {
			out = append(out, name[:i])
		}
	}
	return out
}

// inferiors are the mailboxes below name; u.mu is held.
func (u *User) inferiors(name string) []*Mailbox {
	var out []*Mailbox
	for other, mbox := range u.byName {
		if strings.HasPrefix(other, name+string(u.store.delim)) {
			out = append(out, mbox)
		}
	}
	return out
}

// compareNames puts INBOX first and a name before those below it.
func (u *User) compareNames(a, b string) int {
	delim := string(u.store.delim)
	return slices.CompareFunc(strings.Split(a, delim), strings.Split(b, delim), func(x, y string) int {
		switch {
		case x == y:
			return 0
		case x == inbox:
			return -1
		case y == inbox:
			return 1
		}
		return strings.Compare(x, y)
	})
}
