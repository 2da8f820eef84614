package mimetree

import (
	"slices"
	"strings"
	"testing"
)

// The message of RFC 9051, section 6.4.5.1: each part says its number.
const rfc9051Example = `
Subject: top
Content-Type: multipart/mixed; boundary=a

--a
Content-Type: text/plain

<1>
--a
Content-Type: application/octet-stream

<2>
--a
Content-Type: message/rfc822

Subject: three
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

<3.1>
--b
Content-Type: application/octet-stream

<3.2>
--b--
--a
Content-Type: multipart/mixed; boundary=c

--c
Content-Type: image/gif
Content-ID: <gif>

<4.1>
--c
Content-Type: message/rfc822

Subject: four
 and two
X-A: 1
Content-Type: multipart/mixed; boundary=d

--d
Content-Type: text/plain

<4.2.1>
--d
Content-Type: multipart/alternative; boundary=e

--e
Content-Type: text/plain

<4.2.2.1>
--e
Content-Type: text/richtext

<4.2.2.2>
--e--
--d--
--c--
--a--
`

var sectionTests = []struct {
	path   []int
	spec   Spec
	fields string
	want   string // begins and ends with "…" where only its end or beginning is given
	none   bool
}{
	{nil, Header, "", "Subject: top\nContent-Type: multipart/mixed; boundary=a\n\n", false},
	{nil, Text, "", "--a\nContent-Type: text/plain\n\n<1>\n--a\n…", false},
	{nil, None, "", "Subject: top\n…", false},
	{nil, MIME, "", "", true},
	{[]int{1}, None, "", "<1>", false},
	{[]int{1}, MIME, "", "Content-Type: text/plain\n\n", false},
	{[]int{1}, Header, "", "", true},
	{[]int{1}, Text, "", "", true},
	{[]int{1, 1}, None, "", "", true},
	{[]int{0}, None, "", "", true},
	{[]int{2}, None, "", "<2>", false},
	{[]int{3}, None, "", "Subject: three\n…", false},
	{[]int{3}, MIME, "", "Content-Type: message/rfc822\n\n", false},
	{[]int{3}, Header, "", "Subject: three\nContent-Type: multipart/mixed; boundary=b\n\n", false},
	{[]int{3}, Text, "", "…<3.2>\n--b--", false},
	{[]int{3, 1}, None, "", "<3.1>", false},
	{[]int{3, 2}, None, "", "<3.2>", false},
	{[]int{3, 2}, MIME, "", "Content-Type: application/octet-stream\n\n", false},
	{[]int{3, 3}, None, "", "", true},
	{[]int{4}, None, "", "--c\n…", false},
	{[]int{4}, Header, "", "", true},
	{[]int{4, 1}, None, "", "<4.1>", false},
	{[]int{4, 1}, MIME, "", "Content-Type: image/gif\nContent-ID: <gif>\n\n", false},
	{[]int{4, 2}, HeaderFields, "x-a SUBJECT X-B", "Subject: four\n and two\nX-A: 1\n\n", false},
	{[]int{4, 2}, HeaderFieldsNot, "Subject content-type", "X-A: 1\n\n", false},
	{[]int{4, 2}, HeaderFields, "X-B", "\n", false},
	{[]int{4, 2}, Text, "", "--d\n…", false},
	{[]int{4, 2, 1}, None, "", "<4.2.1>", false},
	{[]int{4, 2, 2, 1}, None, "", "<4.2.2.1>", false},
	{[]int{4, 2, 2, 2}, None, "", "<4.2.2.2>", false},
	{[]int{4, 2, 2, 2}, MIME, "", "Content-Type: text/richtext\n\n", false},
	{[]int{5}, None, "", "", true},
}

func TestSection(t *testing.T) {
	raw := slices.Clip(crlf(rfc9051Example))
	checkMessage(t, raw)
	m := Parse(raw)
	for _, tt := range sectionTests {
		data, ok := m.Section(Section{Path: tt.path, Spec: tt.spec, Fields: strings.Fields(tt.fields)})
		checkSection(t, tt.path, tt.spec, string(data), tt.want, ok == !tt.none)
	}
}

func checkSection(t *testing.T, path []int, spec Spec, got, want string, ok bool) {
	t.Helper()
	want = strings.ReplaceAll(want, "\n", "\r\n")
	same := got == want
	if head, cut := strings.CutSuffix(want, "…"); cut {
		same = strings.HasPrefix(got, head)
	} else if tail, cut := strings.CutPrefix(want, "…"); cut {
		same = strings.HasSuffix(got, tail)
	}
	if !same || !ok {
		t.Errorf("%v, spec %d, found as expected: %v\n got %q\nwant %q", path, spec, ok, got, want)
	}
}

// RFC 9051, section 6.4.5.1: every message has part number 1, and of one that
// is no multipart that is the text.
func TestSectionOfPlainMessage(t *testing.T) {
	m := Parse([]byte("Subject: a\r\n\r\nbody\r\n"))
	for _, tt := range []struct {
		path []int
		spec Spec
		want string
		none bool
	}{
		{[]int{1}, None, "body\n", false},
		{[]int{1}, MIME, "Subject: a\n\n", false},
		{[]int{1}, Text, "", true},
		{[]int{1, 1}, None, "", true},
		{[]int{2}, None, "", true},
	} {
		data, ok := m.Section(Section{Path: tt.path, Spec: tt.spec})
		checkSection(t, tt.path, tt.spec, string(data), tt.want, ok == !tt.none)
	}
}

// Of a message that is itself message/rfc822, part 1 is the message inside,
// which has parts and a header of its own.
func TestSectionOfMessageInMessage(t *testing.T) {
	m := Parse([]byte("Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nbody"))
	for _, tt := range []struct {
		path []int
		spec Spec
		want string
	}{
		{[]int{1}, Header, "Subject: in\n\n"},
		{[]int{1}, Text, "body"},
		{[]int{1, 1}, None, "body"},
		{[]int{1, 1}, MIME, "Subject: in\n\n"},
	} {
		data, ok := m.Section(Section{Path: tt.path, Spec: tt.spec})
		checkSection(t, tt.path, tt.spec, string(data), tt.want, ok)
	}
}

// RFC 9051, section 6.4.5.1: the blank line is in all header fetches, except
// of a message that has no body and no blank line.
func TestSectionBlankLine(t *testing.T) {
	for raw, want := range map[string]string{
		"A: 1\r\nB: 2\r\n\r\nbody": "B: 2\r\n\r\n",
		"A: 1\r\nB: 2\r\n\r\n":     "B: 2\r\n\r\n",
		"A: 1\r\nB: 2\r\n":         "B: 2\r\n",
		"A: 1\r\nB: 2":             "B: 2",
		"A: 1\nB: 2\n\nbody":       "B: 2\n\n",
		"A: 1\r\n\r\nB: 2":         "\r\n",
		"\r\nB: 2":                 "\r\n",
		"\nB: 2":                   "\n",
		"A: 1\n":                   "",
		"":                         "",
	} {
		data, ok := Parse([]byte(raw)).Section(Section{Spec: HeaderFields, Fields: []string{"B"}})
		if string(data) != want || !ok {
			t.Errorf("of %q\n got %q\nwant %q", raw, data, want)
		}
	}
}
