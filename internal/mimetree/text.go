package mimetree

import "strings"

// guessType looks for "html" and for a charset in a Content-Type that is not
// valid.
func (p *Part) guessType(field string) {
	field = lower(field)
	if strings.Contains(field, "html") {
		p.own().guessHTML = true
	}
	if _, after, ok := strings.Cut(field, "charset"); ok {
		p.own().guessCharset = tokenOf(strings.TrimLeft(after, " \t=:\"'"))
	}
}

// charset is the label of the charset in which the text of the part is.
func (p *Part) charset(w *work) string {
	if p.guessCharset != "" {
		return p.guessCharset
	}
	return decodedParam(w, p.Params, "charset")
}

// DecodedText is the content of a text part in UTF-8, without the byte order mark
// that a file may begin with (RFC 3629, section 6). What is in an unknown transfer
// encoding is left as it stands; an unknown charset is taken for UTF-8 or else
// windows-1252. See [Message.TextError].
func (p *Part) DecodedText() string { return p.decodedText(nil) }

func (p *Part) decodedText(w *work) string {
	data, err := p.decoded(w)
	if err != nil {
		data = p.body
	}
	text, ok := decodeCharset(w, p.charset(w), data)
	if !ok {
		text = toUTF8(w, string(data))
	}
	return strings.TrimPrefix(text, "\uFEFF")
}

// Text is what a person reads, in UTF-8 with LF line ends: the first
// text/plain part that is no attachment and not empty, or else the first
// text/html part without its tags. Of a message that has neither it is the
// body, as it stands, of the first multipart in which no part was found.
// Messages inside the message are not looked into.
func (m *Message) Text() string {
	var plain, rich, lost string
	m.Root().walk(func(p *Part) {
		switch {
		case p.standsFor != nil:
			setIfBlank(&lost, func() string { return p.standsFor.plainText(m.work) })
		case p.Type != "text" || p.Disposition == "attachment":
		case p.Subtype == "html" || p.guessHTML:
			setIfBlank(&rich, func() string { return htmlText(m.work, p.decodedText(m.work)) })
		case p.Subtype == "plain":
			setIfBlank(&plain, func() string { return p.plainText(m.work) })
		}
	})
	for _, text := range []string{plain, rich, lost} {
		if !isBlank(text) {
			return text
		}
	}
	return plain
}

func (p *Part) plainText(w *work) string {
	var sb strings.Builder
	for piece := range w.pieces(p.decodedText(w)) {
		sb.WriteString(strings.ReplaceAll(piece, "\r\n", "\n"))
	}
	return sb.String()
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

// setIfBlank keeps the first text that is not blank, or else the first.
func setIfBlank(s *string, text func() string) {
	if !isBlank(*s) {
		return
	}
	if t := text(); *s == "" || !isBlank(t) {
		*s = t
	}
}
