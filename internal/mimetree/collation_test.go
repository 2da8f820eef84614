package mimetree

import "testing"

// RFC 4790, sections 9.2 and 9.3; RFC 5051, section 2.
func TestCollationKeys(t *testing.T) {
	for _, test := range []struct {
		a, b  string
		equal [3]bool // under i;unicode-casemap, i;ascii-casemap, i;octet
	}{
		{"Straße", "Straße", [3]bool{true, true, true}},
		{"Ab", "aB", [3]bool{true, true, false}},
		{"É", "é", [3]bool{true, false, false}},
		{"E\u0301", "\u00c9", [3]bool{true, false, false}}, // composed or not
		{"é", "e", [3]bool{false, false, false}},
		{"[", "{", [3]bool{false, false, false}}, // next to the letters
	} {
		for i, want := range test.equal {
			if c := Collation(i); (c.Key(test.a) == c.Key(test.b)) != want {
				t.Errorf("%v: %q and %q: equal is not %v", c, test.a, test.b, want)
			}
		}
	}
}

// What a message keeps for one collation is not taken for another.
func TestCollatedText(t *testing.T) {
	m := Parse([]byte("Subject: Gr\xc3\xbc\xc3\x9fe\r\n\r\nText\r\n"))
	for range 2 {
		for c, want := range map[Collation]bool{UnicodeCasemap: true, ASCIICasemap: true, Octet: false} {
			if got := m.In(c).TextContains(c.Key("tEXT")); got != want {
				t.Errorf("%v: got %v, want %v", c, got, want)
			}
		}
	}
}
