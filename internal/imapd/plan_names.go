package imapd

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// writeName writes the name of a mailbox as the profile does.
func (p *plan) writeName(e *imapwire.Encoder, name string) {
	isInbox := name == "INBOX"
	if isInbox && p.Names.Inbox != "" {
		name = p.Names.Inbox
	}
	if !e.UTF8 {
		name = p.encode(name)
	}
	switch {
	case p.Names.Quote == "never", isInbox && p.Names.Quote == "" && p.Names.Inbox == "":
		e.Raw(name)
	case p.Names.Quote == "needed":
		e.AString(name)
	default:
		e.String(name)
	}
}

// encode writes a name in modified UTF-7, in which a server that takes control characters
// leaves them as they are.
func (p *plan) encode(name string) string {
	at := strings.IndexFunc(name, func(r rune) bool { return r < ' ' })
	if !p.Names.Lenient || at < 0 {
		return imapwire.EncodeUTF7(name)
	}
	return imapwire.EncodeUTF7(name[:at]) + name[at:at+1] + p.encode(name[at+1:])
}

// writeDelimiter writes what separates the levels of names, or NIL.
func (c *conn) writeDelimiter() {
	if p := c.srv.profile; p != nil && p.Names.NoDelimiter {
		c.enc.Raw("NIL")
		return
	}
	c.enc.Quoted(string(c.user.Delimiter()))
}

// writeRoot is the answer to an empty name, which asks for the delimiter (RFC 3501, section
// 6.3.8).
func (c *conn) writeRoot(word string) {
	c.enc.Raw("* ").Raw(word).Raw(` (\Noselect) `)
	c.writeDelimiter()
	root := ""
	if p := c.srv.profile; p != nil {
		root = p.Names.Root
	}
	c.enc.SP().Quoted(root).CRLF()
}

// attrGroup are the attributes of LIST that come together.
type attrGroup struct {
	name  string
	attrs []imap.MailboxAttr
}

// attrGroupNames are the groups, in their usual order.
var attrGroupNames = []string{"kind", "subscribed", "children", "use", "own"}

// attrGroups reads the order of a profile.
func attrGroups(order string) []string {
	if order == "" || order == "sorted" {
		return attrGroupNames
	}
	return strings.Fields(order)
}

// inOrder are the attributes of an entry as the server tells them.
func (c *conn) inOrder(entry *listEntry, groups []attrGroup) []imap.MailboxAttr {
	p := c.srv.profile
	n := 0
	for _, g := range groups {
		n += len(g.attrs)
	}
	out := make([]imap.MailboxAttr, 0, n)
	if p == nil {
		for _, g := range groups {
			out = append(out, g.attrs...)
		}
		return out
	}
	groups = append(groups, attrGroup{"own", p.ownAttrs(entry.name)})
	for _, name := range p.attrs {
		for _, g := range groups {
			if g.name == name {
				out = append(out, g.attrs...)
			}
		}
	}
	if p.Names.Attrs == "sorted" {
		slices.Sort(out)
	}
	return out
}

// form is what the profile says of a mailbox, nil for nothing.
func (p *plan) form(name string) *MailboxForm {
	i := slices.IndexFunc(p.Names.Mailboxes, func(m MailboxForm) bool { return m.Name == name })
	if i < 0 {
		return nil
	}
	return &p.Names.Mailboxes[i]
}

func (p *plan) ownAttrs(name string) []imap.MailboxAttr {
	var out []imap.MailboxAttr
	if form := p.form(name); form != nil {
		for _, attr := range form.Attrs {
			out = append(out, imap.MailboxAttr(attr))
		}
	}
	return out
}

// arrange puts the entries of LIST into the profile's order, and leaves out those that are
// hidden from who does not ask for them by name.
func (c *conn) arrange(entries []*listEntry, patterns ...string) []*listEntry {
	p := c.srv.profile
	if p == nil {
		return entries
	}
	entries = slices.DeleteFunc(entries, func(entry *listEntry) bool {
		form := p.form(entry.name)
		return form != nil && form.Hidden && !slices.Contains(patterns, entry.name)
	})
	switch p.Names.Order {
	case "listed":
		slices.SortStableFunc(entries, func(a, b *listEntry) int { return p.place(a.name) - p.place(b.name) })
	case "random":
		r := rand.New(rand.NewPCG(c.srv.lists.Add(1), 0))
		r.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	}
	return entries
}

// place is that of a mailbox among those of the profile, behind them if it is none.
func (p *plan) place(name string) int {
	if i := slices.IndexFunc(p.Names.Mailboxes, func(m MailboxForm) bool { return m.Name == name }); i >= 0 {
		return i
	}
	return len(p.Names.Mailboxes)
}

// prefixed refuses a new name that is not where the personal mailboxes are.
func (c *conn) prefixed(name string) error {
	p := c.srv.profile
	if p == nil || p.Names.Prefix == "" || strings.HasPrefix(name, p.Names.Prefix) {
		return nil
	}
	if owner, _, foreign := c.user.Place(name); foreign && owner != nil {
		return nil
	}
	return no("mailbox.prefix", imap.ResponseCodeCannot, "personal mailboxes begin with %s", p.Names.Prefix)
}

// words are the settings that are one of some words.
func (p *Profile) checkWords() []error {
	var errs []error
	for _, row := range []struct {
		field, got string
		words      []string
	}{
		{"Flags.New", p.Flags.New, []string{"first", "no"}},
		{"Fetch.UID", p.Fetch.UID, []string{"last"}},
		{"Names.Quote", p.Names.Quote, []string{"always", "needed", "never"}},
		{"Names.Order", p.Names.Order, []string{"listed", "random"}},
		{"Numbers.Recent", p.Numbers.Recent, []string{"never", "always"}},
	} {
		if row.got != "" && !slices.Contains(row.words, row.got) {
			errs = append(errs, fmt.Errorf("%s: %q is none of %s", row.field, row.got, strings.Join(row.words, ", ")))
		}
	}
	for _, group := range attrGroups(p.Names.Attrs) {
		if !slices.Contains(attrGroupNames, group) {
			errs = append(errs, fmt.Errorf("Names.Attrs: there is no group %q (have %s)", group, strings.Join(attrGroupNames, ", ")))
		}
	}
	return errs
}
