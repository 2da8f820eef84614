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
		word, ok := parseEncodedWord(s[i:])
		if !ok {
			open.flush(&sb)
			sb.WriteString(toUTF8(s[:i+2]))
			s = s[i+2:]
			continue
		}
		open.follow(&sb, s[:i], word)
		s = s[i+word.n:]
	}
	open.flush(&sb)
	sb.WriteString(toUTF8(s))
	return sb.String()
}

// encodedWord is the bytes of one or more words of the same charset, and how
// they were written.
type encodedWord struct {
	charset string
	data    []byte
	source  string // from the first word to the end of the text
	n       int    // how much of source the words are
}

// follow takes the next word. White space between encoded words is not shown
// (RFC 2047, section 6.2).
func (w *encodedWord) follow(sb *strings.Builder, between string, next encodedWord) {
	adjacent := w.n > 0 && strings.Trim(between, " \t") == ""
	if adjacent && strings.EqualFold(w.charset, next.charset) {
		w.data = append(w.data, next.data...)
		w.n += len(between) + next.n
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
	if w.n == 0 {
		return
	}
	if text, ok := decodeCharset(w.charset, w.data); ok {
		sb.WriteString(text)
	} else {
		sb.WriteString(toUTF8(w.source[:w.n]))
	}
	*w = encodedWord{}
}

// parseEncodedWord reads =?charset?encoding?text?= at the start of s.
func parseEncodedWord(s string) (w encodedWord, ok bool) {
	label, rest, _ := strings.Cut(s[len("=?"):], "?")
	encoding, rest, _ := strings.Cut(rest, "?")
	text, rest, _ := strings.Cut(rest, "?")
	if !strings.HasPrefix(rest, "=") || label == "" || strings.ContainsAny(label, " \t") {
		return encodedWord{}, false
	}
	w = encodedWord{source: s, n: len(s) - len(rest) + len("=")}
	w.charset, _, _ = strings.Cut(label, "*") // a language: RFC 2231, section 5
	switch encoding {
	case "Q", "q":
		w.data = appendEscaped(make([]byte, 0, len(text)), strings.ReplaceAll(text, "_", " "), '=')
	case "B", "b":
		w.data = decodeBase64([]byte(text))
	default:
		return encodedWord{}, false
	}
	return w, true
}
