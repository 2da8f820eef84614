package imapd

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapurl"
	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/store"
)

// link is what the URL of a message or of a part of one stands for: what UID FETCH of
// BODY.PEEK[section]<partial> gives (RFC 5092, section 6).
type link struct {
	message store.Message
	section sectionItem
	partial *partial
}

var (
	errNoMessage = errors.New("there is no such message")
	errNoPart    = errors.New("there is no such part")
)

// newLink says why a URL is not one of a message or a part that this server takes.
func (s *Server) newLink(u imapurl.URL) (l link, err error) {
	switch {
	case !u.NamesMessage():
		return l, errors.New("the URL is not that of a message or a part")
	case u.Partial != nil && !s.Has(imap.CapURLPartial):
		return l, errors.New("PARTIAL needs URL-PARTIAL (RFC 5550, section 5.7.1)")
	}
	if u.Partial != nil {
		l.partial = &partial{offset: uint64(u.Partial.Offset), count: uint64(u.Partial.Length)}
		if l.partial.count == 0 {
			l.partial.count = math.MaxUint32
		}
	}
	l.section, err = s.sectionOf(u.Section)
	return l, err
}

// link finds what a URL stands for in its mailbox.
func (s *Server) link(mbox *store.Mailbox, u imapurl.URL) (link, error) {
	l, err := s.newLink(u)
	if err != nil {
		return l, err
	}
	var found bool
	if l.message, found = mbox.MessageUnder(u.UIDValidity, imap.UID(u.UID)); !found {
		return l, errNoMessage
	}
	return l, nil
}

// sectionOf reads what stands in BODY[…], "" for the whole message.
func (s *Server) sectionOf(text string) (item sectionItem, err error) {
	if text == "" {
		return item, nil
	}
	if strings.ContainsAny(text, "\r\n") {
		return item, errors.New("a section of several lines")
	}
	p := &parser{Parser: imapwire.NewParser(text + "]"), c: &conn{srv: s}}
	item.parseSection(p)
	p.Expect(']')
	p.End()
	if err := p.Err(); err != nil {
		return item, fmt.Errorf("section: %w", err)
	}
	return item, nil
}

// octets are those of the message or part; false if there is no such part.
func (l link) octets(c *conn) ([]byte, bool) {
	data, found := l.section.find(c, &l.message)
	return l.cut(data), found
}

// cut takes of something what PARTIAL wants of it.
func (l link) cut(data []byte) []byte {
	if l.partial == nil {
		return data
	}
	return l.partial.cut(data)
}
