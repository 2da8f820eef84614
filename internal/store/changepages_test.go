package store

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/emersion/go-imap/v2"
)

// Pages have what was added, in its order, wherever a page ends; and what is kept of it.
func TestChangePages(t *testing.T) {
	for _, n := range []int{0, 1, 4, changePage - 1, changePage, changePage + 1, 3 * changePage, 3*changePage + 5} {
		var pages changePages
		var want []change
		for i := range n {
			c := change{modseq: uint64(2 * i), uid: imap.UID(i)}
			pages.add(c)
			want = append(want, c)
		}
		equal(t, "how many", pages.len(), n)
		equalList(t, "all", readAll(pages.all()), want...)
		for _, since := range []int{0, 1, changePage - 1, changePage, n - 1, n} {
			if 0 <= since && since < n {
				equalList(t, "since", readAll(pages.since(uint64(2*since))), want[since+1:]...)
				equalList(t, "since between", readAll(pages.since(uint64(2*since+1))), want[since+1:]...)
			}
		}
		other := pages.clone()
		for _, every := range []int{1, 2, 300} {
			keep := func(c change) bool { return int(c.uid)%every == 0 }
			pages.rewrite(func(c change) (change, bool) { return c, keep(c) })
			want = slices.DeleteFunc(want, func(c change) bool { return !keep(c) })
			equal(t, "how many are left", pages.len(), len(want))
			equalList(t, "left", readAll(pages.all()), want...)
			for _, page := range pages.pages {
				if len(page) == 0 {
					t.Errorf("an empty page among %d of %d changes", len(pages.pages), len(want))
				}
			}
		}
		equal(t, "of the clone", other.len(), n)
	}
}

func readAll(left changesLeft) (all []change) {
	for left.any() {
		all = append(all, *left.next())
	}
	return all
}

// What has been dropped from the log is missed by nobody, from whatever position it is read: who
// is told of an annotation is told of a flag, too. And nothing is left of messages that have
// changed since.
func TestCompactionTellsTheSame(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		u := newUser(t)
		var odd []MailboxOption
		if seed%2 == 1 {
			odd = append(odd, SeenPerUser())
		}
		mbox := must(u.Create("Team", odd...))
		fill(t, mbox, 1+r.IntN(30))
		other := must(u.store.AddUser("bob", "secret"))
		check(t, mbox.Grant("bob", RightsChange{Rights: AllRights}))
		snap := u.store.Snapshot()
		for range 1 + r.IntN(200) {
			changeSomething(t, mbox, []*User{nil, u, other}[r.IntN(3)], r)
			if r.IntN(40) == 0 {
				u.store.Restore(snap)
			}
		}
		told := func() (all []Changes) {
			for since := range mbox.HighestModSeq() + 1 {
				for _, by := range []*User{nil, u, other} {
					c := mbox.As(by).ChangesSince(since)
					all = append(all, Changes{Messages: c.Messages, Expunged: c.Expunged, Forgotten: c.Forgotten, Noted: c.Noted})
				}
			}
			return all
		}
		before := told()
		mbox.log.void = max(mbox.log.size, minCompact)
		mbox.compactIfLong()
		for i, after := range told() {
			equalList(t, "changed", uidsOf(after.Messages), uidsOf(before[i].Messages)...)
			equalList(t, "expunged", after.Expunged, before[i].Expunged...)
			equal(t, "forgotten", after.Forgotten, before[i].Forgotten)
			if !reflect.DeepEqual(after.Noted, before[i].Noted) {
				t.Errorf("seed %d: annotations: %v, want %v", seed, after.Noted, before[i].Noted)
			}
		}
		entries := 0
		for _, c := range readAll(mbox.log.entries.all()) {
			if !c.gone() && c.only() == nil && c.notes() == nil {
				entries += c.size()
			}
		}
		if n := mbox.messages.len(); entries > n {
			t.Errorf("seed %d: of %d messages %d entries are left that concern all", seed, n, entries)
		}
	}
}

// changeSomething has an account append, annotate, mark or expunge a message.
func changeSomething(t *testing.T, mbox *Mailbox, by *User, r *rand.Rand) {
	t.Helper()
	uids := mbox.Open(false).UIDs
	if len(uids) == 0 || r.IntN(5) == 0 {
		must(mbox.As(by).AppendDrafts([]Draft{{Raw: letter("x")}}))
		return
	}
	one := set(uids[r.IntN(len(uids))])
	if r.IntN(6) == 0 {
		must(mbox.As(by).Expunge(one))
		return
	}
	if r.IntN(8) == 0 {
		note := Note{Entry: "/comment", Shared: r.IntN(2) == 0, Value: []byte{byte('a' + r.IntN(26))}}
		must(mbox.As(by).AnnotateMessages([]imap.UID{one[0].Start}, nil, []Note{note}, AnnotationLimits{}))
		return
	}
	op := []imap.StoreFlagsOp{imap.StoreFlagsAdd, imap.StoreFlagsDel}[r.IntN(2)]
	check(t, mbox.As(by).Store(one, op, []imap.Flag{imap.FlagSeen, imap.FlagFlagged}[r.IntN(2)]))
}
