package imapd

import (
	"encoding/hex"
	"errors"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapurl"
)

// GENURLAUTH: RFC 4467, BASE.6.3.GENURLAUTH.
//
//	genurlauth = "GENURLAUTH" 1*(SP url-rump SP mechanism)
type genURLAuthCmd struct{ rumps, mechanisms []string }

func parseGenURLAuth(p *parser) command {
	cmd := &genURLAuthCmd{}
	for {
		p.SP()
		cmd.rumps = append(cmd.rumps, p.urlText())
		p.SP()
		cmd.mechanisms = append(cmd.mechanisms, p.Keyword())
		if !p.OK() || p.AtEnd() {
			return cmd
		}
	}
}

// run answers for all URLs or, with BAD, for none.
func (cmd *genURLAuthCmd) run(c *conn, _ *okResponse) error {
	full := make([]string, len(cmd.rumps))
	for i, rump := range cmd.rumps {
		if c.interrupted() {
			return errGone
		}
		token, err := c.generate(rump, cmd.mechanisms[i])
		if err != nil {
			return bad("url.syntax", "URL %d: %s", i+1, strings.TrimPrefix(err.Error(), "imapurl: "))
		}
		full[i] = rump + ":" + internalMechanism + ":" + hex.EncodeToString(token)
	}
	e := c.enc.Raw("* GENURLAUTH")
	for _, url := range full {
		e.SP().String(url)
	}
	e.CRLF()
	return nil
}

// generate makes the token of a rump URL that is as it must be. That it is of a message
// which is there is looked at too, which RFC 4467 leaves to the server; that it is of a part
// which is there is not.
func (c *conn) generate(rump, mechanism string) ([]byte, error) {
	if mechanism != internalMechanism {
		return nil, errors.New("the mechanism is not " + internalMechanism)
	}
	u, err := imapurl.Parse(rump)
	if err == nil {
		err = c.checkRump(u)
	}
	if err != nil {
		return nil, err
	}
	mbox, found := mailboxOf(c.user, u.Mailbox)
	if !found {
		return nil, errors.New("there is no such mailbox")
	}
	if _, err := c.srv.link(mbox, u); err != nil {
		return nil, err
	}
	return authToken(c.user.AccessKey(mbox), rump), nil
}

// checkRump says what a URL lacks for which a token is to be made.
func (c *conn) checkRump(u imapurl.URL) error {
	switch a := u.Access; {
	case u.Server == nil:
		return errors.New("it names no server")
	case !u.NamesMessage():
		return errors.New("it is not that of a message or a part")
	case a == nil:
		return errors.New("it has no access identifier")
	case a.Mechanism != "":
		return errors.New("it has a token already")
	case u.Server.User == "":
		return errNoOwner
	case !c.srv.isUser(u.Server.User, c.user):
		return errors.New("its user is another than who is logged in")
	case a.Who == imapurl.ByUser && !c.srv.hasUser(a.User):
		return errors.New("its access identifier names no account")
	case c.srv.expired(a):
		return errExpired
	}
	return nil
}

func (s *Server) hasUser(name string) bool {
	_, found := s.cfg.Store.User(name)
	return found
}

// RESETKEY: RFC 4467, BASE.6.3.RESETKEY.
//
//	resetkey = "RESETKEY" [SP mailbox *(SP mechanism)]
type resetKeyCmd struct {
	all        bool
	name       string
	mechanisms []string
}

func parseResetKey(p *parser) command {
	cmd := &resetKeyCmd{all: p.AtEnd()}
	if cmd.all {
		return cmd
	}
	p.SP()
	cmd.name = p.Mailbox()
	for p.OK() && !p.AtEnd() {
		p.SP()
		cmd.mechanisms = append(cmd.mechanisms, p.Keyword())
	}
	return cmd
}

// run leaves it to view.sync to tell other sessions, and of all keys this one too.
func (cmd *resetKeyCmd) run(c *conn, ok *okResponse) error {
	if cmd.all {
		c.user.ResetAccessKeys()
		ok.text = "All keys removed"
		return nil
	}
	mbox, err := c.openable(cmd.name, c.needs.named)
	if err != nil {
		return err
	}
	for _, mechanism := range cmd.mechanisms {
		if mechanism != internalMechanism {
			return no("url.mechanism", imap.ResponseCodeCannot, "the one mechanism is %s", internalMechanism)
		}
	}
	c.user.ResetAccessKey(mbox)
	ok.code = urlMech
	if c.isSelected(mbox) {
		c.view.keyResets = c.user.AccessKeyResets(mbox)
	}
	return nil
}
