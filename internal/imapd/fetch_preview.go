package imapd

import (
	"strings"

	"github.com/go-mailtest/mailtest/internal/store"
)

// maxPreview is the length of a preview in characters (RFC 8970, section 3.1).
const maxPreview = 200

// parsePreview reads what follows PREVIEW. LAZY changes nothing, as a preview
// is always at hand.
//
//	fetch-att =/ "PREVIEW" [SP "(" "LAZY" ")"]
func parsePreview(p *parser, _ string) fetchItem {
	if p.Ahead(" (LAZY)") {
		p.SP()
		p.List(func() { p.option("PREVIEW modifier", "LAZY") })
	}
	return fetchItem{label: "PREVIEW", write: func(c *conn, m *store.Message) {
		c.enc.Raw("PREVIEW ").String(preview(c.tree(m).Text()))
	}}
}

// preview is the beginning of what a person reads, on one line.
func preview(s string) string {
	var text []rune
	for word := range strings.FieldsSeq(s) {
		if len(text) > 0 {
			text = append(text, ' ')
		}
		for _, r := range word {
			if text = append(text, r); len(text) == maxPreview {
				return string(text)
			}
		}
	}
	return string(text)
}
