package imapurl

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

const token = "91354a473744909de610943775f92038"

var (
	joe     = &Server{User: "joe", Host: "example.com"}
	minbari = &Server{Host: "minbari.example.org"}
)

// The URLs of the examples of RFC 5092, sections 6.1.2, 9 and 9.1, of RFC 4467, 4468 and
// 4469, and what these say of them.
var valid = []struct {
	text string
	want URL
}{
	{"imap://minbari.example.org/gray-council;UIDVALIDITY=385759045/;UID=20/;PARTIAL=0.1024",
		URL{Server: minbari, Rooted: true, Mailbox: "gray-council", UIDValidity: 385759045, UID: 20, Partial: &Partial{0, 1024}}},
	{"imap://psicorp.example.org/~peter/%E6%97%A5%E6%9C%AC%E8%AA%9E/%E5%8F%B0%E5%8C%97",
		URL{Server: &Server{Host: "psicorp.example.org"}, Rooted: true, Mailbox: "~peter/日本語/台北"}},
	{"imap://;AUTH=GSSAPI@minbari.example.org/gray-council/;uid=20/;section=1.2",
		URL{Server: &Server{Auth: "GSSAPI", Host: "minbari.example.org"}, Rooted: true, Mailbox: "gray-council", UID: 20, Section: "1.2"}},
	{";section=1.4", URL{Section: "1.4"}},
	{"imap://;AUTH=*@minbari.example.org/gray%20council?SUBJECT%20shadows",
		URL{Server: &Server{Auth: "*", Host: "minbari.example.org"}, Rooted: true, Mailbox: "gray council", Search: "SUBJECT shadows"}},
	{"imap://john;AUTH=*@minbari.example.org/babylon5/personel?charset%20UTF-8%20SUBJECT%20%7B14+%7D%0D%0A%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2%D0%B0",
		URL{Server: &Server{User: "john", Auth: "*", Host: "minbari.example.org"}, Rooted: true, Mailbox: "babylon5/personel",
			Search: "charset UTF-8 SUBJECT {14+}\r\nИванова"}},
	{"/foo/;UID=20/..", URL{Rooted: true, Mailbox: "foo"}},
	{";UID=20", URL{UID: 20}},
	{"imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred:internal:" + token,
		URL{Server: joe, Rooted: true, Mailbox: "INBOX", UID: 20, Section: "1.2",
			Access: &Access{Who: Submit, User: "fred", Mechanism: "internal", Token: token}}},
	{"imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred",
		URL{Server: joe, Rooted: true, Mailbox: "INBOX", UID: 20, Section: "1.2", Access: &Access{Who: Submit, User: "fred"}}},
	{"imap://harry@gryffindor.example.com/outbox;uidvalidity=1078863300/;uid=25;urlauth=submit+harry:internal:" + token,
		URL{Server: &Server{User: "harry", Host: "gryffindor.example.com"}, Rooted: true, Mailbox: "outbox", UIDValidity: 1078863300, UID: 25,
			Access: &Access{Who: Submit, User: "harry", Mechanism: "internal", Token: token}}},
	{"/Drafts;UIDVALIDITY=385759045/;UID=20/;section=1.MIME", URL{Rooted: true, Mailbox: "Drafts", UIDValidity: 385759045, UID: 20, Section: "1.MIME"}},

	// The forms that no example has.
	{"", URL{}},
	{"/", URL{Rooted: true}},
	{"imap://minbari.example.org", URL{Server: minbari}},
	{"imap://minbari.example.org/", URL{Server: minbari, Rooted: true}},
	{"//minbari.example.org/x", URL{Server: minbari, Rooted: true, Mailbox: "x"}},
	{"IMAP://joe@example.com", URL{Server: joe}},
	{"imap://[::1]:143/x", URL{Server: &Server{Host: "[::1]", Port: "143"}, Rooted: true, Mailbox: "x"}},
	{"imap://127.0.0.1:1143/x", URL{Server: &Server{Host: "127.0.0.1", Port: "1143"}, Rooted: true, Mailbox: "x"}},
	{"imap://a%40b;AUTH=PLAIN@h/", URL{Server: &Server{User: "a@b", Auth: "PLAIN", Host: "h"}, Rooted: true}},
	{";UID=20/;SECTION=1/;PARTIAL=5", URL{UID: 20, Section: "1", Partial: &Partial{Offset: 5}}},
	{";SECTION=1/;PARTIAL=5.6", URL{Section: "1", Partial: &Partial{5, 6}}},
	{";PARTIAL=4294967295.1", URL{Partial: &Partial{4294967295, 1}}},
	{"/a/b//c/;UID=1", URL{Rooted: true, Mailbox: "a/b//c", UID: 1}},
	{"/a//;UID=1", URL{Rooted: true, Mailbox: "a/", UID: 1}},
	{"/%2Fa/%2E%2E/b%3B/;UID=1", URL{Rooted: true, Mailbox: "/a/../b;", UID: 1}},
	{"/a/./b/../c/;UID=1", URL{Rooted: true, Mailbox: "a/c", UID: 1}},
	{"/a;UIDVALIDITY=1?ALL", URL{Rooted: true, Mailbox: "a", UIDValidity: 1, Search: "ALL"}},
	{"/x/;UID=1/;SECTION=HEADER.FIELDS%20(TO%20CC)", URL{Rooted: true, Mailbox: "x", UID: 1, Section: "HEADER.FIELDS (TO CC)"}},
	{"/x/;UID=1;expire=2024-05-01t12:00:00.5+02:00;URLAUTH=AuthUser",
		URL{Rooted: true, Mailbox: "x", UID: 1, Access: &Access{Who: AuthUser, Expire: time.Date(2024, 5, 1, 10, 0, 0, 5e8, time.UTC)}}},
	{"/x/;UID=1;EXPIRE=2016-12-31T23:59:60Z;URLAUTH=anonymous",
		URL{Rooted: true, Mailbox: "x", UID: 1, Access: &Access{Who: Anonymous, Expire: time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)}}},
	{"/x/;UID=1;URLAUTH=user+a%2Bb:x-1.Y:" + strings.ToUpper(token),
		URL{Rooted: true, Mailbox: "x", UID: 1, Access: &Access{Who: ByUser, User: "a+b", Mechanism: "x-1.Y", Token: strings.ToUpper(token)}}},
}

func TestValid(t *testing.T) {
	for _, tc := range valid {
		got, err := Parse(tc.text)
		if err != nil || !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", tc.text, got, err, tc.want)
		}
		checkPrinted(t, got)
	}
}

// checkPrinted is the law of String: it reads back as what it was.
func checkPrinted(t *testing.T, u URL) {
	t.Helper()
	again, err := Parse(u.String())
	if err != nil || !reflect.DeepEqual(again, u) {
		t.Errorf("%q reads back as %+v, %v\nwant %+v", u, again, err, u)
	}
}

// What breaks RFC 5092, section 11, in one place each.
func TestInvalid(t *testing.T) {
	urlauth := "imap://joe@h/x/;UID=1;URLAUTH="
	for _, text := range []string{
		"imap:", "imap:/x", "imaps://h/x", "http://h/x", "imap://", "imap:///x",
		"imap://@h/", "imap://joe:secret@h/", "imap://a;b@h/", "imap://a;AUTH=@h/", "imap://a;AUTH=%2A@h/", "imap://a@b@h/",
		"imap://h:x/", "imap://h:99999/", "imap://[::1/", "imap://[::1]x/", "imap://[fe80::1%25x]/", "imap://[1.2.3.4]/", "imap://h h/",
		"imap://h?x", "imap://h/#x", "imap://h/x#y", "imap://h/?ALL", "imap://h/x?",
		"INBOX", "INBOX/;UID=1", "..;UIDVALIDITY=385759045/;UID=20", "x/;UID=1", // section 7.2
		"/x y", "/x\x80", "/%", "/%4", "/%4g", "/%+1", "/%C3", "/%00", "/x;", "/x;UID=1", "/;UID=1", "/x/;", "/x/;FOO=1",
		"/x;UIDVALIDITY=0/;UID=1", "/x;UIDVALIDITY=/;UID=1", "/x;UIDVALIDITY=1;UID=1", "/x;UIDVALIDITY=1/;UIDVALIDITY=1",
		"/x/;UID=", "/x/;UID=0", "/x/;UID=01", "/x/;UID=4294967296", "/x/;UID=*", "/x/;UID=1:2", "/x/;UID=1?ALL", "/x/;UID=1/",
		"/x/;UID=1/;SECTION=", "/x/;UID=1/;SECTION=1;PARTIAL=0.1", "/x/;UID=1/;SECTION=a b", "/x/;UID=1;SECTION=1", "/x/;SECTION=1",
		"/x/;UID=1/;PARTIAL=", "/x/;UID=1/;PARTIAL=0.0", "/x/;UID=1/;PARTIAL=0.", "/x/;UID=1/;PARTIAL=.1", "/x/;UID=1/;PARTIAL=1/;SECTION=1",
		"/x;URLAUTH=anonymous", "/x/;UID=1/;URLAUTH=anonymous", "/x/;UID=1;EXPIRE=2024-05-01T10:00:00Z",
		"/x/;UID=1;EXPIRE=2024-05-01;URLAUTH=anonymous", "/x/;UID=1;EXPIRE=2024-05-01T1:00:00Z;URLAUTH=anonymous",
		"/x/;UID=1;EXPIRE=2024-05-01T10:00:00;URLAUTH=anonymous", "/x/;UID=1;URLAUTH=anonymous;EXPIRE=2024-05-01T10:00:00Z",
		urlauth, urlauth + "nobody", urlauth + "user", urlauth + "user+", urlauth + "submit+a:", urlauth + "anonymous+x",
		urlauth + "anonymous:INTERNAL", urlauth + "anonymous:INTERNAL:", urlauth + "anonymous:INTERNAL:" + token[1:],
		urlauth + "anonymous::" + token, urlauth + "anonymous:IN_TERNAL:" + token, urlauth + "anonymous:INTERNAL:" + token + "g",
		urlauth + "anonymous:INTERNAL:" + token + ":", urlauth + "anonymous:INTERNAL:" + token + "/",
	} {
		if u, err := Parse(text); err == nil {
			t.Errorf("%s is taken: %+v", text, u)
		}
	}
}

// RFC 5092, sections 7 and 9.1, and RFC 4469, section 3.
func TestIn(t *testing.T) {
	for _, tc := range []struct{ base, rel, want string }{
		{"imap://u@h/box", ";UID=20", "imap://u@h/box/;UID=20"},
		{"imap://u@h/box;UIDVALIDITY=7", ";UID=20/;SECTION=1", "imap://u@h/box;UIDVALIDITY=7/;UID=20/;SECTION=1"},
		{"imap://u@h/box/;UID=20/;SECTION=1.2", ";SECTION=1.4", "imap://u@h/box/;UID=20/;SECTION=1.4"},
		{"imap://u@h/box/;UID=20/;SECTION=1.2", ";PARTIAL=1.4", "imap://u@h/box/;UID=20/;SECTION=1.2/;PARTIAL=1.4"},
		{"imap://u@h/box/;UID=20", "/other/;UID=3", "imap://u@h/other/;UID=3"},
		{"imap://u;AUTH=*@h/box?ALL", "/", "imap://u;AUTH=*@h/"},
		{"imap://u@h/box/;UID=20", "", "imap://u@h/box/;UID=20"},
		{"imap://u@h/box/;UID=20", "//v@i/x", "imap://v@i/x"},
		{"imap://u@h/", "/foo/;UID=20/..", "imap://u@h/foo"},
	} {
		base, _ := Parse(tc.base)
		rel, err := Parse(tc.rel)
		if got := rel.In(base).String(); err != nil || got != tc.want {
			t.Errorf("%s in %s: %s, %v, want %s", tc.rel, tc.base, got, err, tc.want)
		}
	}
}

func TestRump(t *testing.T) {
	rump := "imap://Joe@EXAMPLE.com/%49NBOX/;uid=20;urlauth=anonymous"
	full := rump + ":Internal:" + token
	u, err := Parse(full)
	if err != nil || u.Access.Rump(full) != rump {
		t.Errorf("the rump of %s is %s, %v", full, u.Access.Rump(full), err)
	}
}

func FuzzParse(f *testing.F) {
	for _, tc := range valid {
		f.Add(tc.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if u, err := Parse(text); err == nil {
			checkPrinted(t, u)
			if a := u.Access; a != nil && a.Mechanism != "" && a.Rump(text)+":"+a.Mechanism+":"+a.Token != text {
				t.Errorf("the rump of %q is %q", text, a.Rump(text))
			}
		}
	})
}
