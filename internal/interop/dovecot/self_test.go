package dovecot_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestNormalise is for the normaliser: one that made too much the same would
// hide differences.
func TestNormalise(t *testing.T) {
	for _, tc := range []struct {
		name string
		in   []string
		want []string
	}{
		{"texts go, codes stay", []string{"a OK [READ-ONLY] done", "* NO [ALERT] x", "* OK hello"},
			[]string{"* NO [ALERT]", "* OK", "a OK [READ-ONLY]"}},
		{"FETCH is a line an item, strings have one form", []string{"* 2 FETCH (FLAGS (\\Seen \\Draft) BODY[1] {3}\r\na\"b)"},
			[]string{`* 2 FETCH BODY[1] "a\"b"`, `* 2 FETCH FLAGS (\Draft \Seen)`}},
		{"numbers are those before the expunges", []string{"* 1 EXPUNGE", "* 1 EXPUNGE", "* 1 FETCH (UID 3)", "* 5 EXISTS"},
			[]string{"* 1 EXPUNGE", "* 2 EXPUNGE", "* 3 FETCH UID 3", "* 7 EXISTS"}},
		{"values are not strings", []string{`* 1 FETCH (BODY[1] NIL BODY[2] "NIL")`},
			[]string{`* 1 FETCH BODY[1] NIL`, `* 1 FETCH BODY[2] "NIL"`}},
		{"sets are spelled out", []string{"a OK [COPYUID 77 1:3 8,9,10] x", `* ESEARCH (TAG "a") UID MAX 3 ALL 1:2,3`},
			[]string{`* ESEARCH (TAG "a") UID ALL 1,2,3 MAX 3`, "a OK [COPYUID validity#1 1,2,3 8,9,10]"}},
		{"modseqs by rank", []string{"* OK [HIGHESTMODSEQ 40] x", "* 1 FETCH (MODSEQ (7))", "* 2 FETCH (MODSEQ (40))"},
			[]string{"* 1 FETCH MODSEQ (modseq#1)", "* 2 FETCH MODSEQ (modseq#2)", "* OK [HIGHESTMODSEQ modseq#2]"}},
		{"types have no case, values have", []string{`* 1 FETCH (BODY ("text" "plain" ("Charset" "utf-8") NIL NIL "7bit" 3 1))`},
			[]string{`* 1 FETCH BODY ("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 3 1)`}},
		{"dates are instants", []string{`* 1 FETCH (INTERNALDATE " 1-May-2024 12:00:00 +0200")`},
			[]string{`* 1 FETCH INTERNALDATE "2024-05-01T10:00:00Z"`}},
		{"names are strings", []string{`* LIST (\Noselect \HasChildren) "/" a`, `* STATUS a (UIDNEXT 2 MESSAGES 1)`},
			[]string{`* LIST (\HasChildren \Noselect) "/" "a"`, `* STATUS "a" (MESSAGES 1 UIDNEXT 2)`}},
	} {
		got := normalise(&dialogue{ranks: true}, []answer{{tag: "a", responses: tc.in}})[0]
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s:\n got %q\nwant %q", tc.name, got, tc.want)
		}
	}
}

// TestTables is for the tables: a row hides its own difference, once, and is
// missed when there is none.
func TestTables(t *testing.T) {
	tables := &tables{
		differences: []difference{{dialogue: "d", tags: "a1", ours: "x", theirs: "y"}},
		occurred:    make([]bool, 1),
		rules:       make(map[*regexp.Regexp]bool),
	}
	for _, tc := range []struct {
		tag          string
		ours, theirs []string
		differ       bool
	}{
		{"a1", []string{"x", "same"}, []string{"same"}, true},
		{"a1", []string{"x", "more"}, []string{"y"}, true},
		{"a2", []string{"x"}, []string{"y"}, true},
		{"a1", []string{"x", "same"}, []string{"same", "y"}, false},
	} {
		if diff := tables.compare("d", tc.tag, "", tc.ours, tc.theirs); (diff != "") != tc.differ {
			t.Errorf("%s: %q and %q: %q", tc.tag, tc.ours, tc.theirs, diff)
		}
	}
}

// Each row says which RFC decides, and why.
func TestRowsSayWhy(t *testing.T) {
	rowsSayWhy(t, permitted, lenient, dovecotIsWrong, dovecotProfile, cyrusProfile, courierProfile, dovecotDialogues, cyrusDialogues, courierDialogues)
}

func rowsSayWhy(t *testing.T, rows ...[]difference) {
	for _, d := range newTables(rows...).differences {
		if !strings.HasPrefix(d.rfc, "RFC ") || d.why == "" {
			t.Errorf("%s %s: no RFC or no reason: %q, %q", d.dialogue, d.tags, d.rfc, d.why)
		}
	}
}
