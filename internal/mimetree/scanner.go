package mimetree

import "strings"

// scanner reads the tokens of structured header fields (RFC 5322, section
// 3.2). Its methods never fail: what is left open ends with the text.
type scanner struct {
	work *work
	s    string
	pos  int
	// open are the brackets and quotes of which one was found that is not
	// closed: to look for the end of each would take quadratic time.
	open string

	counted int // how far the work has been told of
}

// isOver says whether there is no more: if the work is stopped, the scanner is at its end.
func (sc *scanner) isOver() bool {
	if sc.work != nil {
		sc.count()
	}
	return sc.pos >= len(sc.s)
}

// count tells the work of what has been read.
func (sc *scanner) count() {
	n := sc.pos - sc.counted
	sc.counted = sc.pos
	if sc.work.count(n + 1) {
		sc.pos = len(sc.s)
	}
}

// end is behind the quoted string, comment or domain literal at pos, or -1
// where it is not closed. It is not stopped: where it is, is asked more than once.
func (sc *scanner) end() int {
	first := sc.s[sc.pos]
	if sc.open != "" && strings.IndexByte(sc.open, first) >= 0 {
		return -1
	}
	last := first
	switch first {
	case '(':
		last = ')'
	case '[':
		last = ']'
	}
	depth := 1
	for i := sc.pos + 1; i < len(sc.s); i++ {
		switch sc.s[i] {
		case '\\':
			i++
		case last:
			if depth--; depth == 0 {
				sc.work.step(i - sc.pos)
				return i + 1
			}
		case '(':
			if first == '(' {
				depth++
			}
		}
	}
	sc.open += string(rune(first))
	sc.work.step(len(sc.s) - sc.pos)
	return -1
}

// stops are bytes at which something ends.
type stops [256]bool

// at says whether one of the stop bytes comes next, or the end.
func (sc *scanner) at(stop *stops) bool { return sc.pos >= len(sc.s) || stop[sc.s[sc.pos]] }

// pass goes on to the next of the stop bytes.
func (sc *scanner) pass(stop *stops) {
	i := sc.pos
	for i < len(sc.s) && !stop[sc.s[i]] {
		i++
	}
	sc.pos = i
	sc.isOver()
}

// next consumes b if it comes next.
func (sc *scanner) next(b byte) bool {
	if sc.pos >= len(sc.s) || sc.s[sc.pos] != b {
		return false
	}
	sc.pos++
	return true
}

// space passes over white space.
func (sc *scanner) space() {
	if sc.isOver() {
		return
	}
	i := sc.pos
	for i < len(sc.s) && isSpace(sc.s[i]) {
		i++
	}
	sc.pos = i
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

// trimSpace takes white space off both ends.
func trimSpace(s string) string {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// skip passes over white space and comments.
func (sc *scanner) skip() {
	for sc.space(); sc.pos < len(sc.s) && sc.s[sc.pos] == '('; sc.space() {
		sc.comment()
	}
}

// comment reads "(…)", which nest, and returns what is inside.
func (sc *scanner) comment() string {
	var sb strings.Builder
	depth := 0
	for ; !sc.isOver(); sc.pos++ {
		switch b := sc.s[sc.pos]; {
		case b == '\\' && sc.pos+1 < len(sc.s):
			sc.pos++
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
	rest := sc.s[sc.pos+1:]
	if i := strings.IndexByte(rest, '"'); i >= 0 && strings.IndexByte(rest[:i], '\\') < 0 {
		sc.pos += i + len(`""`)
		return rest[:i]
	}
	var sb strings.Builder
	for sc.pos++; !sc.isOver(); sc.pos++ {
		switch b := sc.s[sc.pos]; {
		case b == '\\' && sc.pos+1 < len(sc.s):
			sc.pos++
		case b == '"':
			sc.pos++
			return sb.String()
		}
		sb.WriteByte(sc.s[sc.pos])
	}
	return sb.String()
}

// The bytes up to which a value is read, and that with which a comment begins.
var (
	valueEnds = stops{';': true, '(': true}
	nameEnds  = stops{'=': true, ';': true, '(': true}
	listEnds  = stops{',': true, '(': true}
)

// until reads up to one of the stop bytes, of which "(" is one, without comments and
// without white space at either end.
func (sc *scanner) until(stop *stops) string {
	start := sc.pos
	var before []byte // what there was before a comment
	for sc.pass(stop); sc.pos < len(sc.s) && sc.s[sc.pos] == '('; sc.pass(stop) {
		before = append(before, sc.s[start:sc.pos]...)
		sc.comment()
		start = sc.pos
	}
	if len(before) == 0 {
		return trimSpace(sc.s[start:sc.pos])
	}
	return trimSpace(string(append(before, sc.s[start:sc.pos]...)))
}
