package mimetree

import "strings"

// Collation is a way to compare texts (RFC 4790). The zero value is the one that clients
// get unless they ask for another.
type Collation int

// The collations, by their names in the registry of RFC 4790.
const (
	UnicodeCasemap Collation = iota // i;unicode-casemap: RFC 5051
	ASCIICasemap                    // i;ascii-casemap: RFC 4790, section 9.2
	Octet                           // i;octet: RFC 4790, section 9.3
)

// Collations are the names of all, in their order.
var Collations = []string{"i;unicode-casemap", "i;ascii-casemap", "i;octet"}

// String is the registered name.
func (c Collation) String() string { return Collations[c] }

// Key is what a text is compared by: two texts are equal, in order, or one within the
// other, as their keys are.
func (c Collation) Key(s string) string { return c.key(nil, s) }

func (c Collation) key(w *work, s string) string {
	switch c {
	case ASCIICasemap:
		if w == nil {
			return strings.Map(upperASCII, s)
		}
		var sb strings.Builder
		for piece := range w.pieces(s) {
			sb.WriteString(strings.Map(upperASCII, piece))
		}
		return sb.String()
	case Octet:
		return s
	}
	return fold(w, s)
}

func upperASCII(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

// Collated is a message whose texts are compared in one way.
type Collated struct {
	m  *Message
	in Collation
}

// In is the message under a collation.
func (m *Message) In(c Collation) Collated { return Collated{m, c} }

// Key is what a text of the message is compared by.
func (c Collated) Key(s string) string { return c.in.key(c.m.work, s) }
