package imapwire

import (
	"bytes"
	"strconv"
)

// FetchLine is a FETCH response (RFC 9051, section 7.5.2), or the UIDFETCH of RFC 9586, in
// pieces: "* 3 FETCH (", items, and ")" with the CRLF, or what cannot be read.
type FetchLine struct {
	Head  []byte
	Items []FetchItem
	Tail  []byte
}

// FetchItem is an item of a FETCH response: its name as the response has it, such as
// BODY[HEADER.FIELDS (DATE)]<0>, and all of it with its value.
type FetchItem struct {
	Name string
	Raw  []byte
}

// ParseFetchLine takes a response with its literals apart. It reports whether it is a
// FETCH response. What cannot be read of one is left in the tail.
func ParseFetchLine(line []byte) (FetchLine, bool) {
	var f FetchLine
	head, rest, found := bytes.Cut(line, []byte("FETCH ("))
	words := bytes.Fields(head)
	if !found || len(words) < 2 || len(words) > 3 || string(words[0]) != "*" || !isNumber(words[1]) {
		return f, false
	}
	if len(words) == 3 && string(words[2]) != "UID" {
		return f, false
	}
	f.Head = line[:len(line)-len(rest)]
	for len(rest) > 0 && rest[0] != ')' {
		space := 0
		if len(f.Items) > 0 && rest[0] == ' ' {
			space = 1
		}
		name := skipName(rest[space:])
		if name == 0 || rest[space+name] != ' ' {
			break
		}
		size := skipValue(rest[space+name+1:])
		if size < 0 {
			break
		}
		item := rest[space : space+name+1+size]
		f.Items = append(f.Items, FetchItem{string(item[:name]), item})
		rest = rest[space+len(item):]
	}
	f.Tail = rest
	return f, true
}

// Bytes is the response put together again.
func (f FetchLine) Bytes() []byte {
	out := bytes.Clone(f.Head)
	for i, item := range f.Items {
		if i > 0 {
			out = append(out, ' ')
		}
		out = append(out, item.Raw...)
	}
	tail := f.Tail
	if len(f.Items) == 0 {
		tail = bytes.TrimPrefix(tail, []byte(" "))
	}
	return append(out, tail...)
}

func isNumber(word []byte) bool {
	_, err := strconv.ParseUint(string(word), 10, 32)
	return err == nil
}

// skipName is the length of an item's name, in the brackets of which may be spaces.
func skipName(s []byte) int {
	open := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '[':
			open++
		case ']':
			open--
		case '"':
			if open > 0 {
				i += max(skipQuoted(s[i:])-1, 0)
			}
		case ' ', ')':
			if open <= 0 {
				return i
			}
		}
	}
	return 0
}

// skipValue is the length of a value: a list, a string or an atom; -1 for none.
func skipValue(s []byte) int {
	depth := 0
	for i := 0; i < len(s); {
		n := 1
		switch c := s[i]; {
		case c == '(':
			depth++
		case c == ')' && depth == 0:
			return i
		case c == ')':
			depth--
		case c == '"':
			n = skipQuoted(s[i:])
		case c == '{':
			n = skipLiteral(s[i:])
		case c == ' ' && depth == 0:
			return i
		}
		if n <= 0 {
			return -1
		}
		i += n
	}
	return -1
}

// skipQuoted is the length of a quoted string, 0 if it has no end.
func skipQuoted(s []byte) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return 0
}

// skipLiteral is the length of a literal with its announcement, 0 if that is none.
func skipLiteral(s []byte) int {
	end := bytes.Index(s, []byte("}\r\n"))
	if end < 0 {
		return 0
	}
	size, err := strconv.Atoi(string(s[1:end]))
	if err != nil || size < 0 || size > len(s)-end-len("}\r\n") {
		return 0
	}
	return end + len("}\r\n") + size
}

// CutLiterals splits a line, or a response of several, at its literals: texts and literals
// in turn, beginning and ending with a text. Those in quoted strings are none.
func CutLiterals(line []byte) (parts [][]byte) {
	start := 0
	for i := 0; i < len(line); {
		n := 1
		switch line[i] {
		case '"':
			n = max(skipQuoted(line[i:]), 1)
		case '{':
			if size := skipLiteral(line[i:]); size > 0 {
				text := i + bytes.IndexByte(line[i:], '\n') + 1
				parts = append(parts, line[start:text], line[text:i+size])
				start, n = i+size, size
			}
		}
		i += n
	}
	return append(parts, line[start:])
}
