package imapd

import (
	"regexp"
	"strings"
)

// template is a text of a profile: pieces as they are, and placeholders between them.
type template []piece

// piece is a text, or the name of a placeholder.
type piece struct {
	text string
	name string // "": it is a text
}

// placeholder is a name in braces; other braces stand for themselves.
var placeholder = regexp.MustCompile(`\{[a-z][a-z.-]*(?:/[A-Z]+)?\}`)

func newTemplate(text string) template {
	var t template
	for at := 0; at < len(text); {
		span := placeholder.FindStringIndex(text[at:])
		if span == nil {
			return append(t, piece{text: text[at:]})
		}
		from, to := at+span[0], at+span[1]
		if from > at {
			t = append(t, piece{text: text[at:from]})
		}
		t = append(t, piece{name: text[from+1 : to-1]})
		at = to
	}
	return t
}

// fill puts values into the places. One that there is not is left out, and ok false.
func (t template) fill(value func(name string) (string, bool)) (text string, ok bool) {
	var sb strings.Builder
	ok = true
	for i, p := range t {
		if p.name == "" {
			sb.WriteString(p.text)
			continue
		}
		text, found := value(p.name)
		if p.name == "code" && t.endsLine(i) {
			text = strings.TrimSuffix(text, " ") // there is no text that it could be before
		}
		sb.WriteString(text)
		ok = ok && found
	}
	return sb.String(), ok
}

// endsLine says whether nothing of a line follows a piece.
func (t template) endsLine(i int) bool {
	return i == len(t)-1 || strings.HasPrefix(t[i+1].text, "\n")
}

// names are the placeholders.
func (t template) names() []string {
	var out []string
	for _, p := range t {
		if p.name != "" {
			out = append(out, p.name)
		}
	}
	return out
}
