package store

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/emersion/go-imap/v2"
)

// Sets as RFC 9051, section 9 (sequence-set), has them: in any order,
// overlapping, ranges either way, "*" the last message.
func TestSelectUIDs(t *testing.T) {
	mbox := newUser(t).Inbox()
	for _, uid := range []imap.UID{2, 4, 6, 8} {
		_, err := mbox.Append(letter("x"), WithUID(uid))
		check(t, err)
	}
	for _, tc := range []struct {
		name string
		set  imap.UIDSet
		want []imap.UID
	}{
		{"none", nil, nil},
		{"$", imap.SearchRes(), nil},
		{"*", imap.UIDSet{{Start: 0, Stop: 0}}, []imap.UID{8}},
		{"1:*", imap.UIDSet{{Start: 1, Stop: 0}}, []imap.UID{2, 4, 6, 8}},
		{"7:*", imap.UIDSet{{Start: 7, Stop: 0}}, []imap.UID{8}},
		{"*:5", imap.UIDSet{{Start: 0, Stop: 5}}, []imap.UID{6, 8}},
		{"100:* holds the last (section 6.4.9)", imap.UIDSet{{Start: 100, Stop: 0}}, []imap.UID{8}},
		{"7:3", imap.UIDSet{{Start: 7, Stop: 3}}, []imap.UID{4, 6}},
		{"1,3,5,7,9", set(1, 3, 5, 7, 9), nil},
		{"8,2,8", imap.UIDSet{{Start: 8, Stop: 8}, {Start: 2, Stop: 2}, {Start: 8, Stop: 8}}, []imap.UID{2, 8}},
		{"5:8,1:6", imap.UIDSet{{Start: 5, Stop: 8}, {Start: 1, Stop: 6}}, []imap.UID{2, 4, 6, 8}},
		{"1:8,3:4,6", imap.UIDSet{{Start: 1, Stop: 8}, {Start: 3, Stop: 4}, {Start: 6, Stop: 6}}, []imap.UID{2, 4, 6, 8}},
		{"4294967295", set(4294967295), nil},
		{"1:4294967295", imap.UIDSet{{Start: 1, Stop: 4294967295}}, []imap.UID{2, 4, 6, 8}},
	} {
		var got []imap.UID
		for _, i := range mbox.selectUIDs(tc.set) {
			got = append(got, mbox.messages.at(i).uid)
		}
		equalList(t, tc.name, got, tc.want...)
	}
	empty := create(t, mbox.Owner(), "Empty")
	equalList(t, "* of nothing", empty.selectUIDs(imap.UIDSet{{Start: 0, Stop: 0}}))
}

// The caller's set is not touched.
// Whatever is missing between the UIDs, and however the ranges lie, exactly the messages of the
// set are selected.
func TestSelectUIDsOfGaps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		mbox := newUser(t).Inbox()
		for range r.IntN(2 * pageSize) {
			mbox.SkipUIDs(uint32(r.IntN(3) * r.IntN(3)))
			must(mbox.Append(nil))
		}
		var chosen imap.UIDSet
		for range r.IntN(40) {
			first := imap.UID(1 + r.IntN(3*pageSize))
			chosen = append(chosen, imap.UIDRange{Start: first, Stop: first + imap.UID(r.IntN(3)*r.IntN(50))})
		}
		var want []int
		for i, msg := range mbox.messages.all() {
			if slices.ContainsFunc(chosen, func(r imap.UIDRange) bool { return r.Start <= msg.uid && msg.uid <= r.Stop }) {
				want = append(want, i)
			}
		}
		equalList(t, chosen.String(), mbox.selectUIDs(chosen), want...)
	}
}

func TestSelectUIDsKeepsItsSet(t *testing.T) {
	mbox := newMailboxWith(t, 3)
	given := imap.UIDSet{{Start: 3, Stop: 3}, {Start: 0, Stop: 2}}
	mbox.selectUIDs(given)
	equalList(t, "set", given, imap.UIDRange{Start: 3, Stop: 3}, imap.UIDRange{Start: 0, Stop: 2})
}

func TestUIDSet(t *testing.T) {
	equal(t, "set", UIDSet([]imap.UID{1, 2, 3, 7, 9, 10}).String(), "1:3,7,9:10")
	equal(t, "empty", len(UIDSet(nil)), 0)
}
