package store

import (
	"maps"
	"slices"
)

// Note is the value of an entry of a message: an annotation of RFC 5257. A nil value is
// none.
type Note struct {
	Entry  string // /comment, with case
	Shared bool   // value.shared, and not value.priv
	Value  []byte
}

// Notes are those of a message: shared ones, and for each account its private ones. They
// never change; nil are none.
type Notes struct {
	byKey  map[noteKey][]byte
	octets int64 // of all values
}

// noteKey is whose a value is, nil for a shared one, and its entry.
type noteKey struct {
	user  *User
	entry string
}

func keyOfNote(u *User, entry string, shared bool) noteKey {
	if shared {
		u = nil
	}
	return noteKey{u, entry}
}

// Value is that of an entry for an account; nil is none.
func (n *Notes) Value(u *User, entry string, shared bool) []byte {
	if n == nil || u == nil && !shared {
		return nil
	}
	return n.byKey[keyOfNote(u, entry, shared)]
}

// Entries are those of which an account has a value, in order.
func (n *Notes) Entries(u *User) []string {
	if n == nil {
		return nil
	}
	var out []string
	for key := range n.byKey {
		if key.user == nil || key.user == u {
			out = append(out, key.entry)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// with are the notes after changes by an account.
func (n *Notes) with(u *User, changes []Note) *Notes {
	out := &Notes{byKey: make(map[noteKey][]byte)}
	if n != nil {
		out.byKey = maps.Clone(n.byKey)
	}
	for _, note := range changes {
		key := keyOfNote(u, note.Entry, note.Shared)
		if note.Value == nil {
			delete(out.byKey, key)
		} else {
			out.byKey[key] = note.Value
		}
	}
	return out.counted()
}

// counted has the octets of the values; nothing is nil.
func (n *Notes) counted() *Notes {
	if len(n.byKey) == 0 {
		return nil
	}
	n.octets = 0
	for _, value := range n.byKey {
		n.octets += int64(len(value))
	}
	return n
}

func (n *Notes) size() int64 {
	if n == nil {
		return 0
	}
	return n.octets
}

// changed are the entries that are not the same in other notes, for all and for an account
// alone.
func (n *Notes) changed(other *Notes, u *User) (all, own []string) {
	for _, pair := range [][2]*Notes{{n, other}, {other, n}} {
		if pair[0] == nil {
			continue
		}
		for key, value := range pair[0].byKey {
			theirs := pair[1].Value(key.user, key.entry, key.user == nil)
			switch same := theirs != nil && string(theirs) == string(value); {
			case same:
			case key.user == nil:
				all = append(all, key.entry)
			case key.user == u:
				own = append(own, key.entry)
			}
		}
	}
	slices.Sort(all)
	slices.Sort(own)
	return slices.Compact(all), slices.Compact(own)
}

// copied are the notes that a copy of the message has which an account makes: the shared
// ones, and its own private ones, as far as it may (RFC 5257, section 4.6). Without an account
// all are.
func (n *Notes) copied(u *User, may Rights) *Notes {
	if n == nil || u == nil {
		return n
	}
	out := &Notes{byKey: make(map[noteKey][]byte)}
	for key, value := range n.byKey {
		if key.user == nil && may.Has(MayAnnotate) || key.user == u && may.Has(MayRead) {
			out.byKey[key] = value
		}
	}
	return out.counted()
}

// in are the notes with other accounts in the place of these.
func (n *Notes) in(users map[*User]*User) *Notes {
	if n == nil {
		return nil
	}
	out := &Notes{byKey: make(map[noteKey][]byte, len(n.byKey))}
	for key, value := range n.byKey {
		out.byKey[noteKey{users[key.user], key.entry}] = value
	}
	return out.counted()
}

// count is how many values an account sees.
func (n *Notes) count(u *User) int {
	if n == nil {
		return 0
	}
	count := 0
	for key := range n.byKey {
		if key.user == nil || key.user == u {
			count++
		}
	}
	return count
}

// checkNotes refuses changes of a message's notes; none of them is made then.
func (l AnnotationLimits) checkNotes(n *Notes, u *User, changes []Note) error {
	for _, note := range changes {
		switch {
		case l.NoPrivate && !note.Shared:
			return &RefusedAnnotation{Code: "NOPRIVATE"}
		case l.Size > 0 && len(note.Value) > l.Size:
			return &RefusedAnnotation{"MAXSIZE", l.Size}
		}
	}
	before, after := n.count(u), n.with(u, changes).count(u)
	if l.Count > 0 && after > l.Count && after > before {
		return &RefusedAnnotation{Code: "TOOMANY"}
	}
	return nil
}

// CheckNotes refuses annotations of a message that is to come.
func (l AnnotationLimits) CheckNotes(u *User, notes []Note) error {
	if len(notes) == 0 {
		return nil
	}
	return l.checkNotes(nil, u, notes)
}
