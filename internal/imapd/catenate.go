package imapd

import (
	"fmt"
	"math"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapurl"
	"github.com/go-mailtest/mailtest/internal/store"
)

// CATENATE, in the place of a message's literal: RFC 4469; UTF8, which RFC 9755 no longer
// has: RFC 6855, section 4.
//
//	append-data =/ "CATENATE" SP "(" cat-part *(SP cat-part) ")"
//	cat-part    = "TEXT" SP literal / "URL" SP astring / "UTF8" SP "(" literal8 ")"
type catPart struct {
	isURL bool
	url   string
	text  []byte
}

// maxURL is the longest URL that is taken.
const maxURL = 64 << 10

func (p *parser) catParts() (parts []catPart) {
	p.List(func() {
		switch {
		case p.TryWord("URL "):
			parts = append(parts, catPart{isURL: true, url: p.urlText()})
		case p.TryWord("TEXT "):
			parts = append(parts, catPart{text: p.literalOrLiteral8()})
		case p.c.enabled.utf8 && p.TryWord("UTF8 ("):
			parts = append(parts, catPart{text: p.utf8Literal()})
		default:
			p.Fail("CATENATE has TEXT with a literal, and URL, got %q", p.Remaining())
		}
	})
	return parts
}

// urlText is an astring that is a URL. It is read later: a bad one is no bad command.
func (p *parser) urlText() string {
	p.quiet = true
	text := p.AString()
	if len(text) > maxURL {
		p.Fail("a URL of %d bytes, which is over %d", len(text), maxURL)
	}
	return text
}

// catenate puts the messages together that have parts. What that may take of memory is
// what the literals of one command may, though a URL is short and what it stands for long.
func (c *conn) catenate(messages []appendMessage) error {
	limit := c.srv.cfg.AppendLimit
	room := appendsAtOnce * min(limit, math.MaxUint64/appendsAtOnce)
	for i := range messages {
		m := &messages[i]
		if m.parts == nil {
			continue
		}
		pieces, size, err := c.pieces(m.parts, min(limit, room))
		if err != nil {
			return err
		}
		room -= size
		m.raw = make([]byte, 0, size)
		for _, piece := range pieces {
			m.raw = append(m.raw, piece...)
		}
	}
	return nil
}

// pieces are what the parts stand for, and how long they are together.
func (c *conn) pieces(parts []catPart, limit uint64) (pieces [][]byte, size uint64, err error) {
	for _, part := range parts {
		if c.interrupted() {
			return nil, 0, errGone
		}
		piece := part.text
		if part.isURL {
			if piece, err = c.linked(part.url); err != nil {
				return nil, 0, err
			}
		}
		pieces = append(pieces, piece)
		if size += uint64(len(piece)); size > limit {
			return nil, 0, no("append.toobig", imap.ResponseCodeTooBig, "the message is over the limit of %d bytes", limit)
		}
	}
	return pieces, size, nil
}

// linked is what a relative URL stands for, as FETCH BODY.PEEK gives it (RFC 4469, section
// 3). Its base is the selected mailbox.
func (c *conn) linked(text string) ([]byte, error) {
	u, err := imapurl.Parse(text)
	switch {
	case err != nil:
		return nil, badURL(text, err)
	case u.Server != nil || u.Access != nil:
		return nil, badURL(text, fmt.Errorf("CATENATE takes relative URLs alone (RFC 4469, section 3)"))
	}
	mbox, err := c.linkedMailbox(u)
	if err != nil {
		return nil, badURL(text, err)
	}
	l, err := c.srv.link(mbox, u)
	if err != nil {
		return nil, badURL(text, err)
	}
	data, found := l.octets(c)
	if !found {
		return nil, badURL(text, errNoPart)
	}
	return data, nil
}

// linkedMailbox is the mailbox of a relative URL.
func (c *conn) linkedMailbox(u imapurl.URL) (*store.Mailbox, error) {
	switch {
	case u.Rooted:
		return c.openable(u.Mailbox, store.MayRead)
	case c.view == nil:
		return nil, fmt.Errorf("no mailbox is selected, and none is named")
	}
	return c.view.mbox, nil
}

// badURL is NO with the URL (RFC 4469, section 4.1). What cannot stand there is percent
// encoded; RFC 4469, section 5, has the backslash in place of the bracket among that, but
// says that it means the bracket.
func badURL(text string, why error) error {
	var sb strings.Builder
	for i := 0; i < len(text); i++ {
		if b := text[i]; b < ' ' || b > '~' || b == ']' {
			fmt.Fprintf(&sb, "%%%02X", b)
		} else {
			sb.WriteByte(b)
		}
	}
	if text == "" {
		sb.WriteString(`""`) // there must be something
	}
	reason := strings.TrimPrefix(why.Error(), "imapurl: ")
	if answer, isAnswer := refusalOf(why); isAnswer {
		reason = answer.answer.Text
	}
	return no("url.bad", imap.ResponseCode("BADURL "+sb.String()), "%s", reason)
}
