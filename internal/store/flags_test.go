package store

import (
	"testing"

	"github.com/emersion/go-imap/v2"
)

// A test that writes "Seen" means \Seen: wherever flags are written by hand it is told
// so, and nothing is changed.
func TestFlagsWithoutBackslash(t *testing.T) {
	mbox := newMailboxWith(t, 1)
	before := mbox.Status()
	for flag, want := range map[imap.Flag]string{
		"Seen":     `memstore: "Seen" is not the system flag: that is \Seen (a keyword of that name is keyword=Seen)`,
		"answered": `memstore: "answered" is not the system flag: that is \Answered (a keyword of that name is keyword=answered)`,
		"/Deleted": `memstore: "/Deleted" is not the system flag: that is \Deleted (a keyword of that name is keyword=Deleted)`,
		`\Foo`:     `memstore: "\\Foo" is not a system flag (have [\Answered \Deleted \Draft \Flagged \Seen])`,
	} {
		_, appendErr := mbox.Append(letter("x"), WithFlags("$Good", flag))
		_, searchErr := mbox.Search(&imap.SearchCriteria{Flag: []imap.Flag{flag}})
		_, notErr := mbox.Search(&imap.SearchCriteria{NotFlag: []imap.Flag{flag}})
		_, innerErr := mbox.Search(&imap.SearchCriteria{Or: [][2]imap.SearchCriteria{{{}, {Not: []imap.SearchCriteria{{Flag: []imap.Flag{flag}}}}}}})
		for name, err := range map[string]error{
			"Append": appendErr, "Search": searchErr, "Search Not": notErr, "Search Or": innerErr,
			"add": mbox.Store(set(1), imap.StoreFlagsAdd, "$Good", flag), "remove": mbox.Store(set(1), imap.StoreFlagsDel, flag),
			"set": mbox.Store(set(1), imap.StoreFlagsSet, flag),
		} {
			checkIs(t, err, ErrInvalidFlag)
			if err != nil {
				equal(t, name, err.Error(), want)
			}
		}
	}
	equal(t, "status", mbox.Status(), before)
	equalList(t, "keywords", mbox.Keywords())
}

// Who means the keyword says so, and a client may set it as any other (RFC 9051, section
// 9, flag-keyword).
func TestKeywordNamedLikeAFlag(t *testing.T) {
	mbox := newUser(t).Inbox()
	_, err := mbox.Append(letter("x"), WithFlags(Keyword("Seen"), imap.FlagFlagged))
	check(t, err)
	equalList(t, "flags", flagsOf(t, mbox, 1), imap.FlagFlagged, "Seen")
	check(t, mbox.Store(set(1), imap.StoreFlagsAdd, "keyword=draft", imap.FlagSeen))
	equalList(t, "flags", flagsOf(t, mbox, 1), imap.FlagFlagged, imap.FlagSeen, "Seen", "draft")
	check(t, mbox.Store(set(1), imap.StoreFlagsDel, Keyword("seen")))
	equalList(t, "flags", flagsOf(t, mbox, 1), imap.FlagFlagged, imap.FlagSeen, "draft")

	_, err = mbox.StoreIf([]imap.UID{1}, nil, imap.StoreFlagsAdd, []imap.Flag{"Recent"})
	check(t, err)
	_, err = mbox.AppendAll([]Draft{{Raw: letter("y"), Flags: []imap.Flag{"Answered"}}})
	check(t, err)
	criteria := &imap.SearchCriteria{Flag: []imap.Flag{Keyword("Answered")}}
	found, err := mbox.Search(criteria)
	check(t, err)
	equalList(t, "found", found, 2)
	equalList(t, "the criteria", criteria.Flag, Keyword("Answered")) // are the caller's
	found, err = mbox.Search(&imap.SearchCriteria{NotFlag: []imap.Flag{`\Recent`, Keyword("Recent")}})
	check(t, err)
	equalList(t, "without the keyword Recent", found, 2)

	again := New()
	check(t, again.Load(mbox.user.store.Fixture()))
	u := again.Users()[0]
	equalList(t, "flags that come back", flagsOf(t, u.Inbox(), 1), flagsOf(t, mbox, 1)...)
}
