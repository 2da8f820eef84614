package imapd

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// NOTIFY: RFC 5465.
//
//	notify      = "NOTIFY" SP ("SET" [SP "STATUS"] SP event-group *(SP event-group) / "NONE")
//	event-group = "(" filter-mailboxes SP events ")"
//	events      = "(" event *(SP event) ")" / "NONE"
type notifyCmd struct {
	set     *notifySettings // nil: NOTIFY NONE
	status  bool
	refused error // NO [BADEVENT]
}

// notifyEvents are the events of a group.
type notifyEvents struct {
	messageNew, messageExpunge, flagChange, mailboxName, subscriptionChange bool

	fetch []fetchItem // of MessageNew
}

func (e notifyEvents) ofMessages() bool { return e.messageNew || e.messageExpunge || e.flagChange }

// supportedEvents is the list of BADEVENT (RFC 5465, section 3.1).
var supportedEvents = []string{"MessageNew", "MessageExpunge", "FlagChange", "MailboxName", "SubscriptionChange"}

// eventGroup is which events of which mailboxes a client wants to hear of.
type eventGroup struct {
	filter mailboxFilter
	events notifyEvents
}

func parseNotify(p *parser) command {
	cmd := &notifyCmd{}
	p.SP()
	if p.option("NOTIFY argument", "SET", "NONE") == "NONE" {
		return cmd
	}
	cmd.set = &notifySettings{}
	p.SP()
	if p.TryWord("STATUS ") {
		cmd.status = true
	}
	cmd.parseGroup(p)
	for p.OK() && !p.AtEnd() {
		p.SP()
		cmd.parseGroup(p)
	}
	return cmd
}

func (cmd *notifyCmd) parseGroup(p *parser) {
	var g eventGroup
	p.Expect('(')
	g.filter = p.mailboxFilter("SELECTED", "SELECTED-DELAYED", "INBOXES", "PERSONAL", "SUBSCRIBED", "SUBTREE", "MAILBOXES")
	p.SP()
	if !p.TryWord("NONE") {
		ofSelected := strings.HasPrefix(g.filter.kind, "SELECTED")
		p.List(func() { cmd.parseEvent(p, &g.events, ofSelected) })
	}
	p.Expect(')')
	cmd.check(p, g)
	cmd.set.add(g)
}

func (cmd *notifyCmd) parseEvent(p *parser, e *notifyEvents, ofSelected bool) {
	switch name := p.Keyword(); name {
	case "MESSAGENEW":
		e.messageNew = true
		if ofSelected && p.Ahead(" (") {
			p.SP()
			var items []fetchItem
			p.List(func() { items = append(items, parseFetchItem(p, p.ItemName())) })
			e.fetch = mergeItems(e.fetch, items)
		}
	case "MESSAGEEXPUNGE":
		e.messageExpunge = true
	case "FLAGCHANGE":
		e.flagChange = true
	case "MAILBOXNAME":
		e.mailboxName = true
	case "SUBSCRIPTIONCHANGE":
		e.subscriptionChange = true
	default:
		// RFC 5465, section 3.1: NO and not BAD.
		cmd.refused = no(imap.ResponseCode("BADEVENT ("+strings.Join(supportedEvents, " ")+")"), "unknown event %q", name)
	}
}

// check holds a group to the rules of RFC 5465, sections 5 and 6.1.
func (cmd *notifyCmd) check(p *parser, g eventGroup) {
	e := g.events
	switch {
	case e.messageNew != e.messageExpunge, e.flagChange && !e.messageNew:
		p.Fail("MessageNew and MessageExpunge go together, and FlagChange needs both (RFC 5465, section 5)")
	case strings.HasPrefix(g.filter.kind, "SELECTED") && (e.mailboxName || e.subscriptionChange):
		p.Fail("%s takes message events only (RFC 5465, section 6.1)", g.filter.kind)
	case strings.HasPrefix(g.filter.kind, "SELECTED") && cmd.set.selected != nil:
		p.Fail("only one of SELECTED and SELECTED-DELAYED (RFC 5465, section 6.1)")
	}
}

// run implies a NOOP: what has changed so far is told at its end.
func (cmd *notifyCmd) run(c *conn, _ *okResponse) error {
	if cmd.refused != nil {
		return cmd.refused
	}
	before := c.notify
	c.notify = cmd.set
	if cmd.set == nil {
		return nil
	}
	cmd.set.begin(c, before)
	cmd.set.tellNoAccess(c)
	if cmd.status {
		cmd.set.tellStatuses(c)
	}
	return nil
}

// mergeItems adds FETCH items that are not there yet.
func mergeItems(items, more []fetchItem) []fetchItem {
	if len(more) == 0 {
		return items
	}
	have := make(map[string]bool, len(items)+len(more))
	for _, item := range items {
		have[item.label] = true
	}
	items = slices.Clip(items)
	for _, item := range more {
		if !have[item.label] {
			have[item.label] = true
			items = append(items, item)
		}
	}
	return items
}
