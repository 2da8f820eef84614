package mimetree

import "strings"

// DecodedText is the content of a text part in UTF-8. What is in an unknown
// transfer encoding is left as it stands; an unknown charset is taken for
// UTF-8 or else windows-1252.
func (p *Part) DecodedText() string {
	data, err := p.Decoded()
	if err != nil {
		data = p.body
	}
	text, ok := decodeCharset(decodedParam(p.Params, "charset"), data)
	if !ok {
		return toUTF8(string(data))
	}
	return text
}

// Text is what a person reads, in UTF-8 with LF line ends: the first
// text/plain part that is no attachment, or else the first text/html part
// without its tags. Messages inside the message are not looked into.
func (m *Message) Text() string {
	var plain, rich *Part
	m.root.walk(func(p *Part) {
		switch {
		case p.Type != "text" || p.Disposition == "attachment":
		case p.Subtype == "plain" && plain == nil:
			plain = p
		case p.Subtype == "html" && rich == nil:
			rich = p
		}
	})
	switch {
	case plain != nil:
		return strings.ReplaceAll(plain.DecodedText(), "\r\n", "\n")
	case rich != nil:
		return htmlText(rich.DecodedText())
	}
	return ""
}
