package mimetree

import (
	"net/url"
	"sort"
	"strconv"
	"strings"
)

// Param is a parameter of Content-Type or Content-Disposition as it stands:
// the continuations and charsets of RFC 2231 are left to the client, as
// servers do.
type Param struct{ Name, Value string }

// parseValue reads "value; name=value; …" (RFC 2045, section 5.1), with
// comments, and tolerant of what is missing.
func parseValue(s string) (value string, params []Param) {
	sc := scanner{s: s}
	value = strings.ToLower(sc.until(";"))
	for sc.next(';') {
		name := strings.ToLower(sc.until("=;"))
		if !sc.next('=') {
			continue
		}
		sc.skip()
		v := ""
		if sc.peek() == '"' {
			v = sc.quoted()
			sc.until(";")
		} else {
			v = sc.until(";")
		}
		if name != "" {
			params = append(params, Param{name, v})
		}
	}
	return value, params
}

// param is the value of a parameter in UTF-8, with RFC 2231 undone: the
// charset of name*, the pieces name*0, name*1* in order.
func param(params []Param, name string) string {
	var pieces []piece
	for _, p := range params {
		rest, ok := strings.CutPrefix(p.Name, name)
		switch {
		case !ok:
		case rest == "":
			return decodeWords(p.Value)
		case rest == "*":
			pieces = append(pieces, piece{0, true, p.Value})
		case rest[0] == '*':
			number, extended := strings.CutSuffix(rest[1:], "*")
			if n, err := strconv.Atoi(number); err == nil {
				pieces = append(pieces, piece{n, extended, p.Value})
			}
		}
	}
	return joinPieces(pieces)
}

// piece is a section of a parameter (RFC 2231, section 3).
type piece struct {
	n        int
	extended bool
	value    string
}

func joinPieces(pieces []piece) string {
	sort.SliceStable(pieces, func(i, j int) bool { return pieces[i].n < pieces[j].n })
	label := "utf-8"
	var data strings.Builder
	for i, p := range pieces {
		if p.extended && i == 0 {
			if parts := strings.SplitN(p.value, "'", 3); len(parts) == 3 {
				label, p.value = parts[0], parts[2]
			}
		}
		if p.extended {
			if decoded, err := url.PathUnescape(p.value); err == nil {
				p.value = decoded
			}
		}
		data.WriteString(p.value)
	}
	text, ok := decodeCharset(label, []byte(data.String()))
	if !ok {
		return toUTF8(data.String())
	}
	return text
}

// scanner reads the tokens of structured header fields.
type scanner struct {
	s   string
	pos int
}

func (sc *scanner) peek() byte {
	if sc.pos < len(sc.s) {
		return sc.s[sc.pos]
	}
	return 0
}

// skip passes over white space and comments.
func (sc *scanner) skip() {
	for sc.pos < len(sc.s) {
		switch sc.s[sc.pos] {
		case ' ', '\t', '\r', '\n':
			sc.pos++
		case '(':
			sc.comment()
		default:
			return
		}
	}
}

// next consumes b, after white space and comments.
func (sc *scanner) next(b byte) bool {
	sc.skip()
	if sc.peek() != b || sc.pos >= len(sc.s) {
		return false
	}
	sc.pos++
	return true
}

// comment reads "(…)", which nest, and returns what is inside.
func (sc *scanner) comment() string {
	var sb strings.Builder
	depth := 0
	for ; sc.pos < len(sc.s); sc.pos++ {
		switch b := sc.s[sc.pos]; {
		case b == '\\' && sc.pos+1 < len(sc.s):
			sc.pos++
			sb.WriteByte(sc.s[sc.pos])
			continue
		case b == '(':
			if depth++; depth == 1 {
				continue
			}
		case b == ')':
			if depth--; depth == 0 {
				sc.pos++
				return sb.String()
			}
		}
		sb.WriteByte(sc.s[sc.pos])
	}
	return sb.String()
}

// quoted reads "…" with its escapes undone.
func (sc *scanner) quoted() string {
	var sb strings.Builder
	for sc.pos++; sc.pos < len(sc.s); sc.pos++ {
		switch b := sc.s[sc.pos]; {
		case b == '\\' && sc.pos+1 < len(sc.s):
			sc.pos++
			sb.WriteByte(sc.s[sc.pos])
		case b == '"':
			sc.pos++
			return sb.String()
		default:
			sb.WriteByte(b)
		}
	}
	return sb.String()
}

// until reads up to one of the stop bytes, without comments and without white
// space at either end.
func (sc *scanner) until(stop string) string {
	var sb strings.Builder
	for sc.pos < len(sc.s) {
		b := sc.s[sc.pos]
		if strings.IndexByte(stop, b) >= 0 {
			break
		}
		if b == '(' {
			sc.comment()
			continue
		}
		sb.WriteByte(b)
		sc.pos++
	}
	return strings.Trim(sb.String(), " \t\r\n")
}
