package imapd

import (
	"strings"

	"github.com/go-mailtest/mailtest/internal/search"
)

// noteKey: RFC 5257, section 4.8.
//
//	search-key =/ "ANNOTATION" SP entry-match SP ("value" / "value.priv" / "value.shared") SP value
func noteKey(p *searchParser) search.Condition {
	p.SP()
	pattern := p.notePattern()
	p.SP()
	attrib := p.attribute("value", "value.priv", "value.shared")
	p.SP()
	in := search.Values{Private: attrib != "value.shared", Shared: attrib != "value.priv"}
	if p.c.annotationLimits().NoPrivate {
		in.Private = false
	}
	needle := search.ExactlyIn(p.c.collation, p.noteText())
	if !strings.ContainsAny(pattern, "*%") {
		return search.Annotation(pattern, func(entry string) bool { return entry == pattern }, in, needle)
	}
	return search.Annotation(pattern, newWildcardsOnce(pattern), in, needle)
}

func newWildcardsOnce(pattern string) func(entry string) bool {
	wild := newWildcards(pattern, '/')
	return wild.match
}

// noteText reads the text that is searched for, in UTF-8.
func (p *searchParser) noteText() string {
	if p.LiteralIs8() {
		return string(p.Literal())
	}
	return p.text()
}

// noteOrder: RFC 5257, section 4.9.
//
//	sort-key =/ "ANNOTATION" SP entry SP ("value.priv" / "value.shared")
func noteOrder(p *parser) search.Order {
	p.SP()
	entry := p.noteEntry()
	p.SP()
	return search.ByAnnotation(entry, p.attribute("value.priv", "value.shared") == "value.shared")
}
