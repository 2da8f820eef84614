package imapd

import (
	"slices"
	"strconv"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// beginFetch begins a FETCH response, or the UIDFETCH that takes its place
// (RFC 9586, sections 3.3 and 3.6).
func (c *conn) beginFetch(seq uint32, uid imap.UID) {
	if c.enabled.uidOnly {
		c.enc.Raw("* ").Num(uint32(uid)).Raw(" UIDFETCH (")
		return
	}
	c.enc.Raw("* ").Num(seq).Raw(" FETCH (")
}

// tellsUID says that unasked FETCH responses carry the UID: RFC 7162, section
// 3.2.4, for a server with QRESYNC; RFC 9051, section 7.5.2; RFC 5465, section
// 5.1. With UIDONLY it is there already.
func (c *conn) tellsUID() bool {
	if c.enabled.uidOnly {
		return false
	}
	return c.enabled.condstore && c.has(imap.CapQResync) || c.enabled.rev2 || c.notify != nil
}

// writeFlags sends one FETCH response with the flags of m.
func (c *conn) writeFlags(seq uint32, m *store.Message, what reply, mode syncMode) {
	c.beginFetch(seq, m.UID)
	e, more := c.enc, false
	item := func(name string) {
		if more {
			e.SP()
		}
		e.Raw(name)
		more = true
	}
	withUID := c.tellsUID() || mode == tellAllWithUID && !c.enabled.uidOnly
	if withUID && !c.uidLast() {
		item("UID ")
		e.Num(uint32(m.UID))
	}
	if what != replyModSeq {
		item("FLAGS ")
		c.encodeFlags(m)
	}
	if noted := c.view.notedOf(c, m); len(noted) > 0 {
		item("")
		c.writeNoted(noted)
	}
	if c.tellsModSeq() {
		item("MODSEQ ")
		c.writeModSeq(m.ModSeq)
		c.view.told.fetch = max(c.view.told.fetch, m.ModSeq)
	}
	if withUID && c.uidLast() {
		item("UID ")
		e.Num(uint32(m.UID))
	}
	e.Raw(")").CRLF()
}

// tellsModSeq says that FETCH responses of the selected mailbox carry MODSEQ.
func (c *conn) tellsModSeq() bool { return c.enabled.condstore && !c.view.mbox.NoModSeq() }

// writeHighestModSeq is the response code of SELECT and of what enables
// CONDSTORE (RFC 7162, section 3.1.2).
func (c *conn) writeHighestModSeq(mbox *store.Mailbox, modseq uint64) {
	if mbox.NoModSeq() {
		c.note("note.nomodseq", "OK", "NOMODSEQ", "No permanent modseqs")
		return
	}
	c.note("note.modseq", "OK", "HIGHESTMODSEQ "+strconv.FormatUint(modseq, 10), "Highest")
}

// encodeFlags writes the flags of m with \Recent if the session has it;
// IMAP4rev2 has no \Recent.
func (c *conn) encodeFlags(m *store.Message) {
	if c.enabled.rev2 || !c.view.isRecent(m.UID) {
		c.enc.Flags(m.Flags)
		return
	}
	c.enc.Flags(append(slices.Clip(m.Flags), flagRecent))
}

// tellExpunges tells of the messages that are gone: with an EXPUNGE for each,
// whose numbers shift with every one (RFC 9051, section 7.5.1), or with one
// VANISHED (RFC 7162, section 3.2.10; RFC 9586, section 3.4). fromTop is for numbers
// that descend, and do not shift.
func (v *view) tellExpunges(c *conn, fromTop bool) bool {
	if len(v.gone) == 0 {
		return false
	}
	v.shrinkContexts(c)
	vanished := c.enabled.qresync && !v.mbox.NoModSeq() || c.enabled.uidOnly
	switch {
	case vanished:
		c.enc.Raw("* VANISHED ").Raw(formatNums(v.gone)).CRLF()
	case fromTop:
		for _, uid := range slices.Backward(v.gone) {
			c.enc.Raw("* ").Num(v.seq(uid)).Raw(" EXPUNGE").CRLF()
		}
	}
	v.uids = takeOut(v.uids, v.gone, func(place int) {
		if !vanished && !fromTop {
			c.enc.Raw("* ").Num(uint32(place + 1)).Raw(" EXPUNGE").CRLF()
		}
	})
	nowhere := func(int) {}
	v.saved, v.recent = takeOut(v.saved, v.gone, nowhere), takeOut(v.recent, v.gone, nowhere)
	v.gone = nil
	return true
}

// mayKeep is the modseq that a client with QRESYNC is to be told to keep, or 0 if
// it has it. At a tagged response it takes the last HIGHESTMODSEQ since the one
// before, or else the highest MODSEQ of a FETCH (RFC 7162, section 6). That is too
// high while an expunge or a change is held back, of which it would never hear if
// the connection broke now (section 3.2); and it is too low when messages came or
// went, which tells no MODSEQ.
func (v *view) mayKeep(c *conn, tagged bool) uint64 {
	if held := len(v.gone) > 0 || len(v.unsaid) > 0; !held {
		v.complete = v.modseq
	}
	takes := v.told.highest
	if takes == 0 {
		takes = max(v.keeps, v.told.fetch)
	}
	tell := takes != v.complete || v.told.found > v.complete
	if !tagged && takes < v.complete && v.told.fetch >= v.complete {
		tell = false // the tagged response is early enough
	}
	switch {
	case tagged:
		v.keeps, v.told = v.complete, toldModSeqs{}
	case tell:
		v.told.highest = v.complete
	}
	if !tell || !c.enabled.qresync || v.mbox.NoModSeq() {
		return 0
	}
	return v.complete
}

// toldModSeqs are the modseqs that a client has been told since the last tagged
// response.
type toldModSeqs struct {
	highest uint64 // the last HIGHESTMODSEQ
	fetch   uint64 // the highest of a FETCH
	found   uint64 // the highest of SEARCH or STATUS, which a client need not heed
}

// tellNew counts new messages in. fetch is what NOTIFY wants to know of those
// that are not this connection's own (RFC 5465, section 5.2).
func (v *view) tellNew(c *conn, added []imap.UID, fetch []fetchItem) {
	v.uids = append(v.uids, added...)
	recentFrom := v.mbox.RecentFrom
	if !v.readOnly && c.changeable(v.mbox) { // RFC 3501, section 2.3.2: "if the session is read-write"
		recentFrom = v.mbox.ClaimRecent
	}
	first := recentFrom()
	for _, uid := range added {
		if first != 0 && uid >= first {
			v.recent = append(v.recent, uid)
		}
	}
	if p := c.srv.profile; p != nil {
		v.recent = p.recent(v.recent, v.uids)
	}
	c.enc.Raw("* ").Num(v.exists()).Raw(" EXISTS").CRLF()
	if !c.enabled.rev2 {
		c.enc.Raw("* ").Num(c.recentCount()).Raw(" RECENT").CRLF()
	}
	matched := v.growContexts(c, added)
	if len(fetch) > 0 || len(matched) > 0 {
		v.fetchNew(c, added, fetch, matched)
	}
	v.flushContexts(c)
}

// fetchNew tells what is asked for of new messages: of all, and of those that a search
// has found.
func (v *view) fetchNew(c *conn, added []imap.UID, all []fetchItem, matched map[imap.UID][]fetchItem) {
	own := setOf(v.own)
	messages := v.lookup(added)
	for i := range messages {
		m := &messages[i]
		if c.interrupted() {
			break
		}
		items := mergeItems(all, matched[m.UID])
		if len(items) > 0 && !own[m.UID] {
			r := c.fetchResponse(items)
			r.write(c, v.seq(m.UID), m)
		}
	}
}

// takeOut takes from an ascending list those that are gone, in their order. each is called
// with the place that one has then.
func takeOut(list, gone []imap.UID, each func(place int)) []imap.UID {
	first, _ := slices.BinarySearch(list, gone[0])
	kept, rest := list[:first], list[first:]
	for _, uid := range gone {
		if len(rest) == 0 || uid < rest[0] {
			continue
		}
		far := min(len(rest), int(uid-rest[0])+1) // because UIDs ascend
		i, found := slices.BinarySearch(rest[:far], uid)
		kept, rest = append(kept, rest[:i]...), rest[i:]
		if found {
			each(len(kept))
			rest = rest[1:]
		}
	}
	return append(kept, rest...)
}

// intersect keeps of a what is in b; both ascend.
func intersect(a, b []imap.UID) []imap.UID {
	kept := a[:0]
	for _, uid := range a {
		if _, found := slices.BinarySearch(b, uid); found {
			kept = append(kept, uid)
		}
	}
	return kept
}
