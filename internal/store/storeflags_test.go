package store

import (
	"testing"

	"github.com/emersion/go-imap/v2"
)

// The three operations of STORE (RFC 9051, section 6.4.6).
func TestStoreOperations(t *testing.T) {
	for _, tc := range []struct {
		name  string
		op    imap.StoreFlagsOp
		flags []imap.Flag
		want  []imap.Flag
	}{
		{"set", imap.StoreFlagsSet, []imap.Flag{"$B", imap.FlagDraft}, []imap.Flag{imap.FlagDraft, "$B"}},
		{"set none", imap.StoreFlagsSet, nil, nil},
		{"add", imap.StoreFlagsAdd, []imap.Flag{imap.FlagAnswered, imap.FlagSeen}, []imap.Flag{imap.FlagAnswered, imap.FlagSeen, "$A"}},
		{"add none", imap.StoreFlagsAdd, nil, []imap.Flag{imap.FlagSeen, "$A"}},
		{"remove", imap.StoreFlagsDel, []imap.Flag{imap.FlagSeen, imap.FlagDraft}, []imap.Flag{"$A"}},
		{"remove in another case", imap.StoreFlagsDel, []imap.Flag{`\sEEn`, "$a"}, nil},
		{"twice the same", imap.StoreFlagsSet, []imap.Flag{"$a", "$A", `\seen`, `\Seen`}, []imap.Flag{imap.FlagSeen, "$A"}},
	} {
		mbox := newUser(t).Inbox()
		_, err := mbox.Append(letter("x"), WithFlags("$A", imap.FlagSeen))
		check(t, err)
		check(t, mbox.Store(set(1), tc.op, tc.flags...))
		equalList(t, tc.name, flagsOf(t, mbox, 1), tc.want...)
	}
}

// System flags in the order of the package, keywords in that of their first
// use, spelled as they were then. Flags are compared without case (RFC 9051,
// section 2.3.2).
func TestFlagSpellingAndOrder(t *testing.T) {
	mbox := newMailboxWith(t, 2)
	check(t, mbox.Store(set(1), imap.StoreFlagsSet, "Zebra", "$Work"))
	check(t, mbox.Store(set(2), imap.StoreFlagsSet,
		"$WORK", "zebra", "Apple", `\DRAFT`, `\seen`, `\Deleted`, `\FLAGGED`, `\answered`))
	equalList(t, "flags", flagsOf(t, mbox, 2),
		imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft, "Zebra", "$Work", "Apple")
	equalList(t, "keywords", mbox.Keywords(), "Zebra", "$Work", "Apple")
	check(t, mbox.Store(set(1, 2), imap.StoreFlagsSet))
	equalList(t, "keywords stay", mbox.Keywords(), "Zebra", "$Work", "Apple")
}

// RFC 9051, section 9: a keyword is an atom; \Recent and other flags with a
// backslash cannot be set (section 2.3.2).
func TestInvalidFlags(t *testing.T) {
	mbox := newMailboxWith(t, 1)
	before := mbox.Status()
	for _, flag := range []imap.Flag{
		"", `\Recent`, `\recent`, `\*`, `\`, `\Important`, "two words", "a(b", "a)b", "a{b", "a%b", "a*b", `a"b`, `a\b`, "a]b",
		"tab\t", "nul\x00", "del\x7f", "umlautü",
	} {
		checkIs(t, mbox.Store(set(1), imap.StoreFlagsAdd, "$Good", flag), ErrInvalidFlag)
		_, err := mbox.Append(letter("x"), WithFlags("$Good", flag))
		checkIs(t, err, ErrInvalidFlag)
	}
	equal(t, "status", mbox.Status(), before)
	equalList(t, "keywords", mbox.Keywords())
	for _, flag := range []imap.Flag{"$MDNSent", "a[b", "a.b-c_d", "1", "NonJunk", "a}"} {
		check(t, mbox.Store(set(1), imap.StoreFlagsAdd, flag))
	}
}

// Messages with the same flags share them, and an append to what is handed
// out does not reach another message.
func TestFlagsAreShared(t *testing.T) {
	mbox := newMailboxWith(t, 3)
	check(t, mbox.Store(set(1), imap.StoreFlagsSet, "$A", imap.FlagSeen))
	check(t, mbox.Store(set(2), imap.StoreFlagsSet, `\seen`, "$a"))
	one, two := flagsOf(t, mbox, 1), flagsOf(t, mbox, 2)
	equal(t, "shared", &one[0], &two[0])
	_ = append(one, "$X")
	_ = append(mbox.Keywords(), "$X")
	check(t, mbox.Store(set(3), imap.StoreFlagsSet, "$B"))
	equalList(t, "flags", flagsOf(t, mbox, 2), imap.FlagSeen, "$A")
	equalList(t, "keywords", mbox.Keywords(), "$A", "$B")
}

// One STORE of many messages is one modseq for all that change; what has the
// flags already does not change (RFC 7162, section 3.1.3).
func TestStoreModSeq(t *testing.T) {
	mbox := newMailboxWith(t, 4) // modseqs 2 to 5
	check(t, mbox.Store(set(2), imap.StoreFlagsAdd, imap.FlagSeen))
	equal(t, "HIGHESTMODSEQ", mbox.HighestModSeq(), 6)
	changed := mbox.Changed()
	result, err := mbox.StoreIf([]imap.UID{1, 2, 4, 99}, nil, imap.StoreFlagsAdd, []imap.Flag{imap.FlagSeen})
	check(t, err)
	equal(t, "modseq", result.ModSeq, 7)
	equalList(t, "changed", result.Changed, 1, 4)
	equalList(t, "messages", result.Messages, Stored{1, 7, 2}, Stored{2, 6, 6}, Stored{4, 7, 5})
	equalList(t, "modified", result.Modified)
	four, _ := mbox.Message(4)
	equal(t, "message 4", four.ModSeq, 7)
	equal(t, "message 4 was made before", four.CreatedModSeq(), 5)
	equal(t, "woken", isClosed(changed), true)

	changed = mbox.Changed()
	result, err = mbox.StoreIf([]imap.UID{1, 2, 4}, nil, imap.StoreFlagsSet, []imap.Flag{imap.FlagSeen})
	check(t, err)
	equal(t, "nothing changed", result.ModSeq, 0)
	equal(t, "HIGHESTMODSEQ", mbox.HighestModSeq(), 7)
	equal(t, "woken", isClosed(changed), false)
}

// UNCHANGEDSINCE (RFC 7162, section 3.1.3).
func TestStoreUnchangedSince(t *testing.T) {
	for _, tc := range []struct {
		name              string
		since             uint64
		changed, modified []imap.UID
	}{
		{"0 refuses all", 0, nil, []imap.UID{1, 2, 3}},
		{"the modseq itself is unchanged", 3, []imap.UID{1, 2}, []imap.UID{3}},
		{"one less", 2, []imap.UID{1}, []imap.UID{2, 3}},
		{"all", 4, []imap.UID{1, 2, 3}, nil},
		{"the greatest, 63 bits", 1<<63 - 1, []imap.UID{1, 2, 3}, nil},
	} {
		mbox := newMailboxWith(t, 3) // modseqs 2, 3, 4
		result, err := mbox.StoreIf([]imap.UID{1, 2, 3}, &tc.since, imap.StoreFlagsAdd, []imap.Flag{imap.FlagFlagged})
		check(t, err)
		equalList(t, tc.name+": changed", result.Changed, tc.changed...)
		equalList(t, tc.name+": modified", result.Modified, tc.modified...)
		equal(t, tc.name+": messages", len(result.Messages), len(tc.changed))
	}
}

func TestStoreNowhere(t *testing.T) {
	mbox := newMailboxWith(t, 1)
	u := mbox.Owner()
	gone := create(t, u, "A")
	check(t, u.Delete("A"))
	checkIs(t, gone.Store(set(1), imap.StoreFlagsAdd, imap.FlagSeen), ErrNotFound)
	check(t, mbox.Store(set(7), imap.StoreFlagsAdd, imap.FlagSeen))
	equal(t, "HIGHESTMODSEQ", mbox.HighestModSeq(), 2)
}
