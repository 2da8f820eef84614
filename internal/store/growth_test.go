package store_test

import (
	"fmt"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/growth"
	"github.com/go-mailtest/mailtest/internal/store"
)

func TestGrowth(t *testing.T)      { growth.Test(t, growths) }
func BenchmarkGrowth(b *testing.B) { growth.Benchmark(b, growths) }

// What a test does itself grows as little as what a client does: see the table of the
// same name in internal/imapd.
var growths = []growth.Case{
	{Name: "accounts", Size: 5000, Prepare: func(tb testing.TB, n int) func() {
		return func() {
			s := accounts(tb, n)
			for i := range n {
				if _, found := s.User(fmt.Sprintf("ALIAS%d@example.com", i)); !found {
					tb.Fatal("an account is not found by its alias")
				}
			}
		}
	}},
	{Name: "snapshots of accounts", Size: 5000, Prepare: func(tb testing.TB, n int) func() {
		s := accounts(tb, n)
		before := s.Snapshot()
		return func() {
			before.Diff(s.Snapshot())
			s.Restore(before)
		}
	}},
	{Name: "mailboxes", Size: 2000, Prepare: func(tb testing.TB, n int) func() {
		return func() {
			u := accounts(tb, 1).Users()[0]
			for i := range n {
				if _, err := u.Create(fmt.Sprintf("a/b/%d", i)); err != nil {
					tb.Fatal(err)
				}
			}
			if err := u.Rename("a", "c"); err != nil || len(u.Mailboxes()) < n {
				tb.Fatal(err)
			}
		}
	}},
	{Name: "Search with a set of ranges", Size: 5000, Prepare: func(tb testing.TB, n int) func() {
		box := accounts(tb, 1).Users()[0].Inbox()
		if _, err := box.AppendAll(make([]store.Draft, 2*n)); err != nil {
			tb.Fatal(err)
		}
		var uids imap.UIDSet
		var seqs imap.SeqSet
		for i := range n {
			uids = append(uids, imap.UIDRange{Start: imap.UID(2*i + 1), Stop: imap.UID(2*i + 1)})
			seqs = append(seqs, imap.SeqRange{Start: uint32(2*i + 1), Stop: uint32(2*i + 1)})
		}
		return func() {
			criteria := &imap.SearchCriteria{UID: []imap.UIDSet{uids}, Not: []imap.SearchCriteria{{SeqNum: []imap.SeqSet{seqs[:n/2]}}}}
			if got, _ := box.Search(criteria); len(got) != n-n/2 {
				tb.Fatalf("%d found, want %d", len(got), n-n/2)
			}
		}
	}},
}

func accounts(tb testing.TB, n int) *store.Store {
	s := store.New()
	for i := range n {
		if _, err := s.AddUser(fmt.Sprintf("user%d", i), "password", store.WithAlias(fmt.Sprintf("alias%d@example.com", i))); err != nil {
			tb.Fatal(err)
		}
	}
	return s
}
