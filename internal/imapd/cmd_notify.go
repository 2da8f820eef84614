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
	mailboxMetadata, serverMetadata, annotationChange                       bool

	fetch []fetchItem // of MessageNew
}

func (e notifyEvents) ofMessages() bool {
	return e.messageNew || e.messageExpunge || e.flagChange || e.annotationChange
}

// notifyEventRow is an event that the client may ask for, in the order of BADEVENT (RFC 5465,
// section 3.1).
type notifyEventRow struct {
	name string
	cap  imap.Cap // that the event belongs to, "" for none
	on   func(*notifyEvents) *bool
}

var notifyEventRows = []notifyEventRow{
	{"MessageNew", "", func(e *notifyEvents) *bool { return &e.messageNew }},
	{"MessageExpunge", "", func(e *notifyEvents) *bool { return &e.messageExpunge }},
	{"FlagChange", "", func(e *notifyEvents) *bool { return &e.flagChange }},
	{"AnnotationChange", CapAnnotate, func(e *notifyEvents) *bool { return &e.annotationChange }},
	{"MailboxName", "", func(e *notifyEvents) *bool { return &e.mailboxName }},
	{"SubscriptionChange", "", func(e *notifyEvents) *bool { return &e.subscriptionChange }},
	{"MailboxMetadataChange", imap.CapMetadata, func(e *notifyEvents) *bool { return &e.mailboxMetadata }},
	{"ServerMetadataChange", capAnyMetadata, func(e *notifyEvents) *bool { return &e.serverMetadata }},
}

func supportedEvents(p *parser) string {
	var names []string
	for _, row := range notifyEventRows {
		if p.has(row.cap) {
			names = append(names, row.name)
		}
	}
	return strings.Join(names, " ")
}

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
	name := p.Keyword()
	i := slices.IndexFunc(notifyEventRows, func(row notifyEventRow) bool {
		return strings.EqualFold(row.name, name) && p.has(row.cap)
	})
	if i < 0 {
		// RFC 5465, section 3.1: NO and not BAD.
		cmd.refused = no("notify.event", imap.ResponseCode("BADEVENT ("+supportedEvents(p)+")"), "unknown event %q", name)
		return
	}
	*notifyEventRows[i].on(e) = true
	if name == "MESSAGENEW" && ofSelected && p.Ahead(" (") {
		p.SP()
		var items []fetchItem
		p.List(func() { items = append(items, parseFetchItem(p, p.ItemName())) })
		e.fetch = mergeItems(e.fetch, items)
	}
}

// check holds a group to the rules of RFC 5465, sections 5 and 6.1.
func (cmd *notifyCmd) check(p *parser, g eventGroup) {
	e := g.events
	switch {
	case e.messageNew != e.messageExpunge, (e.flagChange || e.annotationChange) && !e.messageNew:
		p.Fail("MessageNew and MessageExpunge go together, and FlagChange and AnnotationChange need both (RFC 5465, section 5)")
	case strings.HasPrefix(g.filter.kind, "SELECTED") && (e.mailboxName || e.subscriptionChange || e.mailboxMetadata || e.serverMetadata):
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
	if cmd.set.metadata() {
		c.followAnnotations()
	}
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
