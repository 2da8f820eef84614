package imapd

import "github.com/emersion/go-imap/v2"

// enabled is what the client has turned on for the session.
type enabled struct {
	condstore bool // RFC 7162, section 3.1
	qresync   bool // RFC 7162, section 3.2
	rev2      bool // RFC 9051
	utf8      bool // RFC 9755
	uidOnly   bool // RFC 9586
	metadata  bool // RFC 5464, section 4.1
}

// initiallyEnabled: a server without IMAP4rev1 speaks IMAP4rev2 from the start
// (RFC 9051, section 6.3.1).
func (c *conn) initiallyEnabled() enabled {
	return enabled{rev2: !c.has(imap.CapIMAP4rev1)}
}

// enableRow is a row of the table of what ENABLE turns on.
type enableRow struct {
	cap imap.Cap
	on  func(c *conn) *bool
}

var enableRows = []enableRow{
	{imap.CapCondStore, func(c *conn) *bool { return &c.enabled.condstore }},
	{imap.CapQResync, func(c *conn) *bool { return &c.enabled.qresync }},
	{imap.CapIMAP4rev2, func(c *conn) *bool { return &c.enabled.rev2 }},
	{imap.CapUTF8Accept, func(c *conn) *bool { return &c.enabled.utf8 }},
	{imap.CapUIDOnly, func(c *conn) *bool { return &c.enabled.uidOnly }},
	{imap.CapMetadata, func(c *conn) *bool { return &c.enabled.metadata }},
	{imap.CapMetadataServer, func(c *conn) *bool { return &c.enabled.metadata }},
}

// ENABLE: RFC 5161. Extensions that are unknown, or that need no ENABLE, are
// passed over.
//
//	enable = "ENABLE" 1*(SP capability)
type enableCmd struct{ caps []imap.Cap }

func parseEnable(p *parser) command {
	cmd := &enableCmd{}
	p.SP()
	cmd.caps = append(cmd.caps, imap.Cap(p.Keyword()))
	for p.OK() && !p.AtEnd() {
		p.SP()
		cmd.caps = append(cmd.caps, imap.Cap(p.Keyword()))
	}
	return cmd
}

// run lists in ENABLED what this command has turned on, and not what was on
// before (RFC 5161, section 3.2).
func (cmd *enableCmd) run(c *conn, _ *okResponse) error {
	if c.view != nil && cmd.names(imap.CapUTF8Accept) && !c.enabled.utf8 {
		// RFC 9755, section 3, and RFC 5161, section 3.1: the names and texts
		// that the client has been told must not change under it.
		return bad("command.enabled", "ENABLE UTF8=ACCEPT is not allowed while a mailbox is selected")
	}
	if c.view != nil && cmd.names(imap.CapUIDOnly) && c.offers(imap.CapUIDOnly) {
		c.view.dropNumbers(c)
	}
	e := c.enc.Raw("* ENABLED")
	var condstore bool
	shown := c.showing()
	cmd.showEnabled(c)
	for _, row := range enableRows {
		if !cmd.names(row.cap) || !c.offers(row.cap) || *row.on(c) || containsCap(shown.less, row.cap) {
			continue
		}
		*row.on(c) = true
		condstore = condstore || row.cap == imap.CapCondStore || row.cap == imap.CapQResync
		e.SP().Raw(string(row.cap))
	}
	for _, name := range shown.more {
		if cmd.names(name) && !c.has(name) {
			e.SP().Raw(string(name)) // it is advertised, and nothing more
		}
	}
	e.CRLF()
	if condstore {
		c.enabled.condstore = false
		c.enableCondStore()
	}
	if c.enabled.metadata {
		c.followAnnotations()
	}
	c.enc.UTF8 = c.speaksUTF8()
	return nil
}

func (cmd *enableCmd) names(want imap.Cap) bool {
	for _, name := range cmd.caps {
		if equalCap(name, want) {
			return true
		}
	}
	return false
}

// speaksUTF8 says that quoted strings and mailbox names are in UTF-8.
func (c *conn) speaksUTF8() bool { return c.enabled.utf8 || c.enabled.rev2 }

// enableCondStore is what every CONDSTORE-enabling command does. The first one
// while a mailbox is selected tells the point from which the client may count
// (RFC 7162, section 3.1): not that of an expunge that is held back.
func (c *conn) enableCondStore() {
	if c.enabled.condstore {
		return
	}
	c.enabled.condstore = true
	if c.view != nil {
		c.writeHighestModSeq(c.view.mbox, c.view.complete)
		c.view.told.highest = c.view.complete
	}
}
