package search

import (
	"testing"

	"github.com/emersion/go-imap/v2"
)

// What a query asks, in SEARCH's words.
func TestSimplify(t *testing.T) {
	seen, flagged, work := Flag(imap.FlagSeen), Flag(imap.FlagFlagged), Flag("work")
	subject, body := Header("Subject", Exactly("x")), Body(Exactly("x"))
	draft := Flag(imap.FlagDraft)
	own := Test(CostUnknown, "own", func(Message) bool { return true })
	tests := []struct {
		c    Condition
		want string
	}{
		{And(seen, All()), "SEEN"},
		{And(seen, None()), "NOT ALL"},
		{Or(seen, All()), "ALL"},
		{Or(seen, None()), "SEEN"},
		{Not(All()), "NOT ALL"},
		{Not(None()), "ALL"},
		{Not(Not(seen)), "SEEN"},
		{Not(Not(Not(seen))), "NOT SEEN"},
		{And(seen, And(flagged, And(draft, work))), "(SEEN FLAGGED DRAFT KEYWORD work)"},
		{Or(seen, Or(flagged, draft)), "OR SEEN OR FLAGGED DRAFT"},
		{And(seen, Or(flagged, And(draft, All()))), "(SEEN OR FLAGGED DRAFT)"},
		{And(seen, Or(None(), flagged)), "(SEEN FLAGGED)"},

		// The cheap ones come first, and else the order stays.
		{And(own, body, subject, flagged, seen), `(FLAGGED SEEN HEADER Subject "x" BODY "x" own)`},
		{Or(body, And(subject, seen), flagged), `OR FLAGGED OR (SEEN HEADER Subject "x") BODY "x"`},

		// NOT goes down.
		{Not(And(seen, flagged)), "OR NOT SEEN NOT FLAGGED"},
		{Not(Or(seen, Not(flagged))), "(NOT SEEN FLAGGED)"},
		{And(work, Not(Or(seen, flagged))), "(KEYWORD work NOT SEEN NOT FLAGGED)"},

		// Sets are one.
		{And(UIDs(uids(1, 30)), seen, UIDs(uids(20, 50))), "(UID 20:30 SEEN)"},
		{And(UIDs(uids(1, 20)), UIDs(uids(30, 40))), "NOT ALL"},
		{Or(Numbers(seqs(1, 1)), UIDs(uids(11, 30)), seen), "OR UID 10:30 SEEN"},
		{Or(UIDs(uids(1, 20)), Not(UIDs(uids(5, 10)))), "ALL"},
		{And(Numbers(seqs(2, 3)), SavedResult()), "UID 21"},
		{Not(UIDs(uids(5, 10))), "UID 1:4,11:4294967295"},
		{Not(Numbers(seqs(9, 9))), "ALL"},
	}
	for _, test := range tests {
		equal(t, test.c.String(), test.c.Bind(scopeOf(box())).String(), test.want)
	}
}

// What a query can say without looking at a message.
func TestAmong(t *testing.T) {
	seen := Flag(imap.FlagSeen)
	first, last := UIDs(uids(1, 15)), UIDs(uids(0, 0))
	tests := []struct {
		c    Condition
		want []imap.UID
	}{
		{seen, []imap.UID{10, 20, 21, 40}},
		{None(), nil},
		{first, []imap.UID{10}},
		{Not(first), []imap.UID{20, 21, 40}},
		{And(seen, first), []imap.UID{10}},
		{And(first, last), nil},
		{Or(first, last), []imap.UID{10, 40}},
		{Or(first, seen), []imap.UID{10, 20, 21, 40}},
		{Or(first, And(last, seen)), []imap.UID{10, 40}},
		{And(Not(first), Or(And(first, seen), And(last, seen))), []imap.UID{40}},
		{Not(Or(seen, first)), []imap.UID{20, 21, 40}},
	}
	for _, test := range tests {
		equalList(t, test.c.String(), test.c.Bind(scopeOf(box())).Among(uidsOf(box())), test.want...)
	}
}

// Which queries look into every message that they are asked of.
func TestReads(t *testing.T) {
	seen, subject, body := Flag(imap.FlagSeen), Header("Subject", Exactly("x")), Body(Exactly("x"))
	tests := []struct {
		c    Condition
		want bool
	}{
		{All(), false}, {None(), false}, {seen, false}, {UIDs(uids(1, 15)), false},
		{subject, true}, {body, true}, {Not(body), true}, {And(body, subject), true}, {Or(body, Not(subject)), true},
		{And(UIDs(uids(1, 15)), body), true}, {And(UIDs(uids(1, 15)), seen, body), false}, {Or(UIDs(uids(1, 15)), body), false},
		{And(body, seen), false}, {Or(body, seen), false}, {Or(subject, And(seen, body)), true}, {And(subject, Or(seen, body)), true},
		{And(seen, Or(subject, body)), false},
	}
	for _, test := range tests {
		equal(t, test.c.String(), test.c.Bind(scopeOf(box())).Reads(), test.want)
	}
}

// RFC 6203, section 4: how well a message matches. An AND matches as well as the worst of
// its parts, an OR as the best of those that match.
func TestScore(t *testing.T) {
	m := &mail{uid: 1, flags: []imap.Flag{imap.FlagSeen}, raw: "Subject: one two\r\n\r\n"}
	exact, words := Header("Subject", Fuzzily("one two")), Header("Subject", Fuzzily("two one"))
	seen := Flag(imap.FlagSeen)
	tests := []struct {
		c    Condition
		want int
	}{
		{seen, 100}, {exact, 100}, {words, 50},
		{And(exact, words), 50}, {Or(exact, words), 100},
		{Or(words, Flag(imap.FlagDraft)), 50}, {Or(words, seen), 100}, {And(words, seen), 50},
		{Not(Not(words)), 100}, {And(words, Not(Not(words))), 50}, {Or(words, Not(Not(words))), 100},
		{Or(words, Not(words)), 50},
	}
	for _, test := range tests {
		equal(t, test.c.String(), test.c.Bind(scopeOf([]*mail{m})).Score(m), test.want)
	}
}
