package report_test

import (
	"slices"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/internal/report"
)

// Times are said as a person would.
func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 499 * time.Nanosecond: "0 s", 40 * time.Microsecond: "40 µs", 2400 * time.Microsecond: "2.4 ms",
		9800 * time.Millisecond: "9.8 s", 2 * time.Second: "2 s", time.Minute: "1 min", 11*time.Minute + 57*time.Second: "11 min 57 s",
		20 * time.Minute: "20 min", time.Hour: "1 h", 25*time.Hour + 30*time.Minute: "25 h 30 min",
	} {
		if got := report.Duration(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	for _, test := range []struct {
		at      time.Duration
		virtual bool
		want    string
	}{
		{400 * time.Microsecond, false, "0.4 ms"}, {1200 * time.Millisecond, false, "1.20 s"}, {90 * time.Second, false, "1:30.0"},
		{0, true, "0:00.0"}, {20*time.Minute + 9800*time.Millisecond, true, "20:09.8"}, {59999 * time.Millisecond, true, "0:59.9"},
	} {
		if got := report.Clock(test.at, test.virtual); got != test.want {
			t.Errorf("%v is at %q, want %q", test.at, got, test.want)
		}
	}
}

// What differs is marked word by word, without the spaces around it.
func TestCompare(t *testing.T) {
	for _, test := range []struct{ got, want, g, w string }{
		{"(none)", `\Seen`, "<(none)>", `<\Seen>`},
		{"668 bytes", "3050 bytes", "<668> bytes", "<3050> bytes"},
		{"First, Third", "First, While away, Third", "First, Third", "First, <While away,> Third"},
		{"a b", "a b", "a b", "a b"},
		{"", "x", "", "<x>"},
		{"INBOX -2\nINBOX -4", "INBOX -2\nINBOX -3\nINBOX -4", "INBOX -2\nINBOX -4", "INBOX -2\n<INBOX -3>\nINBOX -4"},
		{`"Invoice 17", "Invoice 18", "Invoice 17", "Invoice 18"`, `"Invoice 17", "Invoice 18"`, `"Invoice 17", "Invoice 18", <"Invoice 17", "Invoice 18">`, `"Invoice 17", "Invoice 18"`},
		{`"a \"b c", "d`, `"a \"b  c", "d`, `<"a \"b c",> "d`, `<"a \"b  c",> "d`},
		{"1 2 1 2", "1 2", "1 2 <1 2>", "1 2"},
		{"a 1, a 2, b", "a 2, b", "<a 1,> a 2, b", "a 2, b"},
		{"1 2 3 2", "1 2", "1 2 <3 2>", "1 2"},
	} {
		g, w := report.Compare(test.got, test.want)
		if report.Marked(g) != test.g || report.Marked(w) != test.w {
			t.Errorf("got %q, want %q; they should be %q, %q", report.Marked(g), report.Marked(w), test.g, test.w)
		}
	}
}

// Sequence sets as RFC 9051 has them (section 9): "*" is the last number there is, ranges
// may be written backwards, and "9:*" names the last where there is none from 9 on.
func TestSets(t *testing.T) {
	for set, want := range map[string][]uint32{
		"2": {2}, "2:4": {2, 4}, "4:2": {2, 4}, "1,7": {1, 7}, "*": {7}, "3:*": {4, 7}, "9:*": {7}, "1:*": {1, 2, 4, 7}, "3": nil, "x": nil,
	} {
		if got := report.InSet(set, 1, 2, 4, 7); !slices.Equal(got, want) {
			t.Errorf("%s of 1, 2, 4, 7: %v, want %v", set, got, want)
		}
	}
	long := make([]uint32, 40)
	for i := range long {
		long[i] = uint32(i + 1)
	}
	for want, numbers := range map[string][]uint32{
		"2, 4, 5": {2, 4, 5}, "1 to 40": long, "1 to 40, 50": append(slices.Clone(long), 50), "2, 3, 4, 5": {2, 3, 4, 5},
		"1, 3, 5, 7, 9, 11, 13, 15 and 2 more": {1, 3, 5, 7, 9, 11, 13, 15, 17, 19},
	} {
		if got := report.Listed(numbers...); got != want {
			t.Errorf("%v is listed as %q, want %q", numbers, got, want)
		}
	}
}

// The UID of a FETCH response is the item, and not what a message says.
func TestUIDOf(t *testing.T) {
	for line, want := range map[string]uint32{
		"* 3 FETCH (UID 7 FLAGS ())":                                           7,
		"* 3 FETCH (FLAGS () UID 7)":                                           7,
		`* 3 FETCH (ENVELOPE (NIL "a (UID 9) b" NIL) UID 7)`:                   7,
		`* 3 FETCH (ENVELOPE (NIL "a \" UID 9 b"))`:                            0,
		"* 3 FETCH (BODY[] {30}\n\tSubject: (UID 9 FLAGS)\n\t\n\tx\n\t UID 7)": 7,
		"* 3 FETCH (FLAGS (UID))":                                              0,
		"* 7 UIDFETCH (FLAGS ())":                                              7,
		"* 3 EXPUNGE":                                                          0,
	} {
		if got := report.UIDOf(line); got != want {
			t.Errorf("%q is about UID %d, want %d", line, got, want)
		}
	}
}

// Elements that act by themselves mean nothing, however they are written; others stay.
func TestInert(t *testing.T) {
	for html, want := range map[string]string{
		`<link rel=preconnect href=x>`: `<x-link rel=preconnect href=x>`, `<LiNk/rel=x>`: `<x-LiNk/rel=x>`, "<meta\nhttp-equiv=refresh>": "<x-meta\nhttp-equiv=refresh>",
		`<iframe>`: `<x-iframe>`, `<frameset>`: `<x-frameset>`, "<base\f>": "<x-base\f>", `<<object>`: `<<x-object>`, `<a>links <b>meta</b></a>`: `<a>links <b>meta</b></a>`,
		`<metadata>`: `<metadata>`, `< link>`: `< link>`, `<embed`: `<x-embed`,
	} {
		if got := report.Inert(html); got != want {
			t.Errorf("%q becomes %q, want %q", html, got, want)
		}
	}
}

// Without bodies, literals and quoted parts of messages go, and nothing else.
func TestWithoutLiterals(t *testing.T) {
	for line, want := range map[string]string{
		"* 2 FETCH (UID 2 BODY[] {300}\n\tSubject: secret\n\t[… 180 more bytes]\n\t)": "* 2 FETCH (UID 2 BODY[] {300}\n\t[…]\n\t)",
		`* 2 FETCH (BODY[TEXT] "secret \" word" UID 2)`:                               `* 2 FETCH (BODY[TEXT] "…" UID 2)`,
		`* 2 FETCH (BINARY[1]<0> "secret" PREVIEW "secret")`:                          `* 2 FETCH (BINARY[1]<0> "…" PREVIEW "…")`,
		`* 2 FETCH (RFC822.HEADER "secret" ENVELOPE (NIL "Subject"))`:                 `* 2 FETCH (RFC822.HEADER "…" ENVELOPE (NIL "Subject"))`,
		"T1 APPEND INBOX {6}\n\tsecret":                                               "T1 APPEND INBOX {6}\n\t[…]",
		`T1 OK [COPYUID 1 2 3] done`:                                                  `T1 OK [COPYUID 1 2 3] done`,
	} {
		if got := report.WithoutLines(line); got != want {
			t.Errorf("%q\nbecomes %q\nwant    %q", line, got, want)
		}
	}
}
