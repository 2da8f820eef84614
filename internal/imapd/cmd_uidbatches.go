package imapd

import (
	"math"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// DefaultMinBatch is the size of a batch that every server must support (RFC 10022,
// section 3.1.3.2).
const DefaultMinBatch = 500

// maxBatched is how many messages the batches of a command may have together, if it names
// them, or the mailbox, if it does not (RFC 10022, sections 3.1.5 and 3.1.7).
const maxBatched = 100_000

// UIDBATCHES: RFC 10022.
//
//	message-batches     = "UIDBATCHES" SP nz-number [SP nz-number ":" nz-number]
//	uidbatches-response = "UIDBATCHES" search-correlator [SP uid-range *("," uid-range)]
type uidBatchesCmd struct {
	tag         string
	size        uint32
	first, last uint32 // which batches, from 1; 0: all
}

func parseUIDBatches(p *parser) command {
	cmd := &uidBatchesCmd{tag: p.c.tag}
	p.SP()
	cmd.size = p.NZNumber()
	if p.Try(' ') {
		cmd.first = p.NZNumber()
		p.Expect(':')
		cmd.last = p.NZNumber()
	}
	return cmd
}

func (cmd *uidBatchesCmd) run(c *conn, _ *okResponse) error {
	if err := cmd.refusal(c); err != nil {
		return err
	}
	v := c.view
	batches := v.batches(int(min(cmd.size, math.MaxInt32)))
	first, last := 1, len(batches)
	if cmd.first > 0 {
		first, last = int(cmd.first), min(int(cmd.last), len(batches))
	}
	e := c.enc.Raw("* UIDBATCHES (TAG ").String(cmd.tag).Raw(")")
	for i := first; i <= last; i++ {
		e.Raw([]string{" ", ","}[min(i-first, 1)])
		e.Num(uint32(batches[i-1].Stop)).Raw(":").Num(uint32(batches[i-1].Start))
	}
	e.CRLF()
	return nil
}

// refusal is why the command is not run, nil if it is. One that is run is remembered.
func (cmd *uidBatchesCmd) refusal(c *conn) error {
	v := c.view
	count := uint64(cmd.last) - uint64(cmd.first) + 1
	switch {
	case cmd.first > cmd.last:
		err := bad("uidbatches", "%d:%d is not a range of batches (RFC 10022, section 3.1.5)", cmd.first, cmd.last)
		err.answer.Code = imap.ResponseCodeClientBug
		return err
	case cmd.size < c.srv.cfg.MinBatch:
		return no("uidbatches", codeTooFew, "a batch has %d messages at least", c.srv.cfg.MinBatch)
	case cmd.first > 0 && count*uint64(cmd.size) > maxBatched:
		return no("uidbatches", codeTooMany, "batches with more than %d messages", maxBatched)
	case cmd.first == 0 && len(v.uids) > maxBatched:
		return no("uidbatches", codeTooMany, "more than %d messages in the mailbox", maxBatched)
	case !v.batched.grants(cmd, v):
		return no("uidbatches", imap.ResponseCodeLimit, "these batches have been told, and the mailbox is much the same (RFC 10022, section 3.1.1)")
	}
	v.batched.add(cmd, v)
	return nil
}

// batches cuts the mailbox into ranges of so many messages, from the newest. There is
// nothing between them, and the last one ends with UID 1, so that the client knows it for
// the last (RFC 10022, section 3.1.4).
func (v *view) batches(size int) []imap.UIDRange {
	var out []imap.UIDRange
	stop := v.uidNext - 1
	for left := len(v.uids); left > 0; left -= size {
		batch := imap.UIDRange{Start: 1, Stop: stop}
		if left > size {
			batch.Start = v.uids[left-size]
		}
		out = append(out, batch)
		stop = batch.Start - 1
	}
	return out
}

// batched is what a client has asked for in a mailbox: it must not ask again until more
// than half a batch has come or gone (RFC 10022, section 3.1.1). It may ask for the
// batches one after the other (section 3.1.5).
type batched struct {
	size    uint32 // 0: nothing
	told    map[uint64]bool
	all     bool
	exists  int
	uidNext imap.UID
}

// grants says whether the client may ask.
func (b *batched) grants(cmd *uidBatchesCmd, v *view) bool {
	if b.size == 0 || b.outdated(v) {
		return true
	}
	if cmd.size != b.size || b.all && cmd.first == 0 {
		return false
	}
	first, last := cmd.asked(v)
	for i := first; i <= last; i++ {
		if !b.told[i] {
			return true
		}
	}
	return false
}

// outdated says that much has come or gone.
func (b *batched) outdated(v *view) bool {
	old, _ := slices.BinarySearch(v.uids, b.uidNext)
	half := int(b.size / 2)
	return b.exists-old > half || len(v.uids)-old > half
}

func (b *batched) add(cmd *uidBatchesCmd, v *view) {
	if b.size != cmd.size || b.outdated(v) {
		*b = batched{size: cmd.size, told: make(map[uint64]bool), exists: len(v.uids), uidNext: v.uidNext}
	}
	b.all = b.all || cmd.first == 0
	first, last := cmd.asked(v)
	for i := first; i <= last; i++ {
		b.told[i] = true
	}
}

// asked are the batches that the client wants.
func (cmd *uidBatchesCmd) asked(v *view) (first, last uint64) {
	if cmd.first > 0 {
		return uint64(cmd.first), uint64(cmd.last)
	}
	return 1, (uint64(len(v.uids)) + uint64(cmd.size) - 1) / uint64(cmd.size)
}
