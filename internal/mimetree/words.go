package mimetree

import "strings"

// decodeWords decodes the encoded words of RFC 2047 wherever they stand. It is
// lenient where senders are wrong: words within quotes or other text, words
// that cut a character in two (the bytes of words that follow each other are
// joined before they are decoded), spaces in words, raw 8-bit text. A word in
// an unknown charset stays as it is.
func decodeWords(w *work, s string) string {
	if !strings.Contains(s, "=?") {
		return toUTF8(w, s)
	}
	var sb strings.Builder
	var open encodedWord // words of one charset that follow each other
	for {
		i := strings.Index(s, "=?")
		if i < 0 || w.step(i+len("=?")) {
			break
		}
		word, ok := parseEncodedWord(w, s[i:])
		if !ok {
			open.flush(w, &sb)
			sb.WriteString(toUTF8(w, s[:i+2]))
			s = s[i+2:]
			continue
		}
		open.follow(w, &sb, s[:i], word)
		s = s[i+word.n:]
		w.step(word.n)
	}
	open.flush(w, &sb)
	sb.WriteString(toUTF8(w, s))
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
func (e *encodedWord) follow(w *work, sb *strings.Builder, between string, next encodedWord) {
	adjacent := e.n > 0 && strings.Trim(between, " \t") == ""
	if adjacent && strings.EqualFold(e.charset, next.charset) {
		e.data = append(e.data, next.data...)
		e.n += len(between) + next.n
		return
	}
	e.flush(w, sb)
	if !adjacent {
		sb.WriteString(toUTF8(w, between))
	}
	*e = next
}

// flush writes the word decoded, or as it stood.
func (e *encodedWord) flush(w *work, sb *strings.Builder) {
	if e.n == 0 {
		return
	}
	if text, ok := decodeCharset(w, e.charset, e.data); ok {
		sb.WriteString(text)
	} else {
		w.step(stride / 16) // to look for it takes long
		sb.WriteString(toUTF8(w, e.source[:e.n]))
	}
	*e = encodedWord{}
}

// parseEncodedWord reads =?charset?encoding?text?= at the start of s.
func parseEncodedWord(w *work, s string) (word encodedWord, ok bool) {
	label, rest, _ := strings.Cut(s[len("=?"):], "?")
	encoding, rest, _ := strings.Cut(rest, "?")
	text, rest, _ := strings.Cut(rest, "?")
	if !strings.HasPrefix(rest, "=") || label == "" || strings.ContainsAny(label, " \t") {
		return encodedWord{}, false
	}
	word = encodedWord{source: s, n: len(s) - len(rest) + len("=")}
	word.charset, _, _ = strings.Cut(label, "*") // a language: RFC 2231, section 5
	switch encoding {
	case "Q", "q":
		word.data = appendEscaped(w, make([]byte, 0, len(text)), strings.ReplaceAll(text, "_", " "), '=')
	case "B", "b":
		word.data = decodeBase64(w, []byte(text))
	default:
		return encodedWord{}, false
	}
	return word, true
}
