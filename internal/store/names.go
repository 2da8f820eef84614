package store

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

// BeLenient lets the names of mailboxes have control characters, but for CR, LF and NUL, as
// some servers do.
func (s *Store) BeLenient() { s.lenient.Store(true) }

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
	case strings.ContainsFunc(name, breaksLine) && !(u.store.lenient.Load() && !strings.ContainsAny(name, "\r\n\x00")):
		return errorf(ErrInvalidName, "mailbox name %q has a control character", name)
	case u.shared && (name == inbox || strings.HasPrefix(name, inbox+string(u.store.delim))):
		return errorf(ErrInvalidName, "INBOX belongs to an account")
	case hasEmptyLevel(name, u.store.delim):
		return errorf(ErrInvalidName, "mailbox name %q has an empty level", name)
	}
	return nil
}

func hasEmptyLevel(name string, delim rune) bool {
	before := delim
	for _, r := range name {
		if r == delim && before == delim {
			return true
		}
		before = r
	}
	return before == delim
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

// sortNames puts INBOX first and a name before those below it.
func (u *User) sortNames(names []string) {
	type named struct{ key, name string }
	list := make([]named, len(names))
	for i, name := range names {
		list[i] = named{u.sortKey(name), name}
	}
	slices.SortFunc(list, func(a, b named) int { return strings.Compare(a.key, b.key) })
	for i := range list {
		names[i] = list[i].name
	}
}

// sortKey is a name as it is to be compared: the end of a level is before any character,
// and so is INBOX as a level. No name has control characters.
func (u *User) sortKey(name string) string {
	key := strings.ReplaceAll(name, string(u.store.delim), "\x00")
	if !strings.Contains(key, inbox) {
		return key
	}
	levels := strings.Split(key, "\x00")
	for i, level := range levels {
		if level == inbox {
			levels[i] = "\x01"
		}
	}
	return strings.Join(levels, "\x00")
}
