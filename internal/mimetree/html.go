package mimetree

import (
	"html"
	"strings"
)

// htmlText is the text of a page: tags, comments, scripts and styles taken
// away, entities undone, white space folded, and a line for each block.
func htmlText(w *work, s string) string {
	var sb strings.Builder
	for s != "" && !w.step(1) {
		i := nextTag(w, s)
		for piece := range w.pieces(s[:i]) {
			sb.WriteString(foldLines(piece))
		}
		var name string
		name, s = cutTag(w, s[i:])
		switch {
		case breaksLine(name):
			sb.WriteByte('\n')
		case name == "td" || name == "th":
			sb.WriteByte(' ') // cells do not run together
		}
	}
	return tidyLines(w, unescape(w, sb.String()))
}

// unescape undoes entities. One begins with "&", at which the one before it is at its end.
func unescape(w *work, s string) string {
	if w == nil {
		return html.UnescapeString(s)
	}
	var sb strings.Builder
	for s != "" && !w.step(stride) {
		end := len(s)
		if i := strings.IndexByte(s[min(stride, end):], '&'); i >= 0 {
			end = min(stride, end) + i
		}
		sb.WriteString(html.UnescapeString(s[:end]))
		s = s[end:]
	}
	return sb.String()
}

// nextTag is where a tag or comment begins, or the length of s. A "<" before
// anything else is text.
func nextTag(w *work, s string) int {
	for i := 0; ; i++ {
		next := strings.IndexByte(s[i:], '<')
		if next < 0 || w.step(1) {
			return len(s)
		}
		i += next
		if i+1 < len(s) && (isLetter(s[i+1]) || strings.IndexByte("/!?", s[i+1]) >= 0) {
			return i
		}
	}
}

func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// foldLines makes spaces of line ends, which mean nothing in HTML.
func foldLines(s string) string {
	if !strings.ContainsAny(s, "\r\n") {
		return s
	}
	return lineEnds.Replace(s)
}

var lineEnds = strings.NewReplacer("\r", " ", "\n", " ")

// cutTag cuts a tag off s, a comment, or an element whose content is not text,
// and returns the tag's name in lower case, with the slash of an end tag.
func cutTag(w *work, s string) (name, rest string) {
	if strings.HasPrefix(s, "<!--") {
		_, rest, _ = strings.Cut(s, "-->")
		return "", rest
	}
	if s == "" {
		return "", ""
	}
	last := tagEnd(w, s)
	tag, rest := s[:last], strings.TrimPrefix(s[last:], ">")
	end := 1
	for end < len(tag) && (isLetter(tag[end]) || tag[end] >= '0' && tag[end] <= '9' || end == 1 && tag[end] == '/') {
		end++
	}
	switch name = strings.ToLower(tag[1:end]); name {
	case "script", "style", "title":
		rest = rest[endTag(w, rest, name):]
	}
	return name, rest
}

// tagEnd is where the ">" of a tag is, or the length of s. A value in quotes may
// hold one, if its quotes are closed.
func tagEnd(w *work, s string) int {
	for i := 0; i < len(s) && !w.step(1); i++ {
		if s[i] == '>' {
			return i
		}
		if s[i] != '=' || i+1 == len(s) || s[i+1] != '"' && s[i+1] != '\'' {
			continue
		}
		if end := strings.IndexByte(s[i+2:], s[i+1]); end >= 0 {
			i += 2 + end
		}
	}
	return len(s)
}

// endTag is where the end tag of an element begins, or the length of s.
func endTag(w *work, s, name string) int {
	for i := 0; ; i += len("</") {
		next := strings.Index(s[i:], "</")
		if next < 0 || w.step(1) {
			return len(s)
		}
		i += next
		if tail := s[i+len("</"):]; len(tail) >= len(name) && strings.EqualFold(tail[:len(name)], name) {
			return i
		}
	}
}

func breaksLine(tag string) bool {
	switch strings.TrimPrefix(tag, "/") {
	case "br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote", "hr", "pre":
		return true
	}
	return false
}

// tidyLines folds white space within lines and drops empty ones.
func tidyLines(w *work, s string) string {
	var sb strings.Builder
	for line := range strings.SplitSeq(s, "\n") {
		if w.step(1) {
			break
		}
		before := "\n"
		for word := range strings.FieldsSeq(line) {
			if w.step(len(word)) {
				break
			}
			if sb.Len() > 0 {
				sb.WriteString(before)
			}
			sb.WriteString(word)
			before = " "
		}
	}
	return sb.String()
}
