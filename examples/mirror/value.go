package mirror

import (
	"bytes"
	"strconv"
	"strings"
)

// value is a part of a response: a word or string, or a list.
type value struct {
	text   string
	list   []value
	isList bool
}

// parse reads the values of a line that has its literals in it. What it cannot read it
// leaves out: who uses them asks for what must be there.
func parse(line []byte) []value {
	p := &parser{line}
	return p.values()
}

type parser struct{ rest []byte }

func (p *parser) values() (out []value) {
	for {
		p.rest = bytes.TrimLeft(p.rest, " ")
		if len(p.rest) == 0 {
			return out
		}
		switch p.rest[0] {
		case ')':
			p.rest = p.rest[1:]
			return out
		case '(':
			p.rest = p.rest[1:]
			out = append(out, value{list: p.values(), isList: true})
		case '"':
			out = append(out, value{text: p.quoted()})
		case '{':
			out = append(out, value{text: p.literal()})
		default:
			out = append(out, value{text: p.word()})
		}
	}
}

func (p *parser) quoted() string {
	var out []byte
	for i := 1; i < len(p.rest); i++ {
		switch p.rest[i] {
		case '"':
			p.rest = p.rest[i+1:]
			return string(out)
		case '\\':
			if i++; i == len(p.rest) {
				p.rest = nil
				return string(out)
			}
		}
		out = append(out, p.rest[i])
	}
	p.rest = nil
	return string(out)
}

func (p *parser) literal() string {
	head, rest, found := bytes.Cut(p.rest, []byte("\r\n"))
	n, err := strconv.Atoi(strings.Trim(string(head), "{}"))
	if !found || err != nil || n > len(rest) {
		p.rest = nil
		return ""
	}
	p.rest = rest[n:]
	return string(rest[:n])
}

// word is up to a space or parenthesis, but for those in brackets: BODY[HEADER.FIELDS (X)].
func (p *parser) word() string {
	depth := 0
	for i, b := range p.rest {
		switch {
		case b == '[':
			depth++
		case b == ']':
			depth--
		case depth <= 0 && (b == ' ' || b == '(' || b == ')'):
			word := string(p.rest[:i])
			p.rest = p.rest[i:]
			return word
		}
	}
	word := string(p.rest)
	p.rest = nil
	return word
}

// number is the value as a number, 0 if it is none.
func (v value) number() uint64 {
	n, _ := strconv.ParseUint(v.text, 10, 64)
	return n
}

// uids are those of a set such as 1:3,7.
func uids(set string) (out []uint32) {
	for part := range strings.SplitSeq(set, ",") {
		from, to, isRange := strings.Cut(part, ":")
		a, err := strconv.ParseUint(from, 10, 32)
		if err != nil {
			continue
		}
		b := a
		if isRange {
			if b, err = strconv.ParseUint(to, 10, 32); err != nil {
				continue
			}
		}
		for n := min(a, b); n <= max(a, b); n++ {
			out = append(out, uint32(n))
		}
	}
	return out
}
