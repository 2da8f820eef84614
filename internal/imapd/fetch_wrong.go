package imapd

import (
	"strings"
	"time"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// The pieces of FETCH items that some servers get wrong, each in a way that has been seen: a
// row of itemWriters. Without a profile they are as the RFCs have them.

// writeDate writes a date, or one without its zone, or none: "00-Jan-0000".
func (c *conn) writeDate(t time.Time) {
	switch {
	case c.writesAs("zero-date"):
		c.enc.Raw(`"00-Jan-0000 00:00:00 +0000"`)
	case c.writesAs("no-zone"):
		c.enc.Raw(t.Format(`"_2-Jan-2006 15:04:05"`))
	default:
		c.enc.DateTime(t)
	}
}

// writeSize writes a size, or one that is more than the message has, as Exchange does.
func (c *conn) writeSize(size uint64) {
	if c.writesAs("wrong-size") {
		size += size/2 + 100
	}
	c.enc.Num64(size)
}

// writeModSeq writes a modseq in its parentheses, which may not be 0 nor below it (RFC 7162,
// section 7).
func (c *conn) writeModSeq(modseq uint64) {
	switch {
	case c.writesAs("zero-modseq"):
		c.enc.Raw("(0)")
	case c.writesAs("negative-modseq"):
		c.enc.Raw("(-1)")
	default:
		c.enc.Raw("(").Num64(modseq).Raw(")")
	}
}

// as says that the structure is written in one of the wrong ways of itemWriters.
func (e *structure) as(how string) bool { return e.odd && e.c.writesAs(how) }

// addressAs is an address as the server has it.
func (e *structure) addressAs(addr mimetree.Address) mimetree.Address {
	if addr.Mailbox.OK && addr.Host.S == "" && e.as("missing-domain") {
		addr.Host = mimetree.NString{S: "MISSING_DOMAIN", OK: true}
		if addr.Mailbox.S == "" {
			addr.Mailbox.S = "MISSING_MAILBOX"
		}
	}
	if addr.Name.OK && addr.Mailbox.OK && e.as("names-swapped") {
		addr.Name, addr.Mailbox = addr.Mailbox, addr.Name
	}
	return addr
}

// name writes a text for people, of which quotes may be left as they are.
func (e *structure) name(s mimetree.NString) {
	if s.OK && strings.Contains(s.S, `"`) && !strings.ContainsAny(s.S, "\r\n\x00") && e.as("broken-quoting") {
		e.Raw(`"` + s.S + `"`)
		return
	}
	e.nstring(s)
}

// host writes the host of an address, of which the closing quote may be escaped.
func (e *structure) host(s mimetree.NString) {
	if s.OK && s.S != "" && e.as("backslash-host") {
		e.Raw(`"` + s.S + `\"`)
		return
	}
	e.nstring(s)
}

// encoding writes body-fld-enc, or NIL for what is not encoded.
func (e *structure) encoding(part *mimetree.Part) {
	if strings.EqualFold(part.Encoding, "7BIT") && e.as("nil-encoding") {
		e.Raw("NIL")
		return
	}
	if e.as("space-encoding") {
		e.String(part.Encoding + " ")
		return
	}
	e.String(part.Encoding)
}

// octets writes body-fld-octets, or -1 for what is no text.
func (e *structure) octets(part *mimetree.Part) {
	if part.Type != "text" && e.as("minus-one-octets") {
		e.Raw("-1")
		return
	}
	e.Num(uint32(part.Size()))
}
