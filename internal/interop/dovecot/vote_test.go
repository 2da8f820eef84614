//go:build unix

package dovecot_test

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTwoAgainstOne holds the dialogues with Dovecot, with Cyrus and with this module's
// server. Where those two say the same and this server something else, it is wrong, or
// the row that says why it is not is in the tables and in cyrusToo. Where Cyrus is alone
// nothing is said.
func TestTwoAgainstOne(t *testing.T) {
	dial := func(addr string) func() (net.Conn, error) {
		return func() (net.Conn, error) { return net.DialTimeout("tcp", addr, patience) }
	}
	v := &voters{cyrus: dial(startCyrus(t)), dovecot: dial(startDovecot(t)), tables: newTables(outvoted())}
	v.both = append(common(capabilities(t, v.dovecot, "probe"), capabilities(t, v.cyrus, "probe")),
		"SASL-IR") // of which Cyrus tells before LOGIN only
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dialogues: %v", err)
	}
	t.Run("dialogues", func(t *testing.T) {
		for _, file := range files {
			d, err := parseDialogue(file)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(d.name, func(t *testing.T) {
				t.Parallel()
				if why := cyrusCannot[d.name]; why != "" {
					t.Skipf("Cyrus 3.6 cannot: %s", why)
				}
				v.vote(t, d)
			})
		}
	})
	t.Logf("%d dialogues of %d, %d commands", len(v.tables.played), len(files), v.tables.commands)
	v.checkStale(t)
}

// checkStale is for answers in which the two are no longer against this server.
func (v *voters) checkStale(t *testing.T) {
	for dialogue, tags := range cyrusToo {
		for tag := range strings.FieldsSeq(tags) {
			occurred := false
			for i, d := range v.tables.differences {
				occurred = occurred || v.tables.occurred[i] && d.dialogue == dialogue && d.tags == tag
			}
			if v.tables.played[dialogue] && !occurred {
				t.Errorf("listed, but does not occur: %s %s", dialogue, tag)
			}
		}
	}
}

// voters are the two other servers.
type voters struct {
	dovecot, cyrus func() (net.Conn, error)
	both           []string // capabilities
	tables         *tables
}

// vote holds one dialogue with the three servers.
func (v *voters) vote(t *testing.T, d *dialogue) {
	if lacks := d.lacks(v.both); lacks != "" {
		if os.Getenv("CI") == "true" { // those that are installed there have all of it, or it is in cyrusCannot
			t.Fatalf("Dovecot and Cyrus have no %s in common", lacks)
		}
		t.Skipf("Dovecot and Cyrus have no %s in common", lacks)
	}
	ours := serve(t, d, without(capabilities(t, serve(t, d), d.name), v.both), theirQuota())
	var lines [][][]string
	var steps []answer
	for _, server := range []func() (net.Conn, error){ours, v.dovecot, v.cyrus} {
		answers, err := play(d, d.name, server)
		if err != nil {
			t.Fatalf("server %d: %v", len(lines)+1, err)
		}
		lines = append(lines, normalise(d, answers))
		steps = answers
	}
	for i, a := range steps {
		extra, missing := outvote(byRules(a.step.text, lines[0][i]), byRules(a.step.text, lines[1][i]), byRules(a.step.text, lines[2][i]))
		if diff := v.tables.compare(d.name, a.tag, a.step.text, extra, missing); diff != "" {
			t.Errorf("%s.txtar:%d: %s: %s\n%s", d.name, a.step.line, a.step.conn, a.step.text, diff)
		}
	}
	v.tables.done(d.name, len(steps))
}

// outvote gives the lines that only this server has, and those that both others have
// and it has not. Where the others do not say the same either, that is no vote.
func outvote(ours, dovecot, cyrus []string) (extra, missing []string) {
	_, missing = apart(ours, common(dovecot, cyrus))
	extra, _ = apart(ours, slices.Concat(dovecot, cyrus))
	moreDovecot, _ := apart(dovecot, ours)
	moreCyrus, _ := apart(cyrus, ours)
	if len(missing) == 0 && len(moreDovecot)+len(moreCyrus) > 0 {
		return nil, nil
	}
	return extra, missing
}

// byRules is an answer in which the choices of the rules are made one way.
func byRules(command string, lines []string) []string {
	for _, r := range rules {
		if r.command == nil || r.command.MatchString(command) {
			lines = r.rewrite(lines)
		}
	}
	return lines
}

// common is what two lists have both.
func common(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return !slices.Contains(b, s) })
}

// cyrusToo are the answers, by dialogue, in which Cyrus says what Dovecot says and this
// server does not. The rows of the tables say why that is.
var cyrusToo = map[string]string{
	"acl_others":     "b121",
	"append_bad":     "a1 a2",
	"append_empty":   "a1",
	"bad":            "b14 b15 c1 c2",
	"fetch_fields":   "a2 a3 a4 a5 a6",
	"fetch_sections": "a5 a6 a15 a16 a32",
	"fetch_types":    "b31",
	"keywords":       "a12",
	"later_dates":    "b19",
	"later_qresync":  "a7 a25",
	"login":          "i1",
	"quota":          "a2",
	"search_charset": "a2",
	"search_dates":   "a22 a29 a34",
	"search_text":    "a13 a35",
	"search_where":   "b13 b30 b38",
	"session":        "a17",
	"status":         "a3 a16",
	"store":          "a12 a13 a25 a26",
	"two_expunge":    "a4 a6",
	"two_gone":       "a4 a5 a6",
	"unchangedsince": "a5 a8 a11",
	"urlauth":        "b10 b11 d5 e1",
	"utf7":           "a15",
}

// outvoted are the rows of those answers.
func outvoted() []difference {
	return slices.DeleteFunc(newTables(permitted, lenient, dovecotIsWrong).differences, func(d difference) bool {
		return !slices.Contains(strings.Fields(cyrusToo[d.dialogue]), d.tags)
	})
}

// cyrusCannot are dialogues that cannot be held with Cyrus 3.6 to their end, and why.
var cyrusCannot = map[string]string{
	"catenate_partial": "it has no URL-PARTIAL",
	"context":          "it has no CONTEXT=SEARCH",
	"list_extended":    "it does not answer LIST with an empty pattern in a list",
}

// TestOutvote is for the vote: two that agree count, two that do not are no vote.
func TestOutvote(t *testing.T) {
	for _, tc := range []struct {
		name                 string
		ours, dovecot, cyrus []string
		extra, missing       []string
	}{
		{"all agree", []string{"x"}, []string{"x"}, []string{"x"}, nil, nil},
		{"Cyrus is alone", []string{"x"}, []string{"x"}, []string{"y"}, nil, nil},
		{"Dovecot is alone", []string{"x"}, []string{"y"}, []string{"x"}, nil, nil},
		{"two against one", []string{"x"}, []string{"y"}, []string{"y"}, []string{"x"}, []string{"y"}},
		{"and one says more", []string{"x"}, []string{"y"}, []string{"y", "z"}, []string{"x"}, []string{"y"}},
		{"three opinions", []string{"x"}, []string{"y"}, []string{"z"}, nil, nil},
		{"only this one says it", []string{"x", "y"}, []string{"y"}, []string{"y"}, []string{"x"}, nil},
		{"only this one does not", []string{"y"}, []string{"x", "y"}, []string{"x", "y"}, nil, []string{"x"}},
	} {
		extra, missing := outvote(tc.ours, tc.dovecot, tc.cyrus)
		if !slices.Equal(extra, tc.extra) || !slices.Equal(missing, tc.missing) {
			t.Errorf("%s: got %q and %q, want %q and %q", tc.name, extra, missing, tc.extra, tc.missing)
		}
	}
	if len(outvoted()) < 30 {
		t.Errorf("cyrusToo has %d rows: the tables do not have what it names", len(outvoted()))
	}
}
