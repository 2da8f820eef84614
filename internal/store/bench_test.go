package store

import (
	"runtime"
	"testing"

	"github.com/emersion/go-imap/v2"
)

func BenchmarkAppend(b *testing.B) {
	mbox := newUser(b).Inbox()
	raw := letter("x")
	b.ReportAllocs()
	for b.Loop() {
		_, err := mbox.Append(raw, WithFlags(imap.FlagSeen, "$Work"))
		check(b, err)
	}
}

// BenchmarkLoad appends 100,000 messages at once. It reports what a message
// costs beyond its bytes, which are shared here.
func BenchmarkLoad(b *testing.B) {
	const n = 100_000
	raw := letter("x")
	drafts := make([]Draft, n)
	for i := range drafts {
		drafts[i] = Draft{Raw: raw, Flags: []imap.Flag{imap.FlagSeen}}
	}
	var perMessage float64
	for b.Loop() {
		mbox := newUser(b).Inbox()
		before := heap()
		added, err := mbox.AppendAll(drafts)
		check(b, err)
		runtime.KeepAlive(added)
		added = nil
		perMessage = float64(int64(heap())-int64(before)) / n
		runtime.KeepAlive(mbox)
	}
	b.ReportMetric(perMessage, "bytes/message")
}

func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// BenchmarkStoreIf sets and clears a flag of 10,000 messages.
func BenchmarkStoreIf(b *testing.B) {
	mbox := newMailboxWith(b, 10_000)
	uids := mbox.Open(false).UIDs
	op := imap.StoreFlagsAdd
	b.ReportAllocs()
	for b.Loop() {
		_, err := mbox.StoreIf(uids, nil, op, []imap.Flag{imap.FlagSeen})
		check(b, err)
		op = imap.StoreFlagsAdd + imap.StoreFlagsDel - op
	}
}

// BenchmarkSelectUIDs looks up a set of 10,000 UIDs with gaps between.
func BenchmarkSelectUIDs(b *testing.B) {
	mbox := newMailboxWith(b, 20_000)
	uids := make([]imap.UID, 0, 10_000)
	for uid := imap.UID(1); uid <= 20_000; uid += 2 {
		uids = append(uids, uid)
	}
	odd := UIDSet(uids)
	for b.Loop() {
		if n := len(mbox.selectUIDs(odd)); n != 10_000 {
			b.Fatal(n)
		}
	}
}

// BenchmarkChangesSince reads 1,000 changes of 100,000 messages.
func BenchmarkChangesSince(b *testing.B) {
	mbox := newMailboxWith(b, 100_000)
	from := mbox.HighestModSeq()
	for i := range 1000 {
		check(b, mbox.Store(set(imap.UID(1+100*i)), imap.StoreFlagsAdd, imap.FlagSeen))
	}
	b.ReportAllocs()
	for b.Loop() {
		if n := len(mbox.ChangesSince(from).Messages); n != 1000 {
			b.Fatal(n)
		}
	}
}

// BenchmarkChangesSinceNothing is what a NOOP costs.
func BenchmarkChangesSinceNothing(b *testing.B) {
	mbox := newMailboxWith(b, 100_000)
	from := mbox.HighestModSeq()
	b.ReportAllocs()
	for b.Loop() {
		mbox.ChangesSince(from)
	}
}

// BenchmarkExpunge removes half of 10,000 messages and puts as many back.
func BenchmarkExpunge(b *testing.B) {
	mbox := newMailboxWith(b, 10_000)
	for b.Loop() {
		uids := mbox.Open(false).UIDs
		gone, err := mbox.Expunge(UIDSet(uids[:5000]))
		check(b, err)
		fill(b, mbox, len(gone))
	}
}
