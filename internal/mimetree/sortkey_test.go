package mimetree

import (
	"strings"
	"testing"
)

// RFC 5051, section 2.
func TestCasemap(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"Hello, World 1", "HELLO, WORLD 1"},
		{"\u01c4", "Dz\u030c"}, // the RFC's example: of title case, and then taken apart
		{"\u01c5", "Dz\u030c"},
		{"\u01c6", "Dz\u030c"},
		{"é", "E\u0301"},
		{"e\u0301", "E\u0301"},
		{"ς", "Σ"},
		{"ſ", "S"},
		{"ı", "I"},
		{"İ", "I\u0307"},
		{"\u212a", "K"}, // Kelvin
		{"ａ", "A"},
		{"½", "1\u20442"},
		// Only simple mappings: these have none of one character.
		{"ß", "ß"},
		{"ﬁ", "fi"},
		{"\xff", "\ufffd"},
		{"", ""},
	} {
		if got := Casemap(tt.in); got != tt.want {
			t.Errorf("%q\n got %+q\nwant %+q", tt.in, got, tt.want)
		}
	}
}

func TestSortSubject(t *testing.T) {
	for _, tt := range []struct{ header, want string }{
		{"Subject: Re: [list] Hello\n", "HELLO"},
		{"Subject: =?utf-8?q?Re:_?=\n =?utf-8?q?=C3=A9t=C3=A9?= (fwd)\n", "E\u0301TE\u0301"},
		{"Subject:\n", ""},
		{"From: a@b\n", ""},
	} {
		if got := Parse(crlf(tt.header + "\n")).SortSubject(); got != tt.want {
			t.Errorf("%q\n got %q\nwant %q", tt.header, got, tt.want)
		}
	}
}

// SortAddress is by RFC 5256, section 3, and DisplayName by RFC 5957, section
// 3, both of the first address in the envelope.
func TestAddressKeys(t *testing.T) {
	for _, tt := range []struct{ header, address, display string }{
		{"To: bob@x.test\n", "BOB", "BOB@X.TEST"},
		{"To: Bob <bob@x.test>, ann@x.test\n", "BOB", "BOB"},
		{"To: \"Doe, Jane\" <j.doe@x.test>\n", "J.DOE", "DOE, JANE"},
		{"To: moore@cs.test (Keith Moore)\n", "MOORE", "KEITH MOORE"},
		{"To: =?utf-8?q?Andr=C3=A9?= <a@x.test>\n", "A", "ANDRE\u0301"},
		{"To: =?utf-8?q??= <a@x.test>\n", "A", "A@X.TEST"}, // a name that is empty is none
		{"To: \"Joe Bloggs\"@x.test\n", "JOE BLOGGS", "JOE BLOGGS@X.TEST"},
		{"To: andr\xe9@x.test\n", "ANDRE\u0301", "ANDRE\u0301@X.TEST"},
		{"To: Team: bob@x.test;\n", "TEAM", "TEAM"},
		{"To: =?utf-8?q?=C3=89quipe?=:;\n", "E\u0301QUIPE", "E\u0301QUIPE"},
		{"To: root\n", "ROOT", "ROOT@"}, // a mailbox without a domain: its host is not NIL but empty
		{"To:\nTo: eve@x.test\n", "EVE", "EVE@X.TEST"},
		{"To: <>\n", "", ""},
		{"To:\n", "", ""},
		{"Cc: bob@x.test\n", "", ""},
	} {
		m := Parse(crlf(tt.header + "\n"))
		if got := m.SortAddress("To"); got != tt.address {
			t.Errorf("%q: address\n got %q\nwant %q", tt.header, got, tt.address)
		}
		if got := m.DisplayName("to"); got != tt.display {
			t.Errorf("%q: name\n got %q\nwant %q", tt.header, got, tt.display)
		}
	}
}

// RFC 5255, section 4.6: a text that cannot be converted is behind all others, by its octets.
func TestSortKeysOfWhatCannotBeConverted(t *testing.T) {
	for _, tt := range []struct {
		subject string
		behind  string // its octets; "" for one that is not behind
	}{
		{"=?utf-8?Q?a=FF?=", "a\xff"},
		{"Re: =?utf-8?Q?a=FF?= b", "a\xff b"},
		{"=?utf-8?Q?a=FF?=\n =?koi8-r?Q?=E1?=", "a\xff\xe1"},
		{"=?x-nobody?Q?abc?= (fwd)", "abc"},
		{"=?utf-8?Q?Re:=FF?=", "\xff"},
		{"=?utf-8?Q?=EF=BF=BD?=", "\uFFFD"}, // somebody else could not
		{"=?koi8-r?Q?=E1?=", ""},
		{"=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", ""}, // a character cut in two
		{"caf\xe9", ""},                         // raw, which is guessed
		{"=? ?= 1 + 1 =?", ""},
		{"", ""},
	} {
		for c := range Collations {
			got := Parse(crlf("Subject: " + tt.subject + "\n\n")).In(Collation(c)).SortSubject()
			want := behindAll + tt.behind
			if tt.behind == "" {
				if strings.HasPrefix(got, behindAll) {
					t.Errorf("%v: %q: %q is behind all", Collation(c), tt.subject, got)
				}
			} else if got != want {
				t.Errorf("%v: %q: got %q, want %q", Collation(c), tt.subject, got, want)
			}
		}
	}
}
