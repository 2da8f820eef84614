package mimetree

import "strings"

// decodeWords decodes the encoded words of RFC 2047 wherever they stand. It is
// lenient where senders are wrong: words within quotes or other text, words
// that cut a character in two (the bytes of words that follow each other are
// joined before they are decoded), spaces in words, raw 8-bit text. A word in
// an unknown charset stays as it is.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return toUTF8(s)
	}
	var sb strings.Builder
	var open encodedWord // words of one charset that follow each other
	for {
		i := strings.Index(s, "=?")
		if i < 0 {
			break
		}
		word, n := parseEncodedWord(s[i:])
		if n == 0 {
			open.flush(&sb)
			sb.WriteString(toUTF8(s[:i+2]))
			s = s[i+2:]
			continue
		}
		open.follow(&sb, s[:i], word)
		s = s[i+n:]
	}
	open.flush(&sb)
	sb.WriteString(toUTF8(s))
	return sb.String()
}

// encodedWord is the bytes of one or more words of the same charset, and how
// they were written.
type encodedWord struct {
	charset      string
	data, source []byte
}

// follow takes the next word. White space between encoded words is not shown
// (RFC 2047, section 6.2).
func (w *encodedWord) follow(sb *strings.Builder, between string, next encodedWord) {
	adjacent := len(w.source) > 0 && strings.Trim(between, " \t") == ""
	if adjacent && strings.EqualFold(w.charset, next.charset) {
		w.data = append(w.data, next.data...)
		w.source = append(append(w.source, between...), next.source...)
		return
	}
	w.flush(sb)
	if !adjacent {
		sb.WriteString(toUTF8(between))
	}
	*w = next
}

// flush writes the word decoded, or as it stood.
func (w *encodedWord) flush(sb *strings.Builder) {
	if len(w.source) == 0 {
		return
	}
	if text, ok := decodeCharset(w.charset, w.data); ok {
		sb.WriteString(text)
	} else {
		sb.WriteString(toUTF8(string(w.source)))
	}
	*w = encodedWord{}
}

// parseEncodedWord reads =?charset?encoding?text?= at the start of s and
// returns its length, or 0 if there is none.
func parseEncodedWord(s string) (encodedWord, int) {
	parts := strings.SplitN(s, "?", 5)
	if len(parts) < 5 || !strings.HasPrefix(parts[4], "=") || parts[1] == "" || strings.ContainsAny(parts[1], " \t") {
		return encodedWord{}, 0
	}
	n := len(s) - len(parts[4]) + len("=")
	label, _, _ := strings.Cut(parts[1], "*") // a language: RFC 2231, section 5
	w := encodedWord{charset: label, source: []byte(s[:n])}
	switch parts[2] {
	case "Q", "q":
		w.data = appendEscaped(nil, strings.ReplaceAll(parts[3], "_", " "), '=')
	case "B", "b":
		w.data = decodeBase64([]byte(parts[3]))
	default:
		return encodedWord{}, 0
	}
	return w, n
}
