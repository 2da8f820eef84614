package mimetree

import "strings"

// NString is a string or nothing, IMAP's NIL.
type NString struct {
	S  string
	OK bool // false for NIL
}

func some(s string) NString { return NString{s, true} }

// someIf is NIL for an empty string.
func someIf(s string) NString { return NString{s, s != ""} }

// Address is an address as ENVELOPE gives it: quotes and escapes undone,
// encoded words as they stand. A group begins with an address that has a
// mailbox, the group's name, and a host that is NIL, and ends with one of
// which all is NIL. So the host of a mailbox without a domain is not NIL but
// empty (RFC 9051, section 7.5.2).
type Address struct{ Name, Route, Mailbox, Host NString }

// parseAddresses reads an address-list (RFC 5322, sections 3.4 and 4.4) in its
// obsolete and in broken forms too. What is no address gives none.
func parseAddresses(s string) []Address {
	p := addressParser{scanner: scanner{s: s}}
	for p.skip(); p.pos < len(p.s); p.skip() {
		switch {
		case p.next(','):
		case p.next(';'):
			p.endGroup()
		default:
			p.address()
		}
	}
	p.endGroup()
	return p.list
}

type addressParser struct {
	scanner
	list    []Address
	inGroup bool
	note    string // the last comment: the name of who has no other
}

func (p *addressParser) endGroup() {
	if p.inGroup {
		p.list = append(p.list, Address{})
		p.inGroup = false
	}
}

// address reads one mailbox, or the beginning of a group.
func (p *addressParser) address() {
	p.note = ""
	words := p.phrase()
	switch {
	case p.next(':'):
		p.endGroup()
		p.inGroup = true
		p.list = append(p.list, Address{Mailbox: some(words)})
		return
	case p.next('<'):
		p.angle(words)
	default:
		p.bare(words)
	}
	for !p.at(",;<") { // what does not belong
		p.skipToken()
	}
}

// bare is local@domain without angle brackets. A comment behind it is the
// name, and if an address in brackets follows it is a name itself:
// "bob@example.org <bob@example.org>".
func (p *addressParser) bare(local string) {
	addr := Address{Mailbox: some(local), Host: some("")}
	name := local
	if p.next('@') {
		addr.Host = some(p.domain())
		name += "@" + addr.Host.S
	}
	if p.notes(); p.next('<') {
		p.angle(name)
		return
	}
	p.add(addr, "")
}

// angle reads what is behind "<": [route ":"] local "@" domain ">".
func (p *addressParser) angle(name string) {
	addr := Address{Route: someIf(p.route())}
	addr.Mailbox, addr.Host = some(p.phrase()), some("")
	if p.next('@') {
		addr.Host = some(p.domain())
	}
	for !p.at(">,;") {
		p.skipToken()
	}
	p.next('>')
	p.notes()
	p.add(addr, name)
}

// add keeps an address unless there is nothing of it.
func (p *addressParser) add(addr Address, name string) {
	setIfEmpty(&name, p.note)
	if name == "" && addr.Mailbox.S == "" && addr.Host.S == "" {
		return
	}
	addr.Name = someIf(name)
	p.list = append(p.list, addr)
}

// route reads "@one,@two:" (RFC 5322, section 4.4), or nothing.
func (p *addressParser) route() string {
	p.skip()
	rest := p.s[p.pos:]
	colon := strings.IndexAny(rest, ":<>")
	if colon < 0 || rest[0] != '@' || rest[colon] != ':' {
		return ""
	}
	p.pos += colon + 1
	return strings.Join(strings.Fields(rest[:colon]), "")
}

// phrase reads words, quoted or not, up to a special character. One space is
// left between words, none around a dot that stands alone: "john . doe".
func (p *addressParser) phrase() string {
	var sb strings.Builder
	glue := true
	for p.notes(); !p.at("<>:;,@"); p.notes() {
		var word string
		if p.s[p.pos] == '"' {
			word = p.quoted()
		} else {
			word = p.atom("<>:;,@\"( \t\r\n")
		}
		if !glue && word != "." {
			sb.WriteByte(' ')
		}
		sb.WriteString(word)
		glue = word == "."
	}
	return sb.String()
}

// domain reads a domain or a literal: "example.org", "[192.0.2.1]". Around its
// dots there may be white space and comments.
func (p *addressParser) domain() string {
	var sb strings.Builder
	dot := true
	for p.notes(); !p.at("<>;,@\""); p.notes() {
		if !dot && p.s[p.pos] != '.' {
			break
		}
		word := p.literal()
		if word == "" {
			word = p.atom("<>;,@\"( \t\r\n")
		}
		sb.WriteString(word)
		dot = strings.HasSuffix(word, ".")
	}
	return sb.String()
}

// literal reads "[…]", or nothing.
func (p *addressParser) literal() string {
	if p.s[p.pos] != '[' {
		return ""
	}
	start := p.pos
	for !p.at("]<>,;") {
		p.pos++
	}
	p.next(']')
	return p.s[start:p.pos]
}

// atom reads up to one of the stop bytes.
func (p *addressParser) atom(stop string) string {
	start := p.pos
	for !p.at(stop) {
		p.pos++
	}
	return p.s[start:p.pos]
}

// notes passes over white space and comments and keeps the last comment.
func (p *addressParser) notes() {
	for p.space(); p.pos < len(p.s) && p.s[p.pos] == '('; p.space() {
		p.note = strings.TrimSpace(p.comment())
	}
}

// skipToken passes over a quoted string, a comment, or one byte.
func (p *addressParser) skipToken() {
	switch p.s[p.pos] {
	case '"':
		p.quoted()
	case '(':
		p.comment()
	default:
		p.pos++
	}
}
