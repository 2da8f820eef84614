package mimetree

import "testing"

// brokenAddresses are wrong by RFC 5322 and come up in mail. By Dovecot are
// those in which Dovecot 2.3 finds an address: what it finds comes first, and
// where it stops though a person sees more, the others follow, as Cyrus has
// them. In the others Dovecot finds none (it says MISSING_MAILBOX,
// MISSING_DOMAIN or SYNTAX_ERROR), and a person sees one.
var brokenAddresses = []struct {
	in, want  string
	byDovecot bool
}{
	// Brackets.
	{"Name <<a@b.c>>", "(Name|NIL|a|b.c)", false},
	{"<<a@b.c>>", "(NIL|NIL|a|b.c)", false},
	{"Name <<<a@b.c>>>, d@e.f", "(Name|NIL|a|b.c)(NIL|NIL|d|e.f)", false},
	{"Name < <a@b.c> >", "(Name|NIL|a|b.c)", false},
	{"Name <<a@b.c>", "(Name|NIL|a|b.c)", false},
	{"Name <a@b.c>>", "(Name|NIL|a|b.c)", true},
	{"Name <a@b.c", "(Name|NIL|a|b.c)", false},
	{"<a@b.c", "(NIL|NIL|a|b.c)", false},
	{"N <a@b.c>, M <d@e.f", "(N|NIL|a|b.c)(M|NIL|d|e.f)", false},
	{"Name a@b.c>", "(Name|NIL|a|b.c)", false},
	{"a@b.c>", "(NIL|NIL|a|b.c)", true},
	{"< a@b.c >", "(NIL|NIL|a|b.c)", true},
	{"<a @ b . c>", "(NIL|NIL|a|b.c)", true},
	{"N <a@b.c,d@e.f>", "(N|NIL|a|b.c)(NIL|NIL|d|e.f)", false},
	{"N <a@b.c;d@e.f>", "(N|NIL|a|b.c)(NIL|NIL|d|e.f)", false},
	{"N <a@b.c> x", "(N|NIL|a|b.c)", true},
	{"N <a@b.c x>", "(N|NIL|a|b.c)", false},
	{"<mailto:a@b.c>", "(NIL|NIL|a|b.c)", false},
	{"N <:a@b.c>", "(N|NIL|a|b.c)", false},
	{"[a@b.c]", "(NIL|NIL|a|b.c)", false},
	{"Name [a@b.c]", "(Name|NIL|a|b.c)", false},
	{"Name [mailto:a@b.c]", "(Name|NIL|a|b.c)", false},
	// Names without brackets around the address.
	{`"Name" a@b.c`, "(Name|NIL|a|b.c)", false},
	{"Name a@b.c", "(Name|NIL|a|b.c)", false},
	{`"Last, First" a@b.c, d@e.f`, "(Last, First|NIL|a|b.c)(NIL|NIL|d|e.f)", false},
	{"John Q. Public john.q . public@b.c", "(John Q. Public|NIL|john.q.public|b.c)", false},
	{`"" a@b.c`, "(NIL|NIL|a|b.c)", false},
	{"=?utf-8?q?J=C3=B6?= a@b.c", "(=?utf-8?q?J=C3=B6?=|NIL|a|b.c)", false},
	// Two addresses without a comma.
	{"a@b.c <a@b.c>", "(NIL|NIL|a|b.c)", true},
	{"a@b.c <A@B.C>", "(NIL|NIL|a|b.c)", true},
	{`"a@b.c" <a@b.c>`, "(a@b.c|NIL|a|b.c)", true},
	{"a@b.c <>", "(NIL|NIL|a|b.c)", true},
	{"a@b.c <d@e.f>", "(NIL|NIL|a|b.c)(NIL|NIL|d|e.f)", true},
	{"John john@b.c <x@y.z>", "(John john@b.c|NIL|x|y.z)", false},
	{"A <a@b.c> <d@e.f>", "(A|NIL|a|b.c)(NIL|NIL|d|e.f)", true},
	{"A <a@b.c>B <d@e.f>", "(A|NIL|a|b.c)(B|NIL|d|e.f)", true},
	{"A <a@b.c>\r\n\t\"B, C\" <d@e.f>", "(A|NIL|a|b.c)(B, C|NIL|d|e.f)", true},
	// Separators.
	{"a@b.c; d@e.f", "(NIL|NIL|a|b.c)(NIL|NIL|d|e.f)", true},
	{"A <a@b.c>; B <d@e.f>;", "(A|NIL|a|b.c)(B|NIL|d|e.f)", true},
	{"a@b.c,,d@e.f,", "(NIL|NIL|a|b.c)(NIL|NIL|d|e.f)", true},
	{",;,a@b.c", "(NIL|NIL|a|b.c)", true},
	{"Doe, John <j@d.e>", "(NIL|NIL|Doe|)(John|NIL|j|d.e)", true},
	{`Doe\, John <j@d.e>`, "(Doe, John|NIL|j|d.e)", false},
	{"Doe, J. <a@b.c>, B <c@d.e>", "(NIL|NIL|Doe|)(J.|NIL|a|b.c)(B|NIL|c|d.e)", true},
	{"a@b.c:", "(NIL|NIL|a|b.c)", true},
	{"a@b.c.", "(NIL|NIL|a|b.c)", false},
	// Groups.
	{"g: a@b.c, d@e.f", "(NIL|NIL|g|NIL)(NIL|NIL|a|b.c)(NIL|NIL|d|e.f)(NIL|NIL|NIL|NIL)", true},
	{"g: A <a@b.c>; B <c@d.e>", "(NIL|NIL|g|NIL)(A|NIL|a|b.c)(NIL|NIL|NIL|NIL)(B|NIL|c|d.e)", true},
	{"undisclosed-recipients:", "(NIL|NIL|undisclosed-recipients|NIL)(NIL|NIL|NIL|NIL)", true},
	{"mailto:a@b.c", "(NIL|NIL|mailto|NIL)(NIL|NIL|a|b.c)(NIL|NIL|NIL|NIL)", true},
	{"g: h: a@b.c;", "(NIL|NIL|g|NIL)(NIL|NIL|NIL|NIL)(NIL|NIL|h|NIL)(NIL|NIL|a|b.c)(NIL|NIL|NIL|NIL)", false},
	// Comments.
	{"a@b.c (Name)", "(Name|NIL|a|b.c)", true},
	{"a(Name)@b.c", "(Name|NIL|a|b.c)", true},
	{"(Name) <a@b.c>", "(NIL|NIL|a|b.c)", true},
	{"<a@b.c> (Name)", "(NIL|NIL|a|b.c)", true},
	{"Name <a(c)@b.c> (d)", "(Name|NIL|a|b.c)", true},
	{"John (J) Doe <a@b.c>", "(John Doe|NIL|a|b.c)", true},
	{"(c) a@b.c", "(NIL|NIL|a|b.c)", true},
	{"Name (a@b.c)", "(Name|NIL|a|b.c)", false},
	{"a@b.c (Name", "(Name|NIL|a|b.c)", false},
	{"Name ( <a@b.c>", "(Name|NIL|a|b.c)", false},
	{"Name ( <a@b.c> (d), e@f.g", "(Name|NIL|a|b.c)(NIL|NIL|e|f.g)", false},
	// Quotes.
	{`"Name <a@b.c>`, "(Name|NIL|a|b.c)", false},
	{`Name" <a@b.c>`, "(Name|NIL|a|b.c)", false},
	{`"Name <a@b.c>"`, "(Name|NIL|a|b.c)", false},
	{`"a@b.c"`, "(NIL|NIL|a|b.c)", false},
	{`"Name" <"a@b.c">`, "(Name|NIL|a|b.c)", false},
	{`\"Name\" <a@b.c>`, `("Name"|NIL|a|b.c)`, false},
	{`'Name' <a@b.c>`, "('Name'|NIL|a|b.c)", true},
	{`'a@b.c'`, "(NIL|NIL|'a|b.c')", true},
	{`"A"B <a@b.c>`, "(A B|NIL|a|b.c)", true},
	{`DOM\user <a@b.c>`, `(DOM\user|NIL|a|b.c)`, false},
	// Dots.
	{"N . M <a@b.c>", "(N . M|NIL|a|b.c)", true},
	{"N.M. <a@b.c>", "(N.M.|NIL|a|b.c)", true},
	{"a.@b.c", "(NIL|NIL|a.|b.c)", true},
	{".a@b.c", "(NIL|NIL|.a|b.c)", true},
	{"<a..b@c.d>", "(NIL|NIL|a..b|c.d)", true},
	{"a .b@c.d", "(NIL|NIL|a.b|c.d)", true},
	{"a. b@c.d", "(NIL|NIL|a.b|c.d)", false}, // RFC 5322, section 4.4: obs-local-part
	{`"a"."b"@c.d`, "(NIL|NIL|a.b|c.d)", false},
	{"a@b . c", "(NIL|NIL|a|b.c)", true},
	// Encoded words in odd places.
	{`"=?utf-8?q?J=C3=B6?=" <a@b.c>`, "(=?utf-8?q?J=C3=B6?=|NIL|a|b.c)", true},
	{"=?utf-8?q?J?=<a@b.c>", "(=?utf-8?q?J?=|NIL|a|b.c)", true},
	{"=?utf-8?q?J=2C_D?= <a@b.c>", "(=?utf-8?q?J=2C_D?=|NIL|a|b.c)", true},
	{"=?utf-8?b?w6Q=?=@b.c", "(NIL|NIL|=?utf-8?b?w6Q=?=|b.c)", true},
	{"=?utf-8?q?a=40b.c?=", "(NIL|NIL|a|b.c)", false},
	{"=?utf-8?q?J=C3=B6_=3Ca=40b.c=3E?=", "(=?utf-8?q?J=C3=B6?=|NIL|a|b.c)", false},
	// What is no address stays what it was.
	{"Name", "(NIL|NIL|Name|)", true},
	{"undisclosed-recipients;", "(NIL|NIL|undisclosed-recipients|)", true},
	{`"@"`, "(NIL|NIL|@|)", false},
	{"(a@b.c)", "", true},
	{"N <>", "(N|NIL||)", false},
}

func TestBrokenAddresses(t *testing.T) {
	for _, tt := range brokenAddresses {
		if got := formatAddresses(parseAddresses(nil, tt.in, nil)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s (as Dovecot: %v)", tt.in, got, tt.want, tt.byDovecot)
		}
	}
}

// FuzzBrokenAddresses checks that one address is found wherever it stands between
// others that are whole.
func FuzzBrokenAddresses(f *testing.F) {
	for _, tt := range brokenAddresses {
		f.Add(tt.in)
	}
	for _, tt := range addressTests {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		groups := 0
		for _, addr := range parseAddresses(nil, s, nil) {
			switch {
			case addr == Address{}:
				groups--
			case !addr.Host.OK:
				groups++
			case !addr.Mailbox.OK:
				t.Errorf("%q: a host without a mailbox: %v", s, addr)
			}
			if groups < 0 || groups > 1 {
				t.Errorf("%q: groups do not pair", s)
			}
		}
		if groups != 0 {
			t.Errorf("%q: a group is open at the end", s)
		}
		list := parseAddresses(nil, "first@example.org, "+s, nil)
		if len(list) == 0 || list[0].Mailbox.S != "first" || list[0].Host.S != "example.org" {
			t.Errorf("%q behind an address hides it: %v", s, list)
		}
	})
}
