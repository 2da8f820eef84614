package imapd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// tells says that the server tells something otherwise, when it is about to: one of
// tellings.
func (c *conn) tells(how string) bool {
	p := c.srv.profile
	if p == nil {
		return false
	}
	quirk, is := p.tells[how]
	if is {
		c.acted(quirk)
	}
	return is
}

// has says so without doing it.
func (p *plan) has(telling string) bool {
	if p == nil {
		return false
	}
	_, is := p.tells[telling]
	return is
}

func (p *plan) addTell(quirk string, act Tell) error {
	if !slices.ContainsFunc(tellings, func(row tellingRow) bool { return row.name == act.How }) {
		return fmt.Errorf("there is no telling %q", act.How)
	}
	p.tells[act.How] = quirk
	return nil
}

// looking says that the command is one of those with which a client asks what is new.
func (c *conn) looking(more ...string) bool {
	return slices.Contains(append(more, "NOOP", "CHECK", "SELECT", "EXAMINE"), c.verb())
}

// modeOf is what a command's end may tell of the selected mailbox.
func (c *conn) modeOf(mode syncMode) syncMode {
	switch p := c.srv.profile; {
	case p == nil || len(p.tells) == 0:
	case len(c.view.gone) == 0:
	case mode == holdExpunges && c.tells("expunge-in-fetch"):
		return tellAll
	case mode != holdExpunges && p.has("expunge-held") && !c.looking("IDLE", "EXPUNGE", "MOVE") && c.tells("expunge-held"):
		return holdExpunges
	}
	return mode
}

// heldBack are the new messages that may be told now. What this connection has appended
// waits for its next look, and what came behind it.
func (v *view) heldBack(c *conn, added []imap.UID) []imap.UID {
	if !c.srv.profile.has("append-invisible") {
		return added
	}
	held := append(v.held, added...)
	slices.Sort(held)
	held = slices.Compact(held)
	if v.hides && !c.looking("IDLE") {
		c.tells("append-invisible")
		v.held = held
		return nil
	}
	v.held, v.hides = nil, false
	messages := v.lookup(held) // some may be gone meanwhile
	return uidsOf(messages)
}

// tellWrongly tells what is not so, once a selected mailbox.
func (v *view) tellWrongly(c *conn) {
	p := c.srv.profile
	if p == nil || len(p.tells) == 0 || v.misled {
		return
	}
	e, n := c.enc, v.exists()
	if c.verb() == "NOOP" {
		if n > 1 && c.tells("exists-jumps") {
			e.Raw("* ").Num(n - 1).Raw(" EXISTS").CRLF()
			e.Raw("* ").Num(n).Raw(" EXISTS").CRLF()
			v.misled = true
		}
		if c.tells("numbers-above-exists") {
			e.Raw("* ").Num(n + 1).Raw(` FETCH (FLAGS (\Seen))`).CRLF()
			e.Raw("* ").Num(n + 2).Raw(" EXPUNGE").CRLF()
			v.misled = true
		}
	}
	if c.verb() == "FETCH" && c.tells("fetch-zero") {
		e.Raw(`* 0 FETCH (FLAGS (\Seen))`).CRLF()
		v.misled = true
	}
}

// tellAnother tells the flags of a message that a FETCH was not about.
func (v *view) tellAnother(c *conn, asked []imap.UID, mode syncMode) {
	if !c.srv.profile.has("fetch-unasked") {
		return
	}
	messages := v.lookup(v.uids)
	for i := range messages {
		m := &messages[i]
		if _, is := slices.BinarySearch(asked, m.UID); !is {
			c.tells("fetch-unasked")
			c.writeFlags(v.seq(m.UID), m, replyFlags, mode)
			return
		}
	}
}

// recentCount is how many messages are \Recent, or one more.
func (c *conn) recentCount() uint32 {
	n := uint32(len(c.view.recent))
	if c.tells("recent-wrong") {
		n++
	}
	return n
}

// appendCopied appends the sets of COPYUID.
func (c *conn) appendCopied(code []byte, data *imap.CopyData) []byte {
	if !c.srv.profile.has("copyuid-descending") {
		return appendSet(append(appendSet(code, data.SourceUIDs), ' '), data.DestUIDs)
	}
	c.tells("copyuid-descending")
	return append(code, descending(data.SourceUIDs)+" "+descending(data.DestUIDs)...)
}

// descending lists the numbers of a set one by one from the highest.
func descending(set imap.UIDSet) string {
	nums, _ := set.Nums()
	words := make([]string, len(nums))
	for i, n := range nums {
		words[len(nums)-1-i] = fmt.Sprint(n)
	}
	return strings.Join(words, ",")
}

// permuted does something with several messages so that each gets the UID of another one:
// one by one from the last, which COPYUID does not say.
func (c *conn) permuted(uids []imap.UID, do func(imap.UIDSet) (*imap.CopyData, error)) (*imap.CopyData, error) {
	if len(uids) < 2 || !c.srv.profile.has("copyuid-permuted") {
		return do(store.UIDSet(uids))
	}
	c.tells("copyuid-permuted")
	all := &imap.CopyData{}
	for _, uid := range slices.Backward(uids) {
		data, err := do(store.UIDSet([]imap.UID{uid}))
		if err != nil {
			return all, err
		}
		all.UIDValidity = data.UIDValidity
		addAll(&all.SourceUIDs, data.SourceUIDs)
		addAll(&all.DestUIDs, data.DestUIDs)
	}
	return all, nil
}

func addAll(to *imap.UIDSet, from imap.UIDSet) {
	nums, _ := from.Nums()
	to.AddNum(nums...)
}

// vanishedEarlier are the UIDs of VANISHED (EARLIER), or besides those of all messages that
// are there.
func (c *conn) vanishedEarlier(uids imap.UIDSet) imap.UIDSet {
	if c.view == nil || !c.tells("vanished-all") {
		return uids
	}
	out := store.UIDSet(c.view.uids)
	addAll(&out, uids)
	return out
}

// expungedBefore are the UIDs of a FETCH with VANISHED, or of them those below the highest
// message that is there.
func (c *conn) expungedBefore(uids imap.UIDSet) imap.UIDSet {
	if !c.srv.profile.has("vanished-clipped") {
		return uids
	}
	var out imap.UIDSet
	nums, _ := uids.Nums()
	for _, uid := range nums {
		if uid < c.view.lastUID() {
			out.AddNum(uid)
		} else {
			c.tells("vanished-clipped")
		}
	}
	return out
}

// statusInOrder are the items of STATUS that some servers tell in an order of their own.
var statusInOrder = []string{"MESSAGES", "RECENT", "UNSEEN", "UIDNEXT", "UIDVALIDITY"}

// statusOrder are the items of STATUS in the order in which they are told.
func (c *conn) statusOrder(items []*statusItem) []*statusItem {
	if !c.srv.profile.has("status-ordered") {
		return items
	}
	place := func(item *statusItem) int {
		if i := slices.Index(statusInOrder, item.name); i >= 0 {
			return i
		}
		return len(statusInOrder)
	}
	ordered := slices.Clone(items)
	slices.SortStableFunc(ordered, func(a, b *statusItem) int { return place(a) - place(b) })
	if !slices.Equal(ordered, items) {
		c.tells("status-ordered")
	}
	return ordered
}

// keptFlags are those of the flags of what is appended that the server keeps.
func (c *conn) keptFlags(flags []imap.Flag) []imap.Flag {
	if !c.srv.profile.has("append-flagged-lost") || !containsFlag(flags, imap.FlagFlagged) {
		return flags
	}
	c.tells("append-flagged-lost")
	return slices.DeleteFunc(slices.Clone(flags), func(f imap.Flag) bool { return strings.EqualFold(string(f), string(imap.FlagFlagged)) })
}

// onlyOwn are the messages of which the client is told, where it is told of no flags but
// those that it has set.
func (v *view) onlyOwn(c *conn, tell []store.Message) []store.Message {
	if !c.srv.profile.has("flags-silent") {
		return tell
	}
	return slices.DeleteFunc(tell, func(m store.Message) bool { return v.owed.get(m.UID) == 0 && c.tells("flags-silent") })
}
