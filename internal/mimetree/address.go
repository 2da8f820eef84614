package mimetree

import (
	"mime"
	"strings"
)

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

// maxAddresses is how many addresses of a field are read, as maxParts is of parts: no mail
// has more, and a few bytes that make an address take a hundred in memory.
const maxAddresses = 100_000

// parseAddresses reads an address-list (RFC 5322, sections 3.4 and 4.4) in its
// obsolete and in broken forms too: where a person sees an address there is
// one. What is no address gives none.
func parseAddresses(w *work, s string, room *room[Address]) []Address {
	return newAddressParser(w, s).addresses(room)
}

// usualAddresses is what most envelopes have no more than.
const usualAddresses = 3

type addressParser struct {
	scanner
	list    []Address
	inGroup bool
	inner   bool      // what is read was the content of a word
	note    string    // the last comment: the name of who has no other
	room    [8]string // for words, until more are read
	carry   words     // read behind an address, before the "<" of the next
	lastAt  int       // where the last "@" is
}

func newAddressParser(w *work, s string) *addressParser {
	return &addressParser{scanner: scanner{work: w, s: s}, lastAt: strings.LastIndexByte(s, '@')}
}

func (p *addressParser) addresses(room *room[Address]) []Address {
	// Room for all, unless they are shorter than any that is real.
	p.list = room.take(min(strings.Count(p.s, "@"), len(p.s)/8, maxAddresses))
	for p.notes(); !p.isOver() && len(p.list) < maxAddresses; p.notes() {
		switch {
		case p.next(','):
		case p.next(';'):
			p.endGroup()
		default:
			p.address()
		}
	}
	if p.endGroup(); len(p.list) == 0 {
		return nil
	}
	return p.list
}

func (p *addressParser) endGroup() {
	if p.inGroup {
		p.list = append(p.list, Address{})
		p.inGroup = false
	}
}

// address reads one mailbox, or the beginning of a group, and what stands
// behind it and does not belong.
func (p *addressParser) address() {
	p.note = ""
	found := p.phrase()
	if p.carry != nil {
		found = append(p.carry, found...)
		p.carry = nil
	}
	if found.endInScheme() && p.next(':') { // Name [mailto:local@domain]
		found = p.phraseBehind(found[:len(found)-1])
	}
	switch {
	case p.next(':'):
		p.endGroup()
		p.inGroup = true
		p.list = append(p.list, Address{Mailbox: some(found.local(p.work))})
		return
	case p.next('<'):
		name := found.name(p.work)
		var addr Address
		p.angle(&addr)
		p.add(&addr, name)
	case p.next('@'):
		p.bare(found)
	default:
		p.alone(found)
	}
	start := p.pos
	for !p.isOver() && !p.at(&nextBegin) {
		p.skipToken()
	}
	if p.pos < len(p.s) && p.s[p.pos] == '<' {
		junk := newAddressParser(p.work, p.s[start:p.pos])
		if p.carry = junk.phrase(); junk.pos < len(junk.s) {
			p.carry = nil
		}
	}
}

// bare is local@domain without angle brackets, read up to the "@". Words before
// it are its name, or else a comment is. Where an address in brackets follows
// too, the one without is an address, unless it is part of a name: "John
// john@example.org <bob@example.org>".
func (p *addressParser) bare(found words) {
	name, local := found.split(p.work)
	addr := Address{Mailbox: some(local), Host: some(p.domain())}
	addr.Mailbox.S = strings.TrimPrefix(local, "[") // [local@domain]
	if !strings.HasPrefix(addr.Host.S, "[") {
		addr.Host.S = strings.TrimSuffix(addr.Host.S, "]")
	}
	if p.notes(); !p.next('<') {
		setIfEmpty(&name, p.note)
		p.add(&addr, name)
		return
	}
	var angle Address
	p.angle(&angle)
	switch {
	case name != "":
		p.add(&angle, name+" "+local+"@"+addr.Host.S)
	case angle.Host.S == "", strings.EqualFold(angle.Mailbox.S+angle.Host.S, addr.Mailbox.S+addr.Host.S):
		p.add(&addr, "")
	default:
		p.add(&addr, "")
		p.add(&angle, "")
	}
}

// alone is what has no "@" and no brackets: a local name, or words that hold an
// address: "bob@example.org" in quotes, in an encoded word, or in a comment.
func (p *addressParser) alone(found words) {
	if !p.inner {
		if list := inside(p.work, found.name(p.work)); list != nil {
			p.list = append(p.list, list...)
			return
		}
		if list := inside(p.work, p.note); list != nil {
			p.add(&list[0], found.name(p.work))
			return
		}
	}
	p.add(&Address{Mailbox: some(found.local(p.work)), Host: some("")}, p.note)
}

// inside are the addresses in the content of a word, nil if there are none.
func inside(w *work, text string) []Address {
	if text = decodeWords(w, text); !strings.Contains(text, "@") {
		return nil
	}
	p := newAddressParser(w, text)
	p.inner = true
	var out []Address
	for _, addr := range p.addresses(nil) {
		if w.step(len(addr.Name.S)) {
			break
		}
		if addr.Host.S != "" {
			addr.Name.S = mime.QEncoding.Encode("utf-8", addr.Name.S)
			out = append(out, addr)
		}
	}
	return out
}

// angle reads what is behind "<": [route ":"] local "@" domain ">". Brackets may
// be doubled, and "mailto:" stand before the address.
func (p *addressParser) angle(addr *Address) {
	for p.notes(); p.next('<'); p.notes() {
	}
	addr.Route = someIf(p.route())
	local := p.phrase()
	if p.next(':') {
		local = p.phrase()
	}
	addr.Mailbox, addr.Host = some(local.local(p.work)), some("")
	if p.next('@') {
		addr.Host = some(p.domain())
	} else if i := strings.LastIndexByte(addr.Mailbox.S, '@'); i >= 0 { // <"local@domain">
		addr.Mailbox, addr.Host = some(addr.Mailbox.S[:i]), some(addr.Mailbox.S[i+1:])
	}
	for !p.isOver() && !p.at(&angleEnds) {
		p.skipToken()
	}
	p.next('>')
}

// add keeps an address unless there is nothing of it.
func (p *addressParser) add(addr *Address, name string) {
	if name == "" && addr.Mailbox.S == "" && addr.Host.S == "" {
		return
	}
	addr.Name = someIf(name)
	p.list = append(p.list, *addr)
}
