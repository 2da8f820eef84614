package mimetree

import "strings"

// decodeWords decodes the encoded words of RFC 2047 wherever they stand. It is
// lenient where senders are wrong: words within quotes or other text, words
// that cut a character in two (the bytes of words that follow each other are
// joined before they are decoded), spaces in words, raw 8-bit text. A word in
// an unknown charset stays as it is.
func decodeWords(w *work, s string) string { return spellWords(w, s, toUTF8, encodedWord.converted) }

// spellWords writes words in one way and the text around them in another.
func spellWords(w *work, s string, text func(*work, string) string, spell func(encodedWord, *work) string) string {
	if !strings.Contains(s, "=?") {
		return text(w, s)
	}
	var sb strings.Builder
	flush := func(e *encodedWord) {
		if e.n > 0 {
			sb.WriteString(spell(*e, w))
		}
		*e = encodedWord{}
	}
	var open encodedWord // words of one charset that follow each other
	for {
		i := strings.Index(s, "=?")
		if i < 0 || w.step(i+len("=?")) {
			break
		}
		word, ok := parseEncodedWord(w, s[i:])
		if !ok {
			flush(&open)
			sb.WriteString(text(w, s[:i+2]))
			s = s[i+2:]
			continue
		}
		if !open.follow(s[:i], word) {
			adjacent := open.isBefore(s[:i])
			flush(&open)
			if !adjacent {
				sb.WriteString(text(w, s[:i]))
			}
			open = word
		}
		s = s[i+word.n:]
		w.step(word.n)
	}
	flush(&open)
	sb.WriteString(text(w, s))
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

// isBefore says that nothing but white space is between it and the next word, which is not
// shown (RFC 2047, section 6.2).
func (e *encodedWord) isBefore(between string) bool {
	return e.n > 0 && strings.Trim(between, " \t") == ""
}

// follow takes the next word, if it is one more of the same.
func (e *encodedWord) follow(between string, next encodedWord) bool {
	if !e.isBefore(between) || !strings.EqualFold(e.charset, next.charset) {
		return false
	}
	e.data = append(e.data, next.data...)
	e.n += len(between) + next.n
	return true
}

// converted is the word decoded, or as it stood.
func (e encodedWord) converted(w *work) string {
	if text, ok := decodeCharset(w, e.charset, e.data); ok {
		return text
	}
	w.step(stride / 16) // to look for it takes long
	return toUTF8(w, e.source[:e.n])
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
