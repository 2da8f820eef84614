package mimetree

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// RFC 2231, sections 3 and 4, and what senders make of it.
func TestDecodedParam(t *testing.T) {
	for _, tt := range []struct{ field, name, want string }{
		{`message/external-body; access-type=URL; URL*0="ftp://"; URL*1="cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar"`, "url", "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar"},
		{`application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A`, "title", "This is ***fun***"},
		{`application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2="isn't it!"`, "title", "This is even more ***fun*** isn't it!"},
		{`a/b; name*1=b; name*0=a`, "name", "ab"},
		{`a/b; name*0=a; name*2=c`, "name", "a"},
		{`a/b; name*=iso-8859-1''caf%E9`, "name", "café"},
		{`a/b; name*=utf-8''%C3%A9; name=e`, "name", "é"},
		{`a/b; name=e; name*=utf-8''%C3%A9`, "name", "é"},
		{`a/b; name*0*=utf-8''%C3; name*1*=%A9`, "name", "é"},
		{`a/b; name*=100%; name*1=x`, "name", "100%x"},
		{`a/b; name*=x-none''%E9`, "name", "é"},
		{`a/b; name*x=1; name*-1=2; names=3`, "name", ""},
		{`a/b; name="=?utf-8?q?=C3=A9?="`, "name", "é"},
		{"a/b; name=caf\xe9", "name", "café"},
	} {
		_, params := parseValue(nil, tt.field)
		if got := decodedParam(nil, params, tt.name); got != tt.want {
			t.Errorf("%s\n got %q\nwant %q", tt.field, got, tt.want)
		}
	}
}

func TestParseValue(t *testing.T) {
	for _, tt := range []struct {
		in, value string
		params    []Param
	}{
		{"", "", nil},
		{"Text/Plain", "text/plain", nil},
		{"text/plain; charset=us-ascii (Plain text)", "text/plain", []Param{{"charset", "us-ascii"}}}, // RFC 2045, section 5.1
		{`text/plain; charset="us-ascii"`, "text/plain", []Param{{"charset", "us-ascii"}}},
		{`a/b ; (c) X = "q;\"\\" junk ; Y=1`, "a/b", []Param{{"x", `q;"\`}, {"y", "1"}}},
		{"a/b;; x; =1; y=", "a/b", []Param{{"", "1"}, {"y", ""}}}, // as Dovecot and Cyrus have it
		{"a/b; x y=1; x?=2; X=3", "a/b", []Param{{"x", "3"}}},     // the same
		{`a/b; x=b y=c; filename=a b.txt; name*0=a b`, "a/b", []Param{{"x", "b"}, {"filename", "a b.txt"}, {"name*0", "a b"}}},
		{`a/b; charset=utf-8, x=1; charset=utf-8"; x="open; y=1`, "a/b", []Param{{"charset", "utf-8"}, {"charset", "utf-8"}, {"x", "open"}, {"y", "1"}}},
		{"\xc9A/B; \xc9A=\xc9", "\xc9a/b", []Param{{"\xc9a", "\xc9"}}}, // bytes that are not UTF-8 stay
		{`a/b; name=two words.txt; x="open`, "a/b", []Param{{"name", "two words.txt"}, {"x", "open"}}},
		{"a/b; x=(only a comment", "a/b", []Param{{"x", ""}}},
	} {
		value, params := parseValue(nil, tt.in)
		if value != tt.value {
			t.Errorf("%s\n got %q\nwant %q", tt.in, value, tt.value)
		}
		if diff := cmp.Diff(tt.params, params); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.in, diff)
		}
	}
}

func TestFilename(t *testing.T) {
	for header, want := range map[string]string{
		"Content-Disposition: attachment; filename=a.pdf\r\nContent-Type: a/b; name=b.pdf": "a.pdf",
		"Content-Disposition: attachment\r\nContent-Type: a/b; name=b.pdf":                 "b.pdf",
		"Content-Disposition: inline; filename*=utf-8''%E2%82%AC.txt":                      "€.txt",
		"Content-Type: a/b": "",
	} {
		if got := Parse([]byte(header + "\r\n\r\n")).Root().Filename(); got != want {
			t.Errorf("%s\n got %q\nwant %q", header, got, want)
		}
	}
}
