package imapd

import (
	"strings"
	"time"
)

// loggedIn notes that somebody has logged in, and holds lines to the limit from there on.
func (c *conn) loggedIn(token bool) {
	p := c.srv.profile
	if p == nil {
		return
	}
	c.times.login, c.times.token = time.Now(), time.Time{}
	if token {
		c.times.token = c.times.login
	}
	c.rd.LimitLine(p.Limits.Line)
}

// lineBeforeLogin holds lines to what they may be before login.
func (p *plan) lineBeforeLogin() int {
	switch {
	case p == nil:
		return 0
	case p.Limits.LineBeforeLogin > 0:
		return p.Limits.LineBeforeLogin
	}
	return p.Limits.Line
}

// countBad ends the connection after too many bad commands in a row, whatever the profile
// says to one, unless it says OK.
func (c *conn) countBad(result string) {
	p := c.srv.profile
	if p == nil || c.done {
		return
	}
	bad := c.saidBad && !strings.HasPrefix(result, "OK") || strings.HasPrefix(result, "BAD")
	if c.saidBad = false; !bad {
		c.bads = 0
		return
	}
	limit := p.Limits.Bad
	if c.user == nil {
		limit = p.Limits.BadBeforeLogin
	}
	if c.bads++; limit > 0 && c.bads >= limit {
		c.sayBye(bye("command.errors", "", "too many bad commands").with("limit", uint64(limit)))
	}
}
