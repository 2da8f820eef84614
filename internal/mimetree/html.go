package mimetree

import (
	"html"
	"strings"
)

// htmlText is the text of a page: tags, comments, scripts and styles taken
// away, entities undone, white space folded, and a line for each block.
func htmlText(s string) string {
	var sb strings.Builder
	for s != "" {
		i := nextTag(s)
		sb.WriteString(foldLines(s[:i]))
		var name string
		name, s = cutTag(s[i:])
		switch {
		case breaksLine(name):
			sb.WriteByte('\n')
		case name == "td" || name == "th":
			sb.WriteByte(' ') // cells do not run together
		}
	}
	return tidyLines(html.UnescapeString(sb.String()))
}

// nextTag is where a tag or comment begins, or the length of s. A "<" before
// anything else is text.
func nextTag(s string) int {
	for i := 0; ; i++ {
		next := strings.IndexByte(s[i:], '<')
		if next < 0 {
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
func cutTag(s string) (name, rest string) {
	if strings.HasPrefix(s, "<!--") {
		_, rest, _ = strings.Cut(s, "-->")
		return "", rest
	}
	if s == "" {
		return "", ""
	}
	last := tagEnd(s)
	tag, rest := s[:last], strings.TrimPrefix(s[last:], ">")
	end := 1
	for end < len(tag) && (isLetter(tag[end]) || tag[end] >= '0' && tag[end] <= '9' || end == 1 && tag[end] == '/') {
		end++
	}
	switch name = strings.ToLower(tag[1:end]); name {
	case "script", "style", "title":
		rest = rest[endTag(rest, name):]
	}
	return name, rest
}

// tagEnd is where the ">" of a tag is, or the length of s. A value in quotes may
// hold one, if its quotes are closed.
func tagEnd(s string) int {
	for i := 0; i < len(s); i++ {
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
func endTag(s, name string) int {
	for i := 0; ; i += len("</") {
		next := strings.Index(s[i:], "</")
		if next < 0 {
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
func tidyLines(s string) string {
	var sb strings.Builder
	for line := range strings.SplitSeq(s, "\n") {
		before := "\n"
		for word := range strings.FieldsSeq(line) {
			if sb.Len() > 0 {
				sb.WriteString(before)
			}
			sb.WriteString(word)
			before = " "
		}
	}
	return sb.String()
}
