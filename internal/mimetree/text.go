package mimetree

import (
	"bytes"
	"fmt"
	"html"
	"strings"
)

// Decoded is the body with its transfer encoding undone (RFC 2045, section
// 6), as far as it can be. An encoding that is not known is an error.
func (p *Part) Decoded() ([]byte, error) {
	switch p.Encoding {
	case "7BIT", "8BIT", "BINARY":
		return p.body, nil
	case "BASE64":
		return decodeBase64(p.body), nil
	case "QUOTED-PRINTABLE":
		return decodeQuotedPrintable(p.body), nil
	}
	return nil, fmt.Errorf("mimetree: unknown transfer encoding %q", p.Encoding)
}

// decodeQuotedPrintable keeps what is no valid escape (RFC 2045, section 6.7).
func decodeQuotedPrintable(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for len(body) > 0 {
		line, end := body, []byte(nil)
		if i := bytes.IndexByte(body, '\n'); i >= 0 {
			line, end = body[:i], body[i:i+1]
			if i > 0 && body[i-1] == '\r' {
				line, end = body[:i-1], body[i-1:i+1]
			}
		}
		body = body[len(line)+len(end):]
		line = bytes.TrimRight(line, " \t")
		soft := bytes.HasSuffix(line, []byte("="))
		out = appendQuoted(out, bytes.TrimSuffix(line, []byte("=")))
		if !soft {
			out = append(out, end...)
		}
	}
	return out
}

func appendQuoted(out, line []byte) []byte {
	for i := 0; i < len(line); i++ {
		if line[i] == '=' && i+2 < len(line) && isHex(line[i+1]) && isHex(line[i+2]) {
			out = append(out, unhex(line[i+1])<<4|unhex(line[i+2]))
			i += 2
			continue
		}
		out = append(out, line[i])
	}
	return out
}

// DecodedText is a text part in UTF-8. A charset that is not known is taken
// for UTF-8 or windows-1252.
func (p *Part) DecodedText() string {
	data, err := p.Decoded()
	if err != nil {
		data = p.body
	}
	text, ok := decodeCharset(param(p.Params, "charset"), data)
	if !ok {
		return toUTF8(string(data))
	}
	return text
}

// Text is what a person reads, in UTF-8 with LF line ends: the first
// text/plain part that is no attachment, or else the first text/html part
// without its tags.
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

// walk visits the leaves in order, those of messages inside too.
func (p *Part) walk(visit func(*Part)) {
	for _, child := range p.Children {
		child.walk(visit)
	}
	switch {
	case p.Message != nil:
		p.Message.root.walk(visit)
	case len(p.Children) == 0:
		visit(p)
	}
}

// htmlText takes tags, scripts, styles and comments away and undoes entities.
func htmlText(s string) string {
	var sb strings.Builder
	for len(s) > 0 {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			sb.WriteString(s)
			break
		}
		sb.WriteString(s[:i])
		var tag string
		tag, s = cutTag(s[i:])
		if breaksLine(tag) {
			sb.WriteByte('\n')
		}
	}
	return tidyLines(html.UnescapeString(sb.String()))
}

// cutTag splits a tag, or an element whose content is not text, off s. It
// returns the tag's name.
func cutTag(s string) (name, rest string) {
	if strings.HasPrefix(s, "<!--") {
		_, rest, _ = strings.Cut(s, "-->")
		return "", rest
	}
	end := strings.IndexByte(s, '>')
	if end < 0 {
		return "", ""
	}
	fields := strings.FieldsFunc(s[1:end], func(r rune) bool { return r == ' ' || r == '\n' || r == '\r' || r == '\t' || r == '/' })
	rest = s[end+1:]
	if len(fields) == 0 {
		return "", rest
	}
	name = strings.ToLower(fields[0])
	if name == "script" || name == "style" {
		i := strings.Index(strings.ToLower(rest), "</"+name)
		if i < 0 {
			return name, ""
		}
		_, rest = cutTag(rest[i:])
	}
	return name, rest
}

func breaksLine(tag string) bool {
	switch tag {
	case "br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote":
		return true
	}
	return false
}

// tidyLines folds white space within lines and drops empty ones.
func tidyLines(s string) string {
	var lines []string
	for _, line := range strings.Split(s, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
