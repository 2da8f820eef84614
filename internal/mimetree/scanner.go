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
	if strings.IndexByte(sc.open, first) >= 0 {
		return -1
	}
	last := map[byte]byte{'"': '"', '(': ')', '[': ']'}[first]
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

// at says whether one of the stop bytes comes next, or the end.
func (sc *scanner) at(stop string) bool {
	return sc.pos >= len(sc.s) || strings.IndexByte(stop, sc.s[sc.pos]) >= 0
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
	sc.isOver()
	for sc.pos < len(sc.s) && strings.IndexByte(" \t\r\n", sc.s[sc.pos]) >= 0 {
		sc.pos++
	}
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
	if i := strings.IndexAny(rest, `"\`); i >= 0 && rest[i] == '"' {
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

// until reads up to one of the stop bytes, without comments and without white
// space at either end.
func (sc *scanner) until(stop string) string {
	start := sc.pos
	for !sc.isOver() && !sc.at(stop) && sc.s[sc.pos] != '(' {
		sc.pos++
	}
	if sc.at(stop) {
		return strings.Trim(sc.s[start:sc.pos], " \t\r\n")
	}
	var sb strings.Builder
	sb.WriteString(sc.s[start:sc.pos])
	for !sc.isOver() && !sc.at(stop) {
		if sc.s[sc.pos] == '(' {
			sc.comment()
			continue
		}
		sb.WriteByte(sc.s[sc.pos])
		sc.pos++
	}
	return strings.Trim(sb.String(), " \t\r\n")
}
