package imapd

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/store"
)

// item is an [Item] as the engine takes it.
type item struct {
	Item
	quirk string
}

// itemForms are what can become of an item besides another writer.
var itemForms = []string{"omit", "twice", "empty", "nil", "quoted", "wrapped", "unasked"}

func newItem(quirk string, i Item) (item, error) {
	out := item{i, quirk}
	if w := slices.IndexFunc(itemWriters, func(w itemWriter) bool { return w.name == i.How }); w >= 0 {
		if itemWriters[w].item != i.Name {
			return out, fmt.Errorf("item %s: %s is for %s", i.Name, i.How, itemWriters[w].item)
		}
		return out, nil
	}
	if !slices.Contains(itemForms, i.How) {
		return out, fmt.Errorf("item %s: there is no form %q", i.Name, i.How)
	}
	known := slices.ContainsFunc(fetchTable, func(row fetchRow) bool { return row.name == i.Name })
	if i.How == "unasked" && (!known || slices.ContainsFunc(fetchTable, func(row fetchRow) bool { return row.name == i.Name && row.parse != nil })) ||
		!known && i.Name != "*" {
		return out, fmt.Errorf("item %s: there is none that can be %s", i.Name, i.How)
	}
	return out, nil
}

// isOf says whether an act's name is that of an item, by what the response calls that.
func (i item) isOf(label string) bool {
	switch i.Name {
	case "*", label:
		return i.Name == "*" || label != "BODY" // which is a structure
	case "BODY":
		return strings.HasPrefix(label, "BODY[")
	case "BODYSTRUCTURE":
		return label == "BODY"
	}
	return false
}

// itemsAs are the items of a FETCH as the profile has them.
func (c *conn) itemsAs(items []fetchItem) []fetchItem {
	p := c.srv.profile
	if p == nil {
		return items
	}
	for _, act := range p.items {
		var out []fetchItem
		for _, it := range items {
			if act.isOf(it.label) {
				if act.How == "omit" {
					c.acted(act.quirk)
					continue
				}
				it.write = act.writer(it)
			}
			out = append(out, it)
		}
		if act.How == "unasked" && !labelled(out, act.Name) {
			c.acted(act.quirk)
			out = append(out, simpleItem(act.Name))
		}
		items = out
	}
	return c.arrangeItems(items)
}

// omitsAll says that FETCH tells nothing at all.
func (p *plan) omitsAll() bool {
	return p != nil && slices.ContainsFunc(p.items, func(i item) bool { return i.Name == "*" && i.How == "omit" })
}

// writer is the writer of an item in the act's form.
func (i item) writer(it fetchItem) func(c *conn, m *store.Message) {
	usual := it.write
	switch i.How {
	case "twice":
		return func(c *conn, m *store.Message) {
			c.acted(i.quirk)
			usual(c, m)
			c.enc.SP()
			usual(c, m)
		}
	case "empty", "nil":
		value := map[string]string{"empty": "", "nil": "NIL"}[i.How]
		return func(c *conn, _ *store.Message) {
			c.acted(i.quirk)
			c.enc.Raw(it.label).SP().Raw(value)
		}
	case "wrapped":
		return func(c *conn, m *store.Message) {
			c.acted(i.quirk)
			c.enc.Raw("(")
			usual(c, m)
			c.enc.Raw(")")
		}
	case "quoted":
		return func(c *conn, m *store.Message) {
			from := c.enc.Len()
			usual(c, m)
			i.quote(c, from)
		}
	}
	return usual
}

// quote makes a quoted string of the literal that was written, where it can be one.
func (i item) quote(c *conn, from int) {
	text, literal, rest, ok := cutLiteral(c.enc.Since(from), false)
	if !ok || len(rest) > 0 || bytes.ContainsAny(literal, "\r\n\x00") {
		return
	}
	c.acted(i.quirk)
	head, value := string(text[:bytes.LastIndexByte(text, '{')]), string(literal)
	c.enc.Truncate(from)
	c.enc.Raw(strings.TrimSuffix(head, "~")).Quoted(value)
}

// writesAs says that a writer is wrong in this way, when it is about to be.
func (c *conn) writesAs(how string) bool {
	p := c.srv.profile
	if p == nil {
		return false
	}
	quirk, is := p.writers[how]
	if is {
		c.acted(quirk)
	}
	return is
}
