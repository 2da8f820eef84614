package imaptest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-mailtest/mailtest/internal/store"
)

// MetadataLimits are what a server takes of annotations (RFC 5464, section 4.3), those of
// messages too (RFC 5257, section 4.1); zero is no limit. Both RFCs want 1024 octets and 10
// entries at least.
type MetadataLimits struct {
	Size      int  // of a value, in octets; beyond it SETMETADATA is NO [METADATA MAXSIZE …]
	Entries   int  // of a mailbox, or of the server; beyond it NO [METADATA TOOMANY]
	NoPrivate bool // private entries are NO [METADATA NOPRIVATE]
}

// WithMetadataLimits sets limits for annotations that clients set. Without it there are
// none but that of a literal.
func WithMetadataLimits(l MetadataLimits) Option {
	return optionFunc(func(c *config) error {
		if l.Size < 0 || l.Entries < 0 {
			return fmt.Errorf("WithMetadataLimits: %+v has a limit below zero", l)
		}
		c.annotations = store.AnnotationLimits{Size: l.Size, Count: l.Entries, NoPrivate: l.NoPrivate}
		return nil
	})
}

// SetMetadata gives the mailbox an annotation as another session would: /shared/comment, or
// one of the account's own, /private/comment. A nil value takes it away.
func (m Mailbox) SetMetadata(t TB, entry string, value []byte) {
	t.Helper()
	if !m.exists() {
		m.account.srv.fatal(t, m.missing(), "", m)
		return // t.Fatalf of a fake TB returned
	}
	mbox, _ := m.account.user(t).Mailbox(m.name)
	d := m.account.srv.deed(m.name, entry)
	defer d.done()
	if err := d.in(mbox).As((*store.Mailbox)(mbox).Owner()).Annotate(annotation(entry, value), store.AnnotationLimits{}); err != nil {
		m.account.srv.fatalf(t, "annotate %s: %s", m.name, strings.TrimPrefix(err.Error(), "memstore: "))
	}
}

func annotation(entry string, value []byte) []store.Annotation {
	return []store.Annotation{{Entry: entry, Value: value}}
}

// AssertMetadata checks the value of an annotation of the mailbox; nil is that there is none.
func (m Mailbox) AssertMetadata(t TB, entry string, want []byte) {
	t.Helper()
	if !m.exists() {
		m.account.srv.fail(t, m.missing(), "", m)
		return
	}
	user, _ := m.account.srv.Store().User(m.account.name)
	mbox, _ := user.Mailbox(m.name)
	assertMetadata(t, m, m.title(), mbox.Metadata(), entry, want)
}

// SetMetadata gives the server an annotation: one that all accounts see, /shared/comment,
// or one that is this account's own. A nil value takes it away.
func (a Account) SetMetadata(t TB, entry string, value []byte) {
	t.Helper()
	user := a.user(t)
	if user == nil {
		return // t.Fatalf of a fake TB returned
	}
	d := a.srv.deed(entry)
	defer d.done()
	if err := d.of(user).Annotate(annotation(entry, value), store.AnnotationLimits{}); err != nil {
		a.srv.fatalf(t, "annotate the server: %s", strings.TrimPrefix(err.Error(), "memstore: "))
	}
}

// AssertMetadata checks the value of an annotation of the server as the account sees it; nil
// is that there is none.
func (a Account) AssertMetadata(t TB, entry string, want []byte) {
	t.Helper()
	user, found := a.srv.Store().User(a.name)
	if !found {
		a.srv.errorf(t, "%s", a.missing())
		return
	}
	assertMetadata(t, a.Inbox(), "the server", user.Metadata(), entry, want)
}

func assertMetadata(t TB, m Mailbox, what string, all []store.Annotation, entry string, want []byte) {
	t.Helper()
	if err := store.CheckEntry(entry); err != nil {
		m.account.srv.errorf(t, "AssertMetadata: %s", strings.TrimPrefix(err.Error(), "memstore: "))
		return
	}
	var got []byte
	var have []string
	for _, note := range all {
		have = append(have, note.Entry)
		if strings.EqualFold(note.Entry, entry) {
			got = note.Value
		}
	}
	if (got == nil) == (want == nil) && string(got) == string(want) {
		m.account.srv.held(what, entry, formatValue(want))
		return
	}
	detail := gotWant(formatValue(got), formatValue(want))
	if got == nil {
		detail += fmt.Sprintf("\n    (have %s)", joinNames(have))
	}
	m.account.srv.fail(t, what+": "+entry, detail, m)
}

// formatValue is a value on a line.
func formatValue(value []byte) string {
	if value == nil {
		return "NIL"
	}
	return strconv.Quote(string(value))
}

// writeAnnotations writes what is annotated to the mailbox, or to the server.
func writeAnnotations(sb *strings.Builder, indent string, notes []store.Annotation) {
	for _, note := range notes {
		if !strings.EqualFold(note.Entry, "/private/specialuse") { // it is said already
			fmt.Fprintf(sb, "%smetadata %s %s\n", indent, note.Entry, formatValue(note.Value))
		}
	}
}

// serverAnnotations are those of the server, the shared ones in the first account.
func (s *Server) serverAnnotations(user *store.User) []store.Annotation {
	notes := s.core().Annotations().Of(user)
	if user.Name() == s.first().name {
		return notes
	}
	return slices.DeleteFunc(notes, func(n store.Annotation) bool { return !strings.HasPrefix(strings.ToLower(n.Entry), "/private/") })
}
