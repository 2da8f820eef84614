package mimetree

import (
	"strings"
	"testing"
)

// RFC 5256, section 2.1 with the ABNF of section 5.
var subjectTests = []struct {
	in, want string
	isReply  bool
}{
	{"Hello", "Hello", false},
	{"", "", false},
	{" \t ", "", false},
	// Step 1: white space.
	{"  Hello \t big\r\n\tworld ", "Hello big world", false},
	// Step 2: subj-trailer.
	{"Hello (fwd)", "Hello", true},
	{"Hello(FWD)  (Fwd) ", "Hello", true},
	{"(fwd)", "", true},
	{"Hello (fwd) world", "Hello (fwd) world", false},
	{"Hello [list]", "Hello [list]", false},
	{"Hello\u00a0(fwd)", "Hello\u00a0", true}, // WSP is space and tab
	// Step 3: subj-leader.
	{"Re: Hello", "Hello", true},
	{"RE:Hello", "Hello", true},
	{"re \t: Hello", "Hello", true},
	{"Fw: Hello", "Hello", true},
	{"FWD: Hello", "Hello", true},
	{"Re: Fwd: re:fw: Hello", "Hello", true},
	{"Re[2]: Hello", "Hello", true},
	{"Re [some list] : Hello", "Hello", true},
	{"[list] Re: Hello", "Hello", true},
	{"[a] [b][c]Re: Hello", "Hello", true},
	{"Re:", "", true},
	{"Re: (fwd)", "", true},
	{"Re: [list] Re: [list] Hello", "Hello", true},
	// What is no subj-leader.
	{"Reply: Hello", "Reply: Hello", false},
	{"Re Hello", "Re Hello", false},
	{"Re(2): Hello", "Re(2): Hello", false},
	{"Re[a][b]: Hello", "Re[a][b]: Hello", false},
	{"Re[a: Hello", "Re[a: Hello", false},
	{"Fwdd: Hello", "Fwdd: Hello", false},
	{"AW: Hello", "AW: Hello", false},
	{"Ｒｅ: Hello", "Ｒｅ: Hello", false},
	{": Hello", ": Hello", false},
	// Step 4: a subj-blob, unless it is all there is.
	{"[list] Hello", "Hello", false},
	{"[a][b] [c]Hello", "Hello", false},
	{"[]Hello", "Hello", false},
	{"[Bücher: neu] Grüße", "Grüße", false},
	{"[list]", "[list]", false},
	{"[a] [b]", "[b]", false},
	{"[]", "[]", false},
	{"Re: [list]", "[list]", true},
	{"[list] (fwd)", "[list]", true},
	{"[list", "[list", false},
	{"[a[b] Hello", "[a[b] Hello", false},
	{"[a]] Hello", "] Hello", false},
	// Step 6: subj-fwd-hdr with subj-fwd-trl.
	{"[fwd: Hello]", "Hello", true},
	{"[FWD:Hello ]", "Hello", true},
	{"[Fwd: Re: [list] Hello (fwd)]", "Hello", true},
	{"[fwd: [fwd: Hello]]", "Hello", true},
	{"Re: [fwd: Hello] (fwd)", "Hello", true},
	{"[list] [fwd: Hello]", "Hello", true},
	{"[fwd: [list]]", "[list]", true},
	{"[fwd:]", "", true},
	{"[fwd: Hello", "[fwd: Hello", false},
	{"[fwd: Hello] world", "world", false}, // a blob
	{"[fw: Hello]", "[fw: Hello]", false},
}

func TestBaseSubject(t *testing.T) {
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

// FuzzBaseSubject checks that nothing is left to take away, and that a reply
// or forward has the base of the original.
func FuzzBaseSubject(f *testing.F) {
	for _, tt := range subjectTests {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		base, _ := BaseSubject(s)
		if again, isReply := BaseSubject(base); again != base || isReply {
			t.Errorf("%q became %q, and that %q", s, base, again)
		}
		if len(base) > len(s) || strings.Trim(base, " \t\r\n") != base {
			t.Errorf("%q became %q", s, base)
		}
		for _, reply := range []string{"Re: " + s, "[list] fwd [2]:" + s, s + " (fwd)"} {
			if got, isReply := BaseSubject(reply); got != base || !isReply {
				t.Errorf("%q became %q, reply or forward: %v; the original %q", reply, got, isReply, base)
			}
		}
	})
}
