package imapd

import (
	"math"
	"strconv"
	"strings"

	"github.com/go-mailtest/mailtest/internal/search"
	"github.com/go-mailtest/mailtest/internal/store"
)

// X-GM-EXT-1 is a provider's extension, of which there is a page and no RFC: mailboxes are
// labels of messages, and
//
//	fetch-att       =/ "X-GM-MSGID" / "X-GM-THRID" / "X-GM-LABELS"
//	store-att-flags =/ ["+" / "-"] "X-GM-LABELS" [".SILENT"] SP (label-list / label *(SP label))
//	search-key      =/ "X-GM-MSGID" SP number64 / "X-GM-THRID" SP number64 /
//	                   "X-GM-LABELS" SP label / "X-GM-RAW" SP astring
//	label-list      =  "(" [label *(SP label)] ")"
//	label           =  "\" atom / mailbox
//
// The numbers are of 64 bits, without a sign. It is there for accounts with labels.

// labels reads a list of them, or one or more without parentheses, as clients send them too.
func (p *parser) labels() []string {
	labels := []string{}
	if p.Peek() == '(' {
		p.ListOrEmpty(func() { labels = append(labels, p.label()) })
		return labels
	}
	labels = append(labels, p.label())
	for p.Try(' ') {
		labels = append(labels, p.label())
	}
	return labels
}

// label reads one. Within quotes a system's label has its backslash doubled.
func (p *parser) label() string {
	if p.Try('\\') {
		return `\` + p.Atom()
	}
	return p.Parser.Mailbox()
}

// mayLabel refuses to change labels of another account's messages: they are that one's
// mailboxes.
func (c *conn) mayLabel() error {
	switch have := c.rights(c.view.mbox); {
	case c.view.mbox.Owner() != c.user:
		return noPerm("the labels are those of another account")
	case !have.Has(store.MayWrite):
		return noPerm("labels may not be changed: you have the rights %q", have)
	}
	return nil
}

// labelsOf are a message's labels as the client is told of them: none of another account's.
func (c *conn) labelsOf(m *store.Message) []string {
	if c.view.mbox.Owner() != c.user {
		return nil
	}
	return m.LabelsIn(c.view.mbox)
}

// writeLabels writes a list of labels.
func (c *conn) writeLabels(m *store.Message) {
	e := c.enc.Raw("(")
	labels := c.labelsOf(m)
	for i, label := range labels {
		if i > 0 {
			e.SP()
		}
		c.writeLabel(label)
	}
	if len(labels) > 0 && c.writesAs("labels-nil") {
		e.Raw(" NIL")
	}
	e.Raw(")")
}

// writeLabel writes one: a system's label as a flag, a mailbox as its name.
func (c *conn) writeLabel(label string) {
	switch system := strings.HasPrefix(label, `\`); {
	case system && c.writesAs("labels-quoted"):
		c.enc.Raw(`"\` + label + `"`)
	case system:
		c.enc.Raw(label)
	case strings.HasPrefix(label, "[") && !strings.Contains(label, " ") && c.writesAs("labels-bare"):
		c.enc.Raw(label)
	default:
		c.enc.Mailbox(label)
	}
}

// tellLabels is the answer to STORE X-GM-LABELS.
func (c *conn) tellLabels(seq uint32, m *store.Message, mode syncMode) {
	c.beginFetch(seq, m.UID)
	c.enc.Raw("X-GM-LABELS ")
	c.writeLabels(m)
	if !c.enabled.uidOnly && (c.tellsUID() || mode == tellAllWithUID) {
		c.enc.Raw(" UID ").Num(uint32(m.UID))
	}
	if c.tellsModSeq() {
		c.enc.Raw(" MODSEQ (").Num64(m.ModSeq).Raw(")")
		c.view.told.fetch = max(c.view.told.fetch, m.ModSeq)
	}
	c.enc.Raw(")").CRLF()
}

// numberKey takes an unsigned number of 64 bits.
func numberKey(condition func(uint64) search.Condition) parseKey {
	return func(p *searchParser) search.Condition {
		p.SP()
		text := p.Atom()
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil && p.OK() {
			p.Fail("%q is not a number up to %d", text, uint64(math.MaxUint64))
		}
		return condition(n)
	}
}

// labelKey takes a label as STORE does.
func labelKey(p *searchParser) search.Condition {
	p.SP()
	return search.Label(p.label())
}

// rawKey takes what a person types into a web page's field.
func rawKey(p *searchParser) search.Condition {
	p.SP()
	return search.Raw(p.text())
}
