package mimetree

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// RFC 2046, section 5.1.1.
const rfc2046Mixed = `
From: Nathaniel Borenstein <nsb@bellcore.com>
To: Ned Freed <ned@innosoft.com>
Date: Sun, 21 Mar 1993 23:56:48 -0800 (PST)
Subject: Sample message
MIME-Version: 1.0
Content-type: multipart/mixed; boundary="simple boundary"

This is the preamble.  It is to be ignored, though it
is a handy place for composition agents to include an
explanatory note to non-MIME conformant readers.

--simple boundary

This is implicitly typed plain US-ASCII text.
It does NOT end with a linebreak.
--simple boundary
Content-type: text/plain; charset=us-ascii

This is explicitly typed plain US-ASCII text.
It DOES end with a linebreak.

--simple boundary--

This is the epilogue.  It is also to be ignored.
`

func TestMultipart(t *testing.T) {
	m := Parse(crlf(rfc2046Mixed))
	root := m.Root()
	if root.Type != "multipart" || root.Subtype != "mixed" || len(root.Children) != 2 {
		t.Fatalf("got %s/%s with %d parts, want multipart/mixed with 2", root.Type, root.Subtype, len(root.Children))
	}
	for i, want := range []struct {
		header, body string
		size, lines  int
	}{
		{"\r\n", "This is implicitly typed plain US-ASCII text.\r\nIt does NOT end with a linebreak.", 80, 1},
		{"Content-type: text/plain; charset=us-ascii\r\n\r\n", "This is explicitly typed plain US-ASCII text.\r\nIt DOES end with a linebreak.\r\n", 78, 2},
	} {
		p := root.Children[i]
		if got := string(p.HeaderBytes()); got != want.header {
			t.Errorf("part %d: header\n got %q\nwant %q", i+1, got, want.header)
		}
		if got := string(p.Body()); got != want.body {
			t.Errorf("part %d: body\n got %q\nwant %q", i+1, got, want.body)
		}
		if p.Size() != want.size || p.Lines() != want.lines {
			t.Errorf("part %d: %d octets, %d lines, want %d and %d", i+1, p.Size(), p.Lines(), want.size, want.lines)
		}
		if diff := cmp.Diff([]Param{{"charset", "us-ascii"}}, p.Params); diff != "" {
			t.Errorf("part %d: parameters (-want +got)\n%s", i+1, diff)
		}
	}
	checkMessage(t, slices.Clip(crlf(rfc2046Mixed)))
}

func TestPartFields(t *testing.T) {
	m := Parse(crlf(`
Content-Type: TEXT/Plain; Format=flowed (RFC 3676);
	charset="ISO-8859-1"; name="a\"b.txt"
Content-ID: <1@example.org>
Content-Description: =?utf-8?q?=C3=A9?=
	folded
Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==
Content-Location: http://example.org/a
Content-Language: en (English), de-AT
Content-Transfer-Encoding: base64 (yes)
Content-Disposition: Attachment; filename=report 1.txt; size=3

`))
	got := m.Root()
	want := &Part{
		Type: "text", Subtype: "plain",
		Params:   []Param{{"format", "flowed"}, {"charset", "ISO-8859-1"}, {"name", `a"b.txt`}},
		Encoding: "BASE64",
		entity:   got.entity,
		details: &details{
			ID:          "<1@example.org>",
			Description: "=?utf-8?q?=C3=A9?=\tfolded",
			MD5:         "Q2hlY2sgSW50ZWdyaXR5IQ==",
			Location:    "http://example.org/a",
			Language:    []string{"en", "de-AT"},
			Disposition: "attachment", DispositionParams: []Param{{"filename", "report 1.txt"}, {"size", "3"}},
		},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Part{}, details{}, entity{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got.Filename() != "report 1.txt" {
		t.Errorf("file name %q", got.Filename())
	}
}

// The charset is only said of plain text: RFC 2046, section 4.1.2, and RFC
// 6657, section 3.
func TestDefaultCharset(t *testing.T) {
	for header, want := range map[string][]Param{
		"":                                  {{"charset", "us-ascii"}},
		"Content-Type: nonsense; charset=x": {{"charset", "us-ascii"}},
		"Content-Type: text/plain; format=flowed":     {{"format", "flowed"}, {"charset", "us-ascii"}},
		"Content-Type: text/plain; charset*=''utf-8":  {{"charset*", "''utf-8"}},
		"Content-Type: text/html":                     nil,
		"Content-Type: application/octet-stream; a=b": {{"a", "b"}},
	} {
		if diff := cmp.Diff(want, Parse([]byte(header+"\r\n\r\n")).Root().Params); diff != "" {
			t.Errorf("%s (-want +got)\n%s", header, diff)
		}
	}
}

// A delimiter of the outer multipart ends an inner one that is not closed, and
// the boundary of one may begin with that of the other.
func TestMultipartNested(t *testing.T) {
	m := Parse(crlf(`
Content-Type: multipart/mixed; boundary=a

--a
Content-Type: multipart/alternative; boundary=ab

--ab

one
--ab

two
--a

three
--a--
`))
	want := []string{"multipart/mixed", "multipart/alternative", "text/plain", "text/plain", "text/plain"}
	if diff := cmp.Diff(want, types(m.Root())); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
	inner := m.Root().Children[0]
	if got := string(inner.Children[1].Body()); got != "two" {
		t.Errorf("got %q, want two", got)
	}
	if got := string(m.Root().Children[1].Body()); got != "three" {
		t.Errorf("got %q, want three", got)
	}
}

// What is beyond the bounds is a leaf of a type that needs no more structure.
func TestTooDeepIsLeaf(t *testing.T) {
	var raw []byte
	for range maxDepth + 5 {
		raw = append(raw, "Content-Type: message/rfc822\r\n\r\n"...)
	}
	p := Parse(raw).Root()
	for range maxDepth {
		p = p.Message.Root()
	}
	if got := p.Type + "/" + p.Subtype; got != "application/octet-stream" || p.Message != nil {
		t.Errorf("at level %d: %s", maxDepth, got)
	}
}

// Appending to what is returned must not write into the message.
func TestBytesAreClipped(t *testing.T) {
	raw := crlf(rfc2046Mixed)
	m := Parse(raw)
	_ = append(m.Root().HeaderBytes(), '!')
	_ = append(m.Root().Children[0].Body(), '!')
	_ = append(m.Fields()[0].Value, '!')
	data, _ := m.Section(Section{Path: []int{1}})
	_ = append(data, '!')
	if string(raw) != string(crlf(rfc2046Mixed)) {
		t.Error("the message was changed")
	}
}
