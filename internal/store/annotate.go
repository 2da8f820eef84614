package store

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// AnnotationLimits are what a server takes of clients; zero is no limit.
type AnnotationLimits struct {
	Size      int  // of a value, in octets
	Count     int  // of the entries of a mailbox, or of the server, that an account sees
	NoPrivate bool // there are no private entries
}

// RefusedAnnotation is why a client's annotation is not taken: a response code of RFC 5464,
// section 5.
type RefusedAnnotation struct {
	Code   string // TOOMANY, NOPRIVATE or MAXSIZE
	Octets int    // of MAXSIZE
}

// Error is the reason.
func (e *RefusedAnnotation) Error() string {
	switch e.Code {
	case "TOOMANY":
		return "memstore: too many annotations"
	case "NOPRIVATE":
		return "memstore: there are no private annotations"
	}
	return "memstore: the value of an annotation is too long"
}

// check refuses changes; none of them is made then.
func (l AnnotationLimits) check(a *Annotations, u *User, changes []Annotation) error {
	for _, note := range changes {
		switch {
		case l.NoPrivate && !isShared(note.Entry):
			return &RefusedAnnotation{Code: "NOPRIVATE"}
		case l.Size > 0 && len(note.Value) > l.Size:
			return &RefusedAnnotation{"MAXSIZE", l.Size}
		}
	}
	if l.Count == 0 {
		return nil
	}
	before, after := a.count(u), a.With(u, changes...).count(u)
	if after > l.Count && after > before {
		return &RefusedAnnotation{Code: "TOOMANY"}
	}
	return nil
}

// Annotations are those of the mailbox, its special uses among them (RFC 6154, section 4).
func (m *Mailbox) Annotations() *Annotations {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.annotations()
}

// annotations is Annotations; m.mu is held.
func (m *Mailbox) annotations() *Annotations {
	if len(m.specialUse) == 0 {
		return m.notes
	}
	words := make([]string, len(m.specialUse))
	for i, use := range m.specialUse {
		words[i] = string(use)
	}
	return m.notes.With(m.user, Annotation{Entry: specialUseEntry, Value: []byte(strings.Join(words, " "))})
}

// ownNotes are the annotations without the special uses.
func (m *Mailbox) ownNotes() *Annotations {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.notes
}

// Annotate changes annotations of the mailbox for an account: all, or with an error none.
// A value that is nil takes the entry away.
func (m *Mailbox) Annotate(u *User, changes []Annotation, limits AnnotationLimits) error {
	return m.As(u).Annotate(changes, limits)
}

// Annotate is [Mailbox.Annotate].
func (n Numbered) Annotate(changes []Annotation, limits AnnotationLimits) error {
	m, u, owner := n.mbox, n.user, n.mbox.user
	settings, err := annotationSettings(changes)
	switch {
	case err != nil:
		return err
	case settings.specialUse != nil && u != owner:
		return errorf(ErrInvalidUse, "the special uses of mailbox %q are its owner's", m.Name())
	}
	owner.mu.Lock()
	defer owner.mu.Unlock()
	m.mu.Lock()
	if m.deleted {
		m.mu.Unlock()
		return errorf(ErrNotFound, "mailbox %q was deleted", m.name)
	}
	if err := limits.check(m.annotations(), u, changes); err != nil {
		m.mu.Unlock()
		return err
	}
	if own := slices.DeleteFunc(slices.Clone(changes), isSpecialUse); len(own) > 0 {
		was := m.settings()
		m.notes = m.notes.With(u, own...)
		m.tellSettings(was, n.by)
	}
	owner.store.annotated.Add(1)
	m.notify()
	m.mu.Unlock()
	if settings.specialUse != nil {
		defer owner.By(n.by).begin()()
		owner.apply(m, settings)
		owner.notify()
	}
	return nil
}

// annotationSettings are what annotations change of a mailbox besides: its special uses. A
// value that is none is ErrInvalidUse (RFC 6154, section 4).
func annotationSettings(changes []Annotation) (*settings, error) {
	s := &settings{}
	for _, note := range changes {
		if err := CheckEntry(note.Entry); err != nil {
			return nil, err
		}
		if !isSpecialUse(note) {
			continue
		}
		var uses []imap.MailboxAttr
		for word := range strings.FieldsSeq(string(note.Value)) {
			uses = append(uses, imap.MailboxAttr(word))
		}
		s.specialUse = nil
		if err := WithSpecialUse(uses...)(s); err != nil {
			return nil, errorf(ErrInvalidUse, "%q are no special uses", note.Value)
		}
	}
	return s, nil
}

// Annotations are those of the server.
func (s *Store) Annotations() *Annotations {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.notes
}

// Annotate changes annotations of the server for an account, as [Mailbox.Annotate] does.
func (s *Store) Annotate(u *User, changes []Annotation, limits AnnotationLimits) error {
	return u.By(0).Annotate(changes, limits)
}

// Annotate is [Store.Annotate].
func (a Acting) Annotate(changes []Annotation, limits AnnotationLimits) error {
	s, u := a.user.store, a.user
	for _, note := range changes {
		if err := CheckEntry(note.Entry); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := limits.check(s.notes, u, changes); err != nil {
		return err
	}
	was := s.notes
	s.notes = was.With(u, changes...)
	s.tellSettings(u.name, a.by, func(d *differ) { d.annotations("", was, s.notes, u) })
	s.annotated.Add(1)
	for _, u := range s.users {
		u.activity.notify()
	}
	return nil
}

// Annotated counts the changes of annotations, whatever they belong to.
func (s *Store) Annotated() uint64 { return s.annotated.Load() }
