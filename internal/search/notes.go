package search

import (
	"strings"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// Annotated is a message that may have annotations (RFC 5257). Others have none.
type Annotated interface {
	// Entries are those of which there is a value, and Value is that; nil is none.
	Entries() []string
	Value(entry string, shared bool) []byte
}

// Values are which ones of an entry are meant.
type Values struct{ Private, Shared bool }

// Annotation is met by messages that have the text in the value of an entry that is meant
// (RFC 5257, section 4.8).
func Annotation(pattern string, isMeant func(entry string) bool, in Values, n Needle) Condition {
	return key(CostFacts, "ANNOTATION "+pattern, n.text, func(m Message) bool {
		notes, ok := m.(Annotated)
		if !ok {
			return false
		}
		for _, entry := range notes.Entries() {
			if isMeant(entry) && (in.Private && n.isIn(notes.Value(entry, false)) || in.Shared && n.isIn(notes.Value(entry, true))) {
				return true
			}
		}
		return false
	})
}

// isIn looks into a value; nil is none.
func (n Needle) isIn(value []byte) bool {
	return value != nil && n.rate(func(folded string) bool { return strings.Contains(n.in.Key(string(value)), folded) }) > 0
}

// ByAnnotation is the value of an entry; a message without one has "" (RFC 5257, section 4.9).
func ByAnnotation(entry string, shared bool) Order {
	return Order{value: func(q *Query, m Message) value {
		if notes, ok := m.(Annotated); ok {
			return value{text: annotationKey(q.collation, notes.Value(entry, shared))}
		}
		return value{}
	}}
}

func annotationKey(c mimetree.Collation, text []byte) string { return c.Key(string(text)) }
