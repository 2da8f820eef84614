package mimetree

import (
	"bytes"
	"strings"
)

// AddressContains is HeaderContains for FROM, TO, CC and BCC, which look at the
// envelope (RFC 9051, section 6.4.4): an address is found too as ENVELOPE gives
// it, without the comments, the quotes and the folding within.
func (c Collated) AddressContains(name, key string) bool {
	if c.HeaderContains(name, key) {
		return true
	}
	if key == "" || !c.mayHold(name, key) {
		return false
	}
	list := c.m.addressField(name)
	if len(list) == 0 {
		return false
	}
	var sb strings.Builder
	for i, addr := range list {
		if c.m.work.step(1) {
			return false
		}
		if i > 0 {
			sb.WriteString(", ")
		}
		writeAddress(c.m.work, &sb, addr)
	}
	return strings.Contains(c.Key(sb.String()), key)
}

// mayHold says whether an address of a field may hold the text of a key that the field as it
// stands does not.
func (c Collated) mayHold(name, key string) bool {
	run := longestRun(key)
	for f := range c.m.fields().named(c.m.work, name) {
		if f.mayShow(c.m.work, c.in, run) {
			return true
		}
	}
	return false
}

// mayShow says whether ENVELOPE may have a run of letters and digits in an address of the field.
// Where nothing is encoded, escaped or commented on, it has none that the field has not.
func (f Field) mayShow(w *work, c Collation, run string) bool {
	return hasHidden(f.Value) || !c.headerLacks(w, f.Value, run)
}

// hasHidden says whether there may be comments in addresses, or characters escaped.
func hasHidden(header []byte) bool {
	return bytes.IndexByte(header, '\\') >= 0 || bytes.IndexByte(header, '(') >= 0
}

// AddressContains looks for a folded needle, under the usual collation.
func (m *Message) AddressContains(name, folded string) bool {
	return m.In(UnicodeCasemap).AddressContains(name, folded)
}

// addressField is one of the envelope's lists of addresses.
func (m *Message) addressField(name string) []Address {
	env := m.Envelope()
	switch lower(name) {
	case "from":
		return env.From
	case "to":
		return env.To
	case "cc":
		return env.Cc
	case "bcc":
		return env.Bcc
	}
	return nil
}

// writeAddress writes "Name <mailbox@host>", decoded; of a group its name.
func writeAddress(w *work, sb *strings.Builder, addr Address) {
	mailbox := addr.Mailbox.S
	if !addr.Host.OK {
		sb.WriteString(decodeWords(w, mailbox))
		return
	}
	if !isDotAtom(mailbox) {
		mailbox = `"` + mailbox + `"` // or "a b"@x would be found by "b@x"
	}
	if addr.Host.S != "" {
		mailbox += "@" + addr.Host.S
	}
	if addr.Name.S != "" {
		sb.WriteString(decodeWords(w, addr.Name.S) + " ")
	}
	sb.WriteString("<" + toUTF8(w, mailbox) + ">")
}

// isDotAtom says whether a local part needs no quotes (RFC 5322, section 3.4.1),
// in which raw 8-bit text is let pass.
func isDotAtom(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || strings.ContainsRune("()<>[]:;@\\,\"", r) }) < 0
}
