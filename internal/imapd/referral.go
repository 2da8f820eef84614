package imapd

import (
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// Referrals: of a login, RFC 2221; of a mailbox, RFC 2193.
//
//	resp-text-code =/ "REFERRAL" 1*(SP <url>)

// admitHere lets an account in that has proved to be itself, or sends it to its own server
// (RFC 2221, section 4.1). The OK has no room for the capabilities then.
func (c *conn) admitHere(user *store.User, ok *okResponse) error {
	if c.srv.cfg.LoginReferral == nil || !c.has(imap.CapLoginReferrals) {
		c.setUser(user, ok)
		return nil
	}
	url, stays := c.srv.cfg.LoginReferral(user.Name())
	if url != "" && !stays {
		return no("auth.referral", imap.ResponseCode("REFERRAL "+url), "the mailboxes of %s are on another server", user.Name())
	}
	c.setUser(user, ok)
	if url != "" {
		c.enc.Raw("* ").Raw(ok.code).CRLF()
		ok.code, ok.text = "REFERRAL "+url, "logged in, and your own mailboxes are on another server"
	}
	return nil
}

// refers says that there are mailboxes elsewhere, among all before login.
func (c *conn) refers() bool { return c.srv.cfg.Store.HasReferrals() }

// Mailbox reads the name of a mailbox. All names of a command are kept if one of them may
// be elsewhere.
func (p *parser) Mailbox() string {
	name := p.Parser.Mailbox()
	if p.c.srv.profile != nil {
		name = p.c.spelled(name)
		p.c.mailboxes = append(p.c.mailboxes, name)
	}
	if p.c.user != nil && p.c.refers() {
		p.mailboxes = append(p.mailboxes, name)
	}
	return name
}

// referral is the answer to a command with these mailboxes, nil if all are here: where
// the mailbox is, or, to RENAME, pairs of where the two are (RFC 2193, section 4.3).
func (c *conn) referral(names []string) *refusal {
	places := make([][]string, len(names))
	elsewhere := false
	for i, name := range names {
		places[i] = c.user.Referral(name)
		elsewhere = elsewhere || places[i] != nil
	}
	if !elsewhere {
		return nil
	}
	if !c.has(imap.CapMailboxReferrals) {
		return no("mailbox.elsewhere", "", "the mailbox is on another server")
	}
	var urls []string
	for k := 0; k == 0 || k < longest(places); k++ {
		for i, place := range places {
			if place == nil {
				place = []string{c.user.URL(c.host(), names[i])}
			}
			urls = append(urls, place[min(k, len(place)-1)])
		}
	}
	return no("mailbox.elsewhere", imap.ResponseCode("REFERRAL "+strings.Join(urls, " ")), "the mailbox is on another server")
}

func longest(lists [][]string) int {
	n := 0
	for _, list := range lists {
		n = max(n, len(list))
	}
	return n
}

// host is this server in a URL.
func (c *conn) host() string {
	if c.srv.cfg.Host != nil {
		if host := c.srv.cfg.Host(); host != "" {
			return host
		}
	}
	return "localhost"
}

// RLIST and RLSUB: RFC 2193, section 5: LIST and LSUB with what is elsewhere.
//
//	rlist = "RLIST" SP mailbox SP list-mailbox
//	rlsub = "RLSUB" SP mailbox SP list-mailbox
func parseRlist(p *parser) command {
	cmd := &listCmd{}
	p.SP()
	cmd.ref = p.Reference()
	p.SP()
	cmd.patterns = []string{p.ListMailbox()}
	cmd.sel.remote = true
	return cmd
}

func parseRlsub(p *parser) command { return parseLsubAs(p, true) }
