package mimetree

import (
	"fmt"
	"strings"
	"testing"
)

// Addresses are written as IMAP does, without quotes: name route mailbox host.
var addressTests = []struct{ in, want string }{
	// RFC 5322, appendix A.1.
	{"John Doe <jdoe@machine.example>", "(John Doe|NIL|jdoe|machine.example)"},
	{`"Joe Q. Public" <john.q.public@example.com>`, "(Joe Q. Public|NIL|john.q.public|example.com)"},
	{`Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>`, "(Mary Smith|NIL|mary|x.test)(NIL|NIL|jdoe|example.org)(Who?|NIL|one|y.test)"},
	{`<boss@nil.test>, "Giant; \"Big\" Box" <sysservices@example.net>`, `(NIL|NIL|boss|nil.test)(Giant; "Big" Box|NIL|sysservices|example.net)`},
	{"A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;", "(NIL|NIL|A Group|NIL)(Ed Jones|NIL|c|a.test)(NIL|NIL|joe|where.test)(John|NIL|jdoe|one.test)(NIL|NIL|NIL|NIL)"},
	{"Undisclosed recipients:;", "(NIL|NIL|Undisclosed recipients|NIL)(NIL|NIL|NIL|NIL)"},
	// Appendix A.5.
	{`Pete(A nice \) chap) <pete(his account)@silly.test(his host)>`, "(Pete|NIL|pete|silly.test)"},
	{"A Group(Some people)     :Chris Jones <c@(Chris's host.)public.example>,         joe@example.org,  John <jdoe@one.test> (my dear friend); (the end of the group)",
		"(NIL|NIL|A Group|NIL)(Chris Jones|NIL|c|public.example)(NIL|NIL|joe|example.org)(John|NIL|jdoe|one.test)(NIL|NIL|NIL|NIL)"},
	{"(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", "(NIL|NIL|Hidden recipients|NIL)(NIL|NIL|NIL|NIL)"},
	// Appendix A.6.
	{"Joe Q. Public <john.q.public@example.com>", "(Joe Q. Public|NIL|john.q.public|example.com)"},
	{"Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example", "(Mary Smith|@node.test|mary|example.net)(NIL|NIL|jdoe|test.example)"},
	{"John Doe <jdoe@machine(comment).  example>", "(John Doe|NIL|jdoe|machine.example)"},
	// Names.
	{"moore@cs.utk.edu (Keith Moore)", "(Keith Moore|NIL|moore|cs.utk.edu)"},
	{"<a@b> (after)", "(NIL|NIL|a|b)"},
	{"=?utf-8?q?Andr=C3=A9?= =?utf-8?q?_P?= <a@b>", "(=?utf-8?q?Andr=C3=A9?= =?utf-8?q?_P?=|NIL|a|b)"},
	{"Caf\xe9 <a@b>", "(Caf\xe9|NIL|a|b)"},
	{"bob@example.org <bob@example.org>", "(NIL|NIL|bob|example.org)"},
	// Mailboxes.
	{`"joe bloggs"@x.test`, "(NIL|NIL|joe bloggs|x.test)"},
	{"john . doe@x.test", "(NIL|NIL|john.doe|x.test)"},
	{"a@[192.0.2.1], b@[IPv6:2001:db8::1]", "(NIL|NIL|a|[192.0.2.1])(NIL|NIL|b|[IPv6:2001:db8::1])"},
	{"<@a.test, @b.test:x@y>", "(NIL|@a.test,@b.test|x|y)"},
	// Broken ones.
	{"root", "(NIL|NIL|root|)"},
	{"John <john>", "(John|NIL|john|)"},
	{"John <>", "(John|NIL||)"},
	{"<>", ""},
	{"", ""},
	{" , ,;", ""},
	{"@", ""},
	{"@example.org", "(NIL|NIL||example.org)"},
	{"a@b c@d, e@f", "(NIL|NIL|a|b)(NIL|NIL|e|f)"},
	{"a@b@c", "(NIL|NIL|a|b)"},
	{"A <a@b> B <c@d>", "(A|NIL|a|b)(B|NIL|c|d)"},
	{"A <a@b, c@d", "(A|NIL|a|b)(NIL|NIL|c|d)"},
	{`"open <a@b>`, "(open|NIL|a|b)"},
	{"g: a@b", "(NIL|NIL|g|NIL)(NIL|NIL|a|b)(NIL|NIL|NIL|NIL)"},
	{"g: h: a@b;", "(NIL|NIL|g|NIL)(NIL|NIL|NIL|NIL)(NIL|NIL|h|NIL)(NIL|NIL|a|b)(NIL|NIL|NIL|NIL)"},
}

func TestAddresses(t *testing.T) {
	for _, tt := range addressTests {
		if got := formatAddresses(parseAddresses(nil, tt.in, nil)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func formatAddresses(list []Address) string {
	var sb strings.Builder
	for _, a := range list {
		fmt.Fprintf(&sb, "(%s|%s|%s|%s)", orNIL(a.Name), orNIL(a.Route), orNIL(a.Mailbox), orNIL(a.Host))
	}
	return sb.String()
}

func orNIL(s NString) string {
	if !s.OK {
		return "NIL"
	}
	return s.S
}

// Of more addresses than mail has, as many are read as there is room for: what a few bytes
// make takes a hundred.
func TestManyAddresses(t *testing.T) {
	for _, unit := range []string{"a@b,", "a,", "a:;,", ":;"} {
		got := parseAddresses(nil, strings.Repeat(unit, 2*maxAddresses), nil)
		if len(got) < maxAddresses || len(got) > maxAddresses+1 {
			t.Errorf("%s: %d addresses", unit, len(got))
		}
		if strings.Contains(unit, ":") && got[len(got)-1] != (Address{}) {
			t.Errorf("%s: a group is open at the end", unit)
		}
	}
}
