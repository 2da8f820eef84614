package mimetree

import (
	"strings"
	"testing"
)

// Corners of the ABNF of RFC 5256, section 5, by the steps of section 2.1.
var subjectTests = []struct {
	in, want string
	isReply  bool
}{
	{" \t ", "", false},
	// Step 2: subj-trailer.
	{"Hello(FWD)(Fwd)", "Hello", true},
	{"(fwd)", "", true},
	{"Hello (fwd) world", "Hello (fwd) world", false},
	{"Hello [list]", "Hello [list]", false},
	{"Hello\u00a0(fwd)", "Hello\u00a0", true}, // WSP is space and tab
	// Step 3: subj-leader.
	{"re \t:Hello", "Hello", true},
	{"[a] [b][c]Re: Hello", "Hello", true},
	{"Re: [list] Re: [list] Hello", "Hello", true},
	{"Re: (fwd)", "", true},
	{"Re(2): Hello", "Re(2): Hello", false},
	{"Re[a][b]: Hello", "Re[a][b]: Hello", false}, // one blob at most
	{"Re[a: Hello", "Re[a: Hello", false},
	{"Ｒｅ: Hello", "Ｒｅ: Hello", false},
	{": Hello", ": Hello", false},
	// Step 4: a subj-blob, unless it is all there is.
	{"[]Hello", "Hello", false},
	{"[Bücher: neu] Grüße", "Grüße", false},
	{"[a] [b]", "[b]", false},
	{"[]", "[]", false},
	{"[list] (fwd)", "[list]", true},
	{"[list", "[list", false},
	{"[a]] Hello", "] Hello", false},
	// Step 6: subj-fwd-hdr with subj-fwd-trl.
	{"[FWD:Hello ]", "Hello", true},
	{"[fwd: [fwd: Hello]]", "Hello", true},
	{"Re: [fwd: Hello] (fwd)", "Hello", true},
	{"[list] [fwd: Hello]", "Hello", true},
	{"[fwd: [list]]", "[list]", true},
	{"[fwd:]", "", true},
	{"[fwd: Hello] world", "world", false}, // a blob
	{"[fw: Hello]", "[fw: Hello]", false},
}

func TestBaseSubjectSteps(t *testing.T) {
	for _, tt := range subjectTests {
		if got, isReply := BaseSubject(tt.in); got != tt.want || isReply != tt.isReply {
			t.Errorf("%q\n got %q, reply or forward: %v\nwant %q, %v", tt.in, got, isReply, tt.want, tt.isReply)
		}
	}
}

// TestBaseSubjectBounds gives subjects that would take quadratic time if what
// was seen were looked at again: this test then does not end.
func TestBaseSubjectBounds(t *testing.T) {
	const n = 300_000
	for _, tt := range []struct{ in, want string }{
		{strings.Repeat("[a]", n) + "x", "x"},
		{strings.Repeat("[a]", n), "[a]"},
		{strings.Repeat("[", n), strings.Repeat("[", n)},
		{strings.Repeat("Re:", n), ""},
		{strings.Repeat("Re[a] ", n), strings.TrimSpace(strings.Repeat("Re[a] ", n))},
		{strings.Repeat("x ", n), strings.TrimSpace(strings.Repeat("x ", n))},
		{strings.Repeat(" ", n), ""},
		{strings.Repeat(" (fwd)", n), ""},
		{strings.Repeat("[fwd:", n) + strings.Repeat("]", n), ""},
		{strings.Repeat("[fwd:[a]", n) + "x" + strings.Repeat("]", n), "x"},
		{strings.Repeat("[fwd:", n), strings.Repeat("[fwd:", n)},
	} {
		if got, _ := BaseSubject(tt.in); got != tt.want {
			t.Errorf("%.20q… became %.20q…, want %.20q…", tt.in, got, tt.want)
		}
	}
}

// FuzzReplySubject checks that a reply or forward has the base of the original.
func FuzzReplySubject(f *testing.F) {
	for _, tt := range subjectTests {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		base, _ := BaseSubject(s)
		for _, reply := range []string{"Re: " + s, "[list] fwd [2]:" + s, s + " (fwd)"} {
			if got, isReply := BaseSubject(reply); got != base || !isReply {
				t.Errorf("%q became %q, reply or forward: %v; the original %q", reply, got, isReply, base)
			}
		}
	})
}
