package mimetree

import (
	"slices"
	"strconv"
	"strings"
)

// Param is a parameter of Content-Type or Content-Disposition: the name in
// lower case, the value without quotes and otherwise as it stands. The pieces
// and charsets of RFC 2231 are left to the client: name*0, name*1* are
// parameters of their own.
type Param struct{ Name, Value string }

// parseValue reads "value; name=value; …" (RFC 2045, section 5.1), value in
// lower case. It takes comments and stray semicolons. Parameters without a
// value, or with a name that is none, are dropped; one without a name is kept,
// as Dovecot and Cyrus present it.
func parseValue(w *work, s string) (value string, params []Param) { return appendValue(w, nil, s) }

// appendValue is parseValue that appends the parameters to others.
func appendValue(w *work, params []Param, s string) (string, []Param) {
	sc := scanner{work: w, s: s}
	value := lower(sc.until(&valueEnds))
	for sc.next(';') {
		name := lower(sc.until(&nameEnds))
		if !sc.next('=') {
			continue
		}
		v := sc.value(name)
		if name == "" || isToken(name) {
			params = append(params, Param{name, v})
		}
	}
	return value, params
}

// value reads the value of a parameter and stops at the next semicolon, which
// ends a quoted string too that is not closed. A value without quotes is a
// token, and what stands behind it is dropped; but names of files with spaces
// are often not quoted.
func (sc *scanner) value(name string) string {
	sc.skip()
	closed := sc.pos < len(sc.s) && sc.s[sc.pos] == '"' && sc.end() >= 0
	if closed {
		v := sc.quoted()
		sc.until(&valueEnds)
		return v
	}
	sc.next('"')
	v := sc.until(&valueEnds)
	if base, _, _ := strings.Cut(name, "*"); base == "name" || base == "filename" {
		return v
	}
	for i := range len(v) {
		if v[i] == '"' || isSpace(v[i]) {
			v = v[:i]
			break
		}
	}
	if name == "charset" {
		v, _, _ = strings.Cut(v, ",")
	}
	return v
}

// lower is s in lower case, its other bytes kept.
func lower(s string) string {
	i := 0
	for i < len(s) && !isUpper(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	return textOf(appendLower(nil, s))
}

func isUpper(b byte) bool { return 'A' <= b && b <= 'Z' }

// tspecials end a token (RFC 2045, section 5.1), as do white space and control characters.
var tspecials = stops{
	'(': true, ')': true, '<': true, '>': true, '@': true, ',': true, ';': true, ':': true, '\\': true, '"': true,
	'/': true, '[': true, ']': true, '?': true, '=': true,
}

// isToken says whether s is a token (RFC 2045, section 5.1), in which raw 8-bit
// text is let pass.
func isToken(s string) bool { return s != "" && tokenOf(s) == s }

// tokenOf is the token with which s begins, "" for none.
func tokenOf(s string) string {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] == 0x7f || tspecials[s[i]] {
			return s[:i]
		}
	}
	return s
}

// decodedParam is the value of a parameter in UTF-8, with RFC 2231 undone: the
// charset of name*, the pieces name*0, name*1* in their order. A value that
// also has a plain form, for those who do not know RFC 2231, is not taken
// from that one. Encoded words in the plain form are wrong but common.
func decodedParam(w *work, params []Param, name string) string {
	var plain string
	var pieces []piece
	for _, p := range params {
		if w.step(len(p.Name)) {
			return ""
		}
		switch rest, ok := strings.CutPrefix(p.Name, name); {
		case !ok:
		case rest == "":
			setIfEmpty(&plain, p.Value)
		case rest[0] == '*':
			if piece, ok := parsePiece(rest[1:], p.Value); ok {
				pieces = append(pieces, piece)
			}
		}
	}
	if text := joinPieces(w, pieces); text != "" {
		return text
	}
	return decodeWords(w, plain)
}

// piece is a section of a parameter (RFC 2231, sections 3 and 4).
type piece struct {
	n        int
	extended bool // percent-encoded, and in piece 0 with a charset
	value    string
}

// parsePiece reads what follows the first asterisk of a name: "", "1", "1*".
func parsePiece(suffix, value string) (piece, bool) {
	if suffix == "" {
		return piece{0, true, value}, true
	}
	number, extended := strings.CutSuffix(suffix, "*")
	n, err := strconv.ParseUint(number, 10, 16)
	return piece{int(n), extended, value}, err == nil
}

// sortPieces brings them in the order of their numbers.
func sortPieces(w *work, pieces []piece) {
	slices.SortStableFunc(pieces, func(a, b piece) int {
		if w.step(8) {
			return 0
		}
		return a.n - b.n
	})
}

// joinPieces ends at the first number that is missing.
func joinPieces(w *work, pieces []piece) string {
	if len(pieces) == 0 {
		return ""
	}
	sortPieces(w, pieces)
	label := ""
	var data []byte
	for i, p := range pieces {
		if p.n != i || w.step(len(p.value)) {
			break
		}
		if !p.extended {
			data = append(data, p.value...)
			continue
		}
		if parts := strings.SplitN(p.value, "'", 3); i == 0 && len(parts) == 3 {
			label, p.value = parts[0], parts[2]
		}
		data = appendEscaped(w, data, p.value, '%')
	}
	if text, ok := decodeCharset(w, label, data); ok {
		return text
	}
	return toUTF8(w, string(data))
}
