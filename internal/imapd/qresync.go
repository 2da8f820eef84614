package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/store"
)

// qresyncParam is what a client remembers of a mailbox when it selects it
// again: RFC 7162, section 3.2.5.
//
//	"QRESYNC" SP "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"
//	seq-match-data = "(" known-sequence-set SP known-uid-set ")"
type qresyncParam struct {
	uidValidity uint32
	modseq      uint64
	known       *imapwire.NumSet    // nil: all
	ranges      []imapwire.NumRange // those of known, in order
	matchSeqs   imapwire.NumSet
	matchUIDs   imapwire.NumSet
}

// qresync reads the parameter's value.
func (p *parser) qresync() *qresyncParam {
	if !p.c.enabled.qresync {
		p.Fail("QRESYNC needs ENABLE QRESYNC (RFC 7162, section 3.2.5)")
	}
	q := &qresyncParam{}
	p.SP()
	p.Expect('(')
	q.uidValidity = p.NZNumber()
	p.SP()
	if q.modseq = p.Number64(); p.OK() && q.modseq == 0 {
		p.Fail("the modseq must be 1 or more")
	}
	if p.Try(' ') {
		if p.Peek() != '(' {
			known := p.numbersOnly()
			q.known = &known
		}
		if q.known == nil || p.Try(' ') {
			p.Expect('(')
			q.matchSeqs = p.numbersOnly()
			p.SP()
			q.matchUIDs = p.numbersOnly()
			p.Expect(')')
			if p.c.enabled.uidOnly && p.OK() {
				p.deny(uidRequired("QRESYNC with message numbers")) // RFC 9586, section 3.7
			}
		}
	}
	p.Expect(')')
	return q
}

// numbersOnly is a set without "*" and "$", which stand for nothing yet.
func (p *parser) numbersOnly() imapwire.NumSet {
	set := p.NumSet()
	for _, r := range set.Ranges {
		if r.First == 0 || r.Last == 0 {
			p.Fail(`no "*" in what is known (RFC 7162, section 7)`)
		}
	}
	if set.Saved {
		p.Fail(`no "$" in what is known (RFC 7162, section 7)`)
	}
	return set
}

// resync tells what has happened since: VANISHED (EARLIER), and then the
// changed flags. If the UIDVALIDITY is another, what the client knows is void.
func (q *qresyncParam) resync(c *conn) error {
	v := c.view
	if q.uidValidity != v.uidValidity || v.mbox.NoModSeq() {
		return nil
	}
	known := imap.UIDSet{{Start: 1, Stop: 0}}
	if q.known != nil {
		q.ranges = q.known.Normalize(0)
		known = v.uidSetOf(*q.known)
	}
	missed, err := v.at.MissedSince(q.modseq, known)
	if err != nil {
		return storeError(err)
	}
	gone := without(missed.Gone, v.uids) // what goes meanwhile is told as to everybody
	if !missed.Restored && !missed.Renumbered {
		gone = above(gone, q.lastMatch(v))
	}
	c.writeVanishedEarlier(gone)
	for i := range missed.Messages {
		m := &missed.Messages[i]
		if seq := v.seq(m.UID); seq > 0 && (missed.Renumbered || q.asksFor(*m)) {
			c.writeFlags(seq, m, replyFlags, tellAllWithUID)
			v.knows(m.UID, m.ModSeq)
		}
	}
	return nil
}

// asksFor says whether the client is to be told of a message that has changed. One
// that was expunged and is back is no longer among the UIDs that it knows, and it
// would hear of it nowhere else; so with all messages when UIDs are others'.
func (q *qresyncParam) asksFor(m store.Message) bool {
	return q.known == nil || contains(q.ranges, uint32(m.UID)) || m.ReturnedModSeq() > q.modseq
}

// lastMatch is the highest UID that still has the sequence number that the
// client knows, 0 for none: up to it the client has missed no expunge, unless
// messages came back.
func (q *qresyncParam) lastMatch(v *view) imap.UID {
	seqs, uids := expand(q.matchSeqs), expand(q.matchUIDs)
	for i := min(len(seqs), len(uids)) - 1; i >= 0; i-- {
		if n := seqs[i]; n <= v.exists() && v.uids[n-1] == imap.UID(uids[i]) {
			return imap.UID(uids[i])
		}
	}
	return 0
}

// maxExpanded bounds what a client's set may stand for.
const maxExpanded = 100_000

func expand(set imapwire.NumSet) []uint32 {
	var out []uint32
	for _, r := range set.Normalize(0) {
		for n := uint64(r.First); n <= uint64(r.Last) && len(out) < maxExpanded; n++ {
			out = append(out, uint32(n))
		}
	}
	return out
}

// contains says whether a number is in one of the ranges of a normalized set.
func contains(ranges []imapwire.NumRange, n uint32) bool {
	_, found := slices.BinarySearchFunc(ranges, n, func(r imapwire.NumRange, n uint32) int {
		switch {
		case r.Last < n:
			return -1
		case r.First > n:
			return 1
		}
		return 0
	})
	return found
}

// writeVanishedEarlier tells of expunges that do not change the sequence
// numbers of the selected mailbox (RFC 7162, section 3.2.10).
func (c *conn) writeVanishedEarlier(uids imap.UIDSet) {
	if uids = c.vanishedEarlier(uids); len(uids) > 0 {
		c.enc.Raw("* VANISHED (EARLIER) ").Raw(uids.String()).CRLF()
	}
}
