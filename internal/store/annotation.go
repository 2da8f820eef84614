package store

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/fixtures"
)

// Annotation is an entry and its value (RFC 5464, section 3.2). A nil value is none: the
// entry is not there.
type Annotation = fixtures.Annotation

// Annotations are those of a mailbox, or of the server: shared ones, and for each account
// its private ones. They never change; nil are none.
type Annotations struct {
	byKey map[annotationKey]Annotation
}

// annotationKey is whose an entry is, nil for a shared one, and its name, which is without
// case.
type annotationKey struct {
	user *User
	name string
}

const (
	privateScope = "/private"
	sharedScope  = "/shared"
)

// specialUseEntry tells, and changes, the special uses of a mailbox (RFC 6154, section 4).
const specialUseEntry = "/private/specialuse"

// isSpecialUse says that an annotation is told of the mailbox, and is nothing besides.
func isSpecialUse(note Annotation) bool { return strings.EqualFold(note.Entry, specialUseEntry) }

func keyOf(u *User, entry string) annotationKey {
	name := strings.ToLower(entry)
	if isShared(name) {
		u = nil
	}
	return annotationKey{u, name}
}

func isShared(name string) bool {
	return len(name) >= len(sharedScope) && strings.EqualFold(name[:len(sharedScope)], sharedScope)
}

// Get is the value of an entry for an account; nil is none.
func (a *Annotations) Get(u *User, entry string) []byte {
	if a == nil {
		return nil
	}
	return a.byKey[keyOf(u, entry)].Value
}

// Of are the entries that an account sees, by name.
func (a *Annotations) Of(u *User) []Annotation {
	if a == nil {
		return nil
	}
	var out []Annotation
	for key, note := range a.byKey {
		if key.user == nil || key.user == u {
			out = append(out, note)
		}
	}
	slices.SortFunc(out, func(x, y Annotation) int { return strings.Compare(strings.ToLower(x.Entry), strings.ToLower(y.Entry)) })
	return out
}

// others are the private entries that are of others than an account, by whose they are.
func (a *Annotations) others(u *User) []Annotation {
	if a == nil {
		return nil
	}
	var out []Annotation
	for key, note := range a.byKey {
		if key.user != nil && key.user != u {
			note.Of = key.user.name
			out = append(out, note)
		}
	}
	slices.SortFunc(out, func(x, y Annotation) int {
		return cmp.Or(strings.Compare(x.Of, y.Of), strings.Compare(strings.ToLower(x.Entry), strings.ToLower(y.Entry)))
	})
	return out
}

// users are those that have private entries here or there.
func (a *Annotations) users(other *Annotations) map[*User]bool {
	out := make(map[*User]bool)
	for _, notes := range []*Annotations{a, other} {
		if notes == nil {
			continue
		}
		for key := range notes.byKey {
			if key.user != nil {
				out[key.user] = true
			}
		}
	}
	return out
}

// count is how many entries an account sees.
func (a *Annotations) count(u *User) int {
	if a == nil {
		return 0
	}
	n := 0
	for key := range a.byKey {
		if key.user == nil || key.user == u {
			n++
		}
	}
	return n
}

// Changed names the entries that an account sees otherwise than before, by name: those
// too that are no longer there.
func (a *Annotations) Changed(before *Annotations, u *User) []string {
	if a == before {
		return nil
	}
	names := make(map[annotationKey]string)
	for _, pair := range [][2]*Annotations{{before, a}, {a, before}} {
		for _, note := range pair[0].Of(u) {
			if other := pair[1].Get(u, note.Entry); other == nil || !bytes.Equal(other, note.Value) {
				names[keyOf(u, note.Entry)] = note.Entry
			}
		}
	}
	return slices.SortedFunc(maps.Values(names), func(x, y string) int { return strings.Compare(strings.ToLower(x), strings.ToLower(y)) })
}

// With are the annotations after changes by an account.
func (a *Annotations) With(u *User, changes ...Annotation) *Annotations {
	out := &Annotations{make(map[annotationKey]Annotation)}
	if a != nil {
		out.byKey = maps.Clone(a.byKey)
	}
	for _, note := range changes {
		key := keyOf(u, note.Entry)
		if note.Value == nil {
			delete(out.byKey, key)
		} else {
			out.byKey[key] = note
		}
	}
	return out
}

// CheckEntry refuses what is no name of an entry (RFC 5464, section 3.2): ErrInvalidEntry.
func CheckEntry(entry string) error { return checkEntry(entry, 2, 4) }

// CheckEntryAbove is CheckEntry for a name that may have others below it, and need not be
// one itself.
func CheckEntryAbove(entry string) error { return checkEntry(entry, 1, 1) }

// checkEntry refuses a name of fewer components than least, or leastVendor where it belongs
// to a vendor.
func checkEntry(entry string, least, leastVendor int) error {
	parts := strings.Split(strings.ToLower(entry), "/")
	if len(parts) > 2 && parts[2] == "vendor" {
		least = leastVendor
	}
	switch {
	case parts[0] != "" || len(parts) < 2 || parts[1] != "private" && parts[1] != "shared":
		return errorf(ErrInvalidEntry, "entry %q does not begin with /private/ or /shared/", entry)
	case slices.Contains(parts[1:], ""):
		return errorf(ErrInvalidEntry, "entry %q has an empty component", entry)
	case strings.ContainsFunc(entry, notInEntry):
		return errorf(ErrInvalidEntry, `entry %q has a "*", a "%%", a control character or one that is not ASCII`, entry)
	case len(parts)-1 < least:
		return errorf(ErrInvalidEntry, "entry %q has fewer than %d components", entry, least)
	}
	return nil
}

func notInEntry(r rune) bool { return r < 0x1a || r == '*' || r == '%' || r > 0x7e }
