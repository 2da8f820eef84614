package dovecot_test

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// node is a piece of a response: an atom, a string or a list. The two forms
// of a string, quoted and literal, are one here.
type node struct {
	kind nodeKind
	text string // of an atom or a string
	list []node
}

type nodeKind int

const (
	atom nodeKind = iota
	str
	list
)

// parseNodes reads a response. It takes what servers send, not only what the
// grammar has, because a malformed response is to be shown, not refused.
func parseNodes(text string) []node {
	p := &nodeParser{rest: text}
	var out []node
	for p.rest != "" {
		out = append(out, p.nodes()...)
		p.rest = strings.TrimPrefix(p.rest, ")") // one too many
	}
	return out
}

type nodeParser struct{ rest string }

// nodes reads up to a closing parenthesis or the end.
func (p *nodeParser) nodes() []node {
	var out []node
	for {
		p.rest = strings.TrimLeft(p.rest, " ")
		switch {
		case p.rest == "" || p.rest[0] == ')':
			return out
		case p.rest[0] == '(':
			p.rest = p.rest[1:]
			out = append(out, node{kind: list, list: p.nodes()})
			p.rest = strings.TrimPrefix(p.rest, ")")
		case p.rest[0] == '"':
			out = append(out, p.quoted())
		default:
			out = append(out, p.atomOrLiteral())
		}
	}
}

func (p *nodeParser) quoted() node {
	var sb strings.Builder
	i := 1
	for ; i < len(p.rest) && p.rest[i] != '"'; i++ {
		if p.rest[i] == '\\' && i+1 < len(p.rest) {
			i++
		}
		sb.WriteByte(p.rest[i])
	}
	p.rest = p.rest[min(i+1, len(p.rest)):]
	return node{kind: str, text: sb.String()}
}

func (p *nodeParser) atomOrLiteral() node {
	if head, rest, ok := strings.Cut(p.rest, "\r\n"); ok {
		size, err := strconv.Atoi(strings.TrimSuffix(strings.TrimLeft(head, "~{"), "}"))
		if err == nil && size <= len(rest) && strings.HasSuffix(head, "}") {
			p.rest = rest[size:]
			return node{kind: str, text: rest[:size]}
		}
	}
	depth, i := 0, 0
	for ; i < len(p.rest); i++ {
		switch c := p.rest[i]; c {
		case '[':
			depth++
		case ']':
			depth--
		case ' ', '(', ')':
			// A section has spaces and parentheses of its own.
			if depth <= 0 {
				return p.cut(i)
			}
		}
	}
	return p.cut(i)
}

func (p *nodeParser) cut(i int) node {
	n := node{kind: atom, text: p.rest[:i]}
	p.rest = p.rest[i:]
	return n
}

// String writes a node in the one form in which nodes are compared.
func (n node) String() string {
	switch n.kind {
	case str:
		return strconv.Quote(n.text)
	case list:
		return "(" + join(n.list) + ")"
	}
	return n.text
}

func join(nodes []node) string {
	out := make([]string, len(nodes))
	for i, n := range nodes {
		out[i] = n.String()
	}
	return strings.Join(out, " ")
}

// sorted is a list whose order says nothing, such as one of flags.
func (n node) sorted() node {
	n.list = slices.Clone(n.list)
	slices.SortFunc(n.list, func(a, b node) int { return cmp.Compare(a.String(), b.String()) })
	return n
}

// pairs gives the names and values of a list in which they alternate, sorted
// by name.
func pairs(nodes []node) [][2]node {
	var out [][2]node
	for i := 0; i+1 < len(nodes); i += 2 {
		out = append(out, [2]node{nodes[i], nodes[i+1]})
	}
	slices.SortStableFunc(out, func(a, b [2]node) int { return cmp.Compare(a[0].String(), b[0].String()) })
	return out
}
