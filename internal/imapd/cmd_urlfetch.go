package imapd

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// URLFETCH: RFC 4467, BASE.6.3.URLFETCH; with parameters: RFC 5524.
//
//	urlfetch      = "URLFETCH" 1*(SP url-fetch-arg)
//	url-fetch-arg = url-full / "(" url-full *(SP url-fetch-param) ")"
type urlFetchCmd struct{ urls []urlToFetch }

// urlToFetch is a URL, and what is wanted of it: the data alone, as they stand, without
// parameters.
type urlToFetch struct {
	text   string
	params []string
}

func parseURLFetch(p *parser) command {
	cmd := &urlFetchCmd{}
	for {
		p.SP()
		cmd.urls = append(cmd.urls, p.urlToFetch())
		if !p.OK() || p.AtEnd() {
			return cmd
		}
	}
}

func (p *parser) urlToFetch() (u urlToFetch) {
	if !p.has(CapURLAuthBinary) || p.Peek() != '(' {
		return urlToFetch{text: p.urlText()}
	}
	p.List(func() {
		if u.text == "" {
			u.text = p.urlText()
			return
		}
		param := p.option("URLFETCH parameter", "BODY", "BINARY", "BODYPARTSTRUCTURE")
		if slices.Contains(u.params, param) {
			p.Fail("%s is given twice (RFC 5524, section 3.1)", param)
		}
		u.params = append(u.params, param)
	})
	if u.wants("BODY") && u.wants("BINARY") {
		p.Fail("BODY and BINARY exclude each other (RFC 5524, section 3.1)")
	}
	return u
}

func (u urlToFetch) wants(param string) bool { return slices.Contains(u.params, param) }

// run answers OK whatever the URLs are: what is wrong with one is NIL. Why is a warning, for
// who reads what was said.
func (cmd *urlFetchCmd) run(c *conn, _ *okResponse) error {
	for i, u := range cmd.urls {
		if c.interrupted() {
			return errGone
		}
		l, err := c.srv.redeem(u.text, c.mayRedeem)
		if err == nil {
			err = c.writeURL(u, l)
		}
		if err == nil {
			continue
		}
		c.enc.Raw("* URLFETCH ").String(u.text).Raw(" NIL").CRLF()
		c.note("note.url", "NO", "", fmt.Sprintf("URL %d: %s", i+1, strings.TrimPrefix(err.Error(), "imapurl: ")))
	}
	return nil
}

// writeURL writes what was asked for of a URL. A part that is not there is the empty string
// where FETCH has NIL (RFC 4467, BASE.7.4.URLFETCH), and is not described (RFC 5524, section
// 4).
func (c *conn) writeURL(u urlToFetch, l link) error {
	body, found := l.octets(c)
	if !found && len(u.params) > 0 {
		return errNoPart
	}
	e := c.enc.Raw("* URLFETCH ").String(u.text)
	if len(u.params) == 0 {
		e.SP().Literal(body)
	}
	data, decoded := body, true
	if u.wants("BINARY") {
		data, decoded = c.decodedLink(l, body)
	}
	if u.wants("BODYPARTSTRUCTURE") {
		e.Raw(" (BODYPARTSTRUCTURE ")
		c.structure(c.tree(&l.message)).body(c.returned(u, l, data, decoded), true)
		e.Raw(")")
	}
	if u.wants("BODY") {
		e.Raw(" (BODY ").Literal(body).Raw(")")
	}
	if u.wants("BINARY") {
		e.Raw(" (BINARY ")
		switch {
		case !decoded:
			e.Raw("NIL")
		case bytes.IndexByte(data, 0) >= 0:
			e.Literal8(data)
		default:
			e.Literal(data)
		}
		e.Raw(")")
	}
	e.CRLF()
	return nil
}

// decodedLink is a part without its transfer encoding, of which PARTIAL is taken then, as
// FETCH BINARY does; what is no part by itself has none. It is false for an encoding that
// is not known.
func (c *conn) decodedLink(l link, body []byte) ([]byte, bool) {
	part := l.part()
	if part == nil || l.section.section.Spec != mimetree.None {
		return body, true
	}
	data, err := decodePart(c.tree(&l.message), part, c.speaksUTF8())
	return l.cut(data), err == nil
}

// part is the part that the section names or is in, nil if that is the whole message.
func (l link) part() *mimetree.Part {
	if len(l.section.section.Path) == 0 {
		return nil
	}
	return l.message.Tree().Part(l.section.section.Path)
}

// returned is the part as it is returned: with BINARY it has an identity encoding (RFC 5524,
// section 3.2), unless it could not be decoded.
func (c *conn) returned(u urlToFetch, l link, data []byte, decoded bool) *mimetree.Part {
	part := l.part()
	if part == nil {
		return l.message.Tree().Root()
	}
	if !u.wants("BINARY") || !decoded || l.section.section.Spec != mimetree.None || part.IsMultipart() || part.Message != nil {
		return part
	}
	return part.WithBody(identityEncoding(data), data)
}

// identityEncoding is the least of RFC 2045, section 6.2, that data have.
func identityEncoding(data []byte) string {
	switch {
	case bytes.IndexByte(data, 0) >= 0 || hasBareLineEnd(data):
		return "BINARY"
	case slices.ContainsFunc(data, func(b byte) bool { return b >= 0x80 }):
		return "8BIT"
	}
	return "7BIT"
}

func hasBareLineEnd(data []byte) bool {
	pairs := bytes.Count(data, []byte("\r\n"))
	return bytes.Count(data, []byte("\r")) != pairs || bytes.Count(data, []byte("\n")) != pairs
}
