package imapd

import (
	"slices"
	"strconv"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// NumSet reads a set of messages. "$" is part of it with SEARCHRES alone (RFC 5182,
// section 3).
func (p *parser) NumSet() imapwire.NumSet {
	if p.Peek() == '$' && !p.has(imap.CapSearchRes) {
		p.Fail("expected a set of messages")
	}
	return p.Parser.NumSet()
}

// resolve turns a set from the client into ascending UIDs of the view. In a
// set of sequence numbers every number must exist (RFC 9051, section 9,
// seq-number); UIDs that do not exist are passed over (section 6.4.9).
func (v *view) resolve(set imapwire.NumSet, isUID bool) ([]imap.UID, error) {
	switch {
	case set.Saved:
		return intersect(slices.Clone(v.saved), v.uids), nil
	case isUID:
		return v.resolveUIDs(set), nil
	}
	return v.resolveSeqs(set)
}

func (v *view) resolveSeqs(set imapwire.NumSet) ([]imap.UID, error) {
	for _, r := range set.Ranges {
		if max(r.First, r.Last) > v.exists() || (v.exists() == 0) {
			number := max(r.First, r.Last)
			return nil, bad("message.number", "no message %d: the mailbox has %d", number, v.exists()).
				with("number", uint64(number)).with("exists", uint64(v.exists()))
		}
	}
	ranges, n := set.Normalize(v.exists()), 0
	for _, r := range ranges {
		n += int(r.Last-r.First) + 1
	}
	out := make([]imap.UID, 0, n)
	for _, r := range ranges {
		out = append(out, v.uids[r.First-1:r.Last]...)
	}
	return out, nil
}

func (v *view) resolveUIDs(set imapwire.NumSet) []imap.UID {
	var out []imap.UID
	for _, r := range set.Normalize(uint32(v.lastUID())) {
		from, _ := slices.BinarySearch(v.uids, imap.UID(r.First))
		to, found := slices.BinarySearch(v.uids, imap.UID(r.Last))
		if found {
			to++
		}
		if from < to {
			out = append(out, v.uids[from:to]...)
		}
	}
	return out
}

// numbers turns ascending UIDs into what the client's command counts in:
// the UIDs themselves or sequence numbers.
func (v *view) numbers(uids []imap.UID, isUID bool) []uint32 {
	out := make([]uint32, len(uids))
	for i, uid := range uids {
		out[i] = uint32(uid)
		if !isUID {
			out[i] = v.seq(uid)
		}
	}
	return out
}

// formatNums writes ascending numbers as a sequence-set: 1:3,5.
func formatNums[N ~uint32](nums []N) string {
	text := make([]byte, 0, 24)
	for len(nums) > 0 {
		n := 1
		for n < len(nums) && nums[n] == nums[n-1]+1 {
			n++
		}
		text = appendRange(text, uint32(nums[0]), uint32(nums[n-1]))
		if nums = nums[n:]; len(nums) > 0 {
			text = append(text, ',')
		}
	}
	return string(text)
}

// appendSet appends a set of UIDs that has no "*".
func appendSet(text []byte, set imap.UIDSet) []byte {
	for i, r := range set {
		if i > 0 {
			text = append(text, ',')
		}
		text = appendRange(text, uint32(r.Start), uint32(r.Stop))
	}
	return text
}

func appendRange(text []byte, first, last uint32) []byte {
	text = strconv.AppendUint(text, uint64(first), 10)
	if last != first {
		text = strconv.AppendUint(append(text, ':'), uint64(last), 10)
	}
	return text
}
