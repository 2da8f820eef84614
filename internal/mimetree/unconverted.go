package mimetree

import "strings"

// behindAll is what no text in UTF-8 begins with, nor the key of one: what begins with it is
// in order behind all that do not.
const behindAll = "\xff"

// orderKey is what a text of the header, given raw and decoded, is put in order by. One that
// could not be converted to UTF-8 goes behind all that could, by its octets: RFC 5255,
// section 4.6. Base takes from either what is not compared.
func (c Collated) orderKey(raw, decoded string, base func(string) string) string {
	if octets, failed := unconverted(c.m.work, raw, decoded); failed {
		if key := base(octets); key != "" {
			return behindAll + key
		}
		return ""
	}
	return c.Key(base(decoded))
}

func asItIs(s string) string { return s }

// unconverted are the octets of a text with its words taken out of their encoding, and not
// out of their charsets. It is false where all words could be: their charsets are known, and
// their octets are such as those have.
func unconverted(w *work, raw, decoded string) (octets string, failed bool) {
	if !strings.Contains(decoded, "\uFFFD") && !strings.Contains(decoded, "=?") {
		return "", false
	}
	octets = spellWords(w, raw, func(_ *work, s string) string { return s }, func(e encodedWord, w *work) string {
		text, known := decodeCharset(w, e.charset, e.data)
		failed = failed || !known || strings.Contains(text, "\uFFFD")
		return string(e.data)
	})
	return octets, failed
}
