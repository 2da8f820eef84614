package mimetree

import "strings"

// NString is a string or nothing, IMAP's NIL.
type NString struct {
	S  string
	OK bool
}

func some(s string) NString { return NString{s, true} }

// someIf is NIL for an empty string.
func someIf(s string) NString { return NString{s, s != ""} }

// Address is an address as ENVELOPE gives it, encoded words as they stand. A
// group begins with an address that has a mailbox, its name, and no host, and
// ends with one that has neither (RFC 9051, section 7.5.2).
type Address struct{ Name, Route, Mailbox, Host NString }

// parseAddresses reads an address-list (RFC 5322, section 3.4), tolerant of
// obsolete and broken forms: what is no address is the mailbox of one that has
// an empty host.
func parseAddresses(s string) []Address {
	p := addressParser{scanner: scanner{s: s}}
	for {
		p.skip()
		switch {
		case p.pos >= len(p.s):
			p.endGroup()
			return p.list
		case p.peek() == ',':
			p.pos++
		case p.peek() == ';':
			p.pos++
			p.endGroup()
		default:
			p.address()
		}
	}
}

type addressParser struct {
	scanner
	list    []Address
	inGroup bool
	note    string // the last comment, which names who has no other name
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
	switch p.peek() {
	case ':':
		p.pos++
		p.inGroup = true
		p.list = append(p.list, Address{Mailbox: some(strings.Join(words, " "))})
	case '<':
		p.pos++
		addr := p.angle()
		addr.Name = someIf(strings.Join(words, " "))
		p.readNote()
		if !addr.Name.OK {
			addr.Name = someIf(p.note)
		}
		p.list = append(p.list, addr)
	default:
		p.bare(words)
	}
}

// bare is local@domain without angle brackets; a comment behind it is the name.
func (p *addressParser) bare(words []string) {
	addr := p.domain(strings.Join(words, " "))
	p.readNote()
	addr.Name = someIf(p.note)
	if addr.Mailbox.S != "" || addr.Host.S != "" {
		p.list = append(p.list, addr)
	}
	p.drop(",;")
}

// domain reads "@domain" behind a local part.
func (p *addressParser) domain(local string) Address {
	addr := Address{Mailbox: some(local), Host: some("")}
	if p.peek() == '@' {
		p.pos++
		addr.Host = some(p.host(",;>"))
	}
	return addr
}

// angle reads what is behind "<": [route ":"] local "@" domain ">".
func (p *addressParser) angle() Address {
	var route string
	p.skip()
	if p.peek() == '@' {
		if colon := strings.IndexAny(p.s[p.pos:], ":>"); colon >= 0 && p.s[p.pos+colon] == ':' {
			route = strings.Join(strings.Fields(p.s[p.pos:p.pos+colon]), "")
			p.pos += colon + 1
		}
	}
	addr := p.domain(strings.Join(p.phrase(), " "))
	addr.Route = someIf(route)
	p.drop(">")
	if p.peek() == '>' {
		p.pos++
	}
	return addr
}

// drop passes over what does not belong, up to a stop byte.
func (p *addressParser) drop(stop string) {
	for p.skip(); p.pos < len(p.s) && strings.IndexByte(stop, p.s[p.pos]) < 0; p.skip() {
		if p.s[p.pos] == '"' {
			p.quoted()
			continue
		}
		p.pos++
	}
}

// readNote takes a comment that comes next.
func (p *addressParser) readNote() {
	for p.pos < len(p.s) && (p.s[p.pos] == ' ' || p.s[p.pos] == '\t') {
		p.pos++
	}
	if p.peek() == '(' {
		p.note = strings.TrimSpace(p.comment())
	}
}

// host reads a domain; white space within is dropped.
func (p *addressParser) host(stop string) string {
	var sb strings.Builder
	for p.pos < len(p.s) && strings.IndexByte(stop, p.s[p.pos]) < 0 {
		switch b := p.s[p.pos]; b {
		case '(':
			p.readNote()
			continue
		case ' ', '\t', '\r', '\n':
		default:
			sb.WriteByte(b)
		}
		p.pos++
	}
	return sb.String()
}

// phrase reads words, quoted or not, up to a special character. Around the
// dots of a local part there is no space.
func (p *addressParser) phrase() []string {
	var words []string
	glue := false // the last word ended in a dot
	for {
		for p.pos < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.pos]) >= 0 {
			p.pos++
		}
		var word string
		switch b := p.peek(); {
		case p.pos >= len(p.s) || strings.IndexByte("<>:;,@", b) >= 0:
			return words
		case b == '(':
			p.readNote()
			continue
		case b == '"':
			word = p.quoted()
		default:
			word = p.atom()
		}
		if n := len(words); n > 0 && (glue || strings.HasPrefix(word, ".") && len(word) == 1) {
			words[n-1] += word
		} else {
			words = append(words, word)
		}
		glue = word == "."
	}
}

// atom reads up to white space or a special character; a lone dot is one.
func (p *addressParser) atom() string {
	start := p.pos
	for p.pos < len(p.s) && strings.IndexByte(" \t\r\n<>:;,@\"(", p.s[p.pos]) < 0 {
		p.pos++
	}
	return p.s[start:p.pos]
}
