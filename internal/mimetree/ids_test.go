package mimetree

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// RFC 5322, sections 3.6.4 and 4.5.4: quoted strings and domain literals may
// hold anything, white space and comments say nothing.
func TestMessageIDTokens(t *testing.T) {
	for value, want := range map[string][]string{
		`<"a>b"@x> <c@d>`:          {`"a>b"@x`, "c@d"},
		`<"a b"@x>`:                {`"a b"@x`},
		`<"a\"b"@x>`:               {`"a\"b"@x`},
		`<a@[1.2.3.4]>`:            {"a@[1.2.3.4]"},
		`<a@[>]> <c@d>`:            {"a@[>]", "c@d"},
		`<(c)ab@x(d)>`:             {"ab@x"},
		`<a@(>)b>`:                 {"a@b"},
		"<a\r\n\t@b>":              {"a@b"},
		`<a"b> <c"d>`:              {`a"b`, `c"d`}, // stray quotes
		`<a(b> <c)d>`:              {"a(b", "c)d"},
		`<a[b> <c]d>`:              {"a[b", "c]d"},
		`<a <b@c>`:                 {"b@c"},
		`<a@b> (comment) "x" <c@d`: {"a@b"},
		`in reply to "<a@b>"`:      {"a@b"},
		`<"a>b`:                    {`"a`},
	} {
		if diff := cmp.Diff(want, messageIDs(nil, value)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", value, diff)
		}
	}
}

// Ways to write one ID: RFC 5256, section 3.
func TestCanonicalID(t *testing.T) {
	for _, same := range [][]string{
		{`<01KF8JCEOCBS0045PS@xxx.yyy.com>`, `<"01KF8JCEOCBS0045PS"@xxx.yyy.com>`},
		{`<ab@x>`, `<"ab"@x>`, `<"a"b@x>`, `<"\a\b"@x>`, `<"a\b"@x>`, `<(c)ab@x>`, `<ab(c(d))@x>`, `< ab @ x >`, "<ab\r\n @x>", `<"ab" (c) @ x>`},
		{`<"a b"@x>`, `<"a\ b"@x>`},
		{`<"a\"b"@x>`, `<"\a\"b"@x>`},
		{`<a@[1.2]>`, `<"a"@[1.2]>`, `<a@[1\.2]>`},
		{`<AB@x>`}, {`<ab@X>`}, {`<a.b@x>`, `<"a.b"@x>`, `<"a"."b"@x>`},
	} {
		for _, other := range same {
			ids := messageIDs(nil, other)
			if len(ids) != 1 || CanonicalID(ids[0]) != CanonicalID(messageIDs(nil, same[0])[0]) {
				t.Errorf("%s is not %s: %q", other, same[0], ids)
			}
		}
	}
	if CanonicalID("AB@x") == CanonicalID("ab@x") {
		t.Error("IDs are compared with case")
	}
}
