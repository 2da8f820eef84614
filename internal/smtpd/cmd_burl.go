package smtpd

import (
	"bytes"
	"errors"
	"strings"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/imapurl"
)

// BURL: RFC 4468, section 3.
//
//	burl-cmd = "BURL" SP absolute-URI [SP end-marker] CRLF
type burlCmd struct {
	text string
	url  imapurl.URL
	last bool
}

func parseBURL(p *parser) command {
	cmd := &burlCmd{}
	words := strings.Fields(p.text)
	if len(words) == 2 && strings.EqualFold(words[1], "LAST") {
		cmd.last, words = true, words[:1]
	}
	if len(words) != 1 {
		p.fail(badSyntax("want BURL URL [LAST]"))
		return cmd
	}
	cmd.text = words[0]
	var err error
	cmd.url, err = imapurl.Parse(cmd.text)
	if err != nil || cmd.url.Server == nil || !cmd.url.NamesMessage() {
		p.fail(badSyntax("want the imap URL of a message or a part"))
	}
	return cmd
}

// run fetches before it answers (section 3.2). A URL that cannot be had ends the
// transaction.
func (cmd *burlCmd) run(c *conn) error {
	switch tx := c.tx; {
	case tx == nil:
		return refusal(503, smtp.EnhancedCode{5, 5, 0}, "valid RCPT TO required before BURL")
	case len(tx.to) == 0:
		return refusal(554, smtp.EnhancedCode{5, 5, 0}, "no recipients have been specified")
	case !tx.chunks:
		tx.chunks, c.room = true, c.room[:0]
	}
	data, err := cmd.fetch(c)
	if err != nil {
		c.tx = nil
		return err
	}
	c.room = append(c.room, data...)
	if cmd.last {
		return c.endOfMessage(int64(len(c.room)))
	}
	c.say(250, smtp.EnhancedCode{2, 5, 0}, "waiting for additional BURL or BDAT commands")
	return nil
}

// fetch is what the URL stands for, if it may be in the message. What has NUL is binary, and
// is not converted (section 4).
func (cmd *burlCmd) fetch(c *conn) ([]byte, error) {
	if cmd.url.Access == nil && !c.trusts(cmd.url) {
		return nil, refusal(554, smtp.EnhancedCode{5, 7, 8}, "URL resolution requires trust relationship")
	}
	data, err := c.srv.cfg.FetchURL(c.info.User, cmd.text)
	var reply *smtp.SMTPError
	switch {
	case errors.As(err, &reply):
		return nil, reply
	case err != nil:
		return nil, refusal(554, smtp.EnhancedCode{5, 6, 6}, "IMAP URL resolution failed")
	case int64(len(data)) > c.srv.cfg.MaxSize-int64(len(c.room)):
		return nil, refusal(554, smtp.EnhancedCode{5, 3, 4}, "message too big for system")
	case !c.tx.binary && bytes.IndexByte(data, 0) >= 0:
		return nil, refusal(554, smtp.EnhancedCode{5, 6, 3}, "conversion required but not supported")
	}
	return data, nil
}

// trusts says whether a URL without URLAUTH is of the server that EHLO names to a client that
// has authenticated (section 3.3).
func (c *conn) trusts(u imapurl.URL) bool {
	return c.info.User != "" && strings.EqualFold(u.Server.Host, c.srv.cfg.Hostname) && u.Server.Port == ""
}

// instead ends the transaction of a BURL that was refused, as of a BDAT.
func (cmd *burlCmd) instead(c *conn, by error) error {
	if c.offers("BURL") {
		c.tx = nil
	}
	return by
}

// hasURLs: BURL is for submission (section 3.1), and so not for LMTP.
func hasURLs(c *conn) bool { return c.srv.cfg.FetchURL != nil && !c.srv.cfg.LMTP }

// urlForms are the URLs that are taken: with URLAUTH, and by clients that have authenticated
// without (section 3.3).
func urlForms(c *conn) string {
	if c.info.User == "" {
		return "imap"
	}
	return "imap imap://" + c.srv.cfg.Hostname
}
