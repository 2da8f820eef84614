package mimetree

import (
	"strings"
	"testing"
)

// wrongTypes are Content-Types that are malformed. The media type is what RFC
// 2045, section 5.2, and Cyrus make of each, and Dovecot where it finds one;
// Dovecot has the type "" for what is not valid. The text is found in all.
var wrongTypes = []struct {
	field, mediaType, params string
	html                     bool
}{
	{"text/html charset=utf-8", "text/plain", "charset=us-ascii", true},
	{`text/html charset="utf-8"; format=flowed`, "text/plain", "charset=us-ascii", true},
	{"text/html junk", "text/plain", "charset=us-ascii", true},
	{"text/html junk; charset=utf-8", "text/plain", "charset=us-ascii", true},
	{"text/html: charset=utf-8", "text/plain", "charset=us-ascii", true},
	{"text/html, text/plain", "text/plain", "charset=us-ascii", true},
	{"text/html/x", "text/plain", "charset=us-ascii", true},
	{"text html", "text/plain", "charset=us-ascii", true},
	{`"text/html"`, "text/plain", "charset=us-ascii", true},
	{`"text"/"html"; charset=utf-8`, "text/plain", "charset=us-ascii", true},
	{"html", "text/plain", "charset=us-ascii", true},
	{"/html", "text/plain", "charset=us-ascii", true},
	{"text", "text/plain", "charset=us-ascii", false},
	{"text;charset=utf-8", "text/plain", "charset=us-ascii", false},
	{"text/", "text/plain", "charset=us-ascii", false},
	{"text/; charset=utf-8", "text/plain", "charset=us-ascii", false},
	{"/", "text/plain", "charset=us-ascii", false},
	{"", "text/plain", "charset=us-ascii", false},
	{";", "text/plain", "charset=us-ascii", false},
	{"; charset=utf-8", "text/plain", "charset=us-ascii", false},
	{"text/plain, x=b", "text/plain", "charset=us-ascii", false},
	{"text/plain. x=b", "text/plain", "charset=us-ascii", false},
	{"image", "text/plain", "charset=us-ascii", false},
	{"multipart", "text/plain", "charset=us-ascii", false},
	{"multipart; boundary=x", "text/plain", "charset=us-ascii", false},
	{"multipart/mixed boundary=x", "text/plain", "charset=us-ascii", false},
	{"text/html;", "text/html", "", true},
	{"text/html; ; ;", "text/html", "", true},
	{"text/html;; charset=utf-8", "text/html", "charset=utf-8", true},
	{"text/html;charset=utf-8;", "text/html", "charset=utf-8", true},
	{"text/html; charset", "text/html", "", true},
	{"text/html; charset=", "text/html", "charset=", true},
	{`text/html; charset=""`, "text/html", "charset=", true},
	{"text/html; charset=; format=flowed", "text/html", "charset= format=flowed", true},
	{"text/html; =utf-8", "text/html", "=utf-8", true},
	{"text/html; charset: utf-8", "text/html", "", true},
	{"text/html; charset=utf-8 junk", "text/html", "charset=utf-8", true},
	{`text/html; charset="utf-8" junk; format=flowed`, "text/html", "charset=utf-8 format=flowed", true},
	{`text/html; charset=utf-8"`, "text/html", "charset=utf-8", true},
	{"text/html; charset=utf-8, format=flowed", "text/html", "charset=utf-8", true},
	{"text/html; charset=utf-8 format=flowed", "text/html", "charset=utf-8", true},
	{"text / html ; charset = utf-8", "text/html", "charset=utf-8", true},
	{"text/plain; x y=b; x?=c", "text/plain", "charset=us-ascii", false},
}

func TestWrongContentType(t *testing.T) {
	for _, tt := range wrongTypes {
		m := Parse([]byte("Content-Type: " + tt.field + "\r\n\r\n<p>Gr\xc3\xbc\xc3\x9fe</p>\r\n"))
		root := m.Root()
		var params []string
		for _, p := range root.Params {
			params = append(params, p.Name+"="+p.Value)
		}
		if got := root.Type + "/" + root.Subtype; got != tt.mediaType || strings.Join(params, " ") != tt.params {
			t.Errorf("%q\n got %s %v\nwant %s %s", tt.field, got, params, tt.mediaType, tt.params)
		}
		want := "<p>Grüße</p>\n"
		if tt.html {
			want = "Grüße"
		}
		if got := m.Text(); got != want {
			t.Errorf("%q: text\n got %q\nwant %q", tt.field, got, want)
		}
		if !m.BodyContains(Fold("grüße")) {
			t.Errorf("%q: BODY does not find the text", tt.field)
		}
	}
}

// A charset is taken from a field that is not valid too.
func TestWrongContentTypeCharset(t *testing.T) {
	for _, field := range []string{
		"text/plain charset=iso-2022-jp", `text/plain charset="ISO-2022-JP"`, "text; charset=iso-2022-jp",
		"text/plain: charset: iso-2022-jp", "text/plain, charset = 'iso-2022-jp'; format=flowed",
	} {
		m := Parse([]byte("Content-Type: " + field + "\r\n\r\n\x1b$B$3$s\x1b(B\r\n"))
		if got := m.Text(); got != "こん\n" {
			t.Errorf("%q: text %q", field, got)
		}
	}
}

// Words behind a transfer encoding are dropped. Dovecot and Cyrus take 7BIT
// then, with which the text is lost.
func TestWrongTransferEncoding(t *testing.T) {
	for field, want := range map[string]string{
		"base64": "BASE64", "base64;": "BASE64", "base64 junk": "BASE64", `"base64"`: "BASE64", "base64; x=y": "BASE64",
		"base64, 8bit": "BASE64", "(c) Base64 (d)": "BASE64",
		"": "7BIT", "8 bit": "7BIT", "quoted printable": "7BIT", "?": "7BIT", "x-uuencode": "X-UUENCODE", "8bits": "8BITS",
	} {
		m := Parse([]byte("Content-Transfer-Encoding: " + field + "\r\n\r\nR3LDvMOfZQ==\r\n"))
		if got := m.Root().Encoding; got != want {
			t.Errorf("%q\n got %s\nwant %s", field, got, want)
		}
		if found := m.BodyContains(Fold("grüße")); found != (want == "BASE64") {
			t.Errorf("%q: BODY finds the text: %v", field, found)
		}
	}
	m := Parse([]byte("Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"))
	if got := m.Root().Encoding; got != "BASE64" { // the first counts, as Dovecot has it
		t.Errorf("of two encodings %s", got)
	}
}

func TestWrongDisposition(t *testing.T) {
	for field, want := range map[string]string{ // as Dovecot has it
		"attachment filename=x": "attachment", "attachment junk; filename=x": "attachment", "filename=x": "filename",
		"ATTACHMENT;; filename=x": "attachment", `"attachment"; filename=x`: "attachment", "": "", "; filename=x": "",
	} {
		if got := Parse([]byte("Content-Disposition: " + field + "\r\n\r\n")).Root().Disposition; got != want {
			t.Errorf("%q\n got %q\nwant %q", field, got, want)
		}
	}
}

// brokenParts are multiparts in which no part is found, and have an empty one
// that stands for them (as Dovecot presents it).
var brokenParts = map[string]string{
	"no boundary":            "Content-Type: multipart/alternative\n\n--q\n\nlost-word\n--q--\n",
	"an empty boundary":      "Content-Type: multipart/alternative; boundary=\"\"\n\nlost-word\n",
	"a boundary never seen":  "Content-Type: multipart/alternative; boundary=never\n\n--q\n\nlost-word\n--q--\n",
	"closed before it opens": "Content-Type: multipart/alternative; boundary=q\n\nlost-word\n--q--\n",
	"the boundary cut":       "Content-Type: multipart/alternative; boundary=a b\n\n--a b\n\nlost-word\n--a b--\n",
	"in quoted-printable":    "Content-Type: multipart/related\nContent-Transfer-Encoding: quoted-printable\n\nlost=2Dword\n",
	"in a broken one":        "Content-Type: multipart/related; boundary=q\n\n--q\nContent-Type: multipart/mixed\n\nlost-word\n--q--\n",
}

// TestBrokenMultipart: a stand-in hides no text, before or behind it, and the
// text that it stands for is found.
func TestBrokenMultipart(t *testing.T) {
	const plain, rich, empty = "Content-Type: text/plain\n\nplain-word\n", "Content-Type: text/html\n\n<b>rich-word</b>\n", "Content-Type: text/plain\n\n\n"
	for name, broken := range brokenParts {
		for _, tt := range []struct {
			parts []string
			want  string // "" for the lost text
		}{
			{[]string{broken}, ""},
			{[]string{broken, plain}, "plain-word"},
			{[]string{plain, broken}, "plain-word"},
			{[]string{broken, rich}, "rich-word"},
			{[]string{rich, broken}, "rich-word"},
			{[]string{broken, rich, plain}, "plain-word"},
			{[]string{broken, broken, empty, rich}, "rich-word"},
			{[]string{empty, broken}, ""},
		} {
			body := ""
			for _, part := range tt.parts {
				body += "--out\n" + part
			}
			raw := "Content-Type: multipart/mixed; boundary=out\n\n" + body + "--out--\n"
			m := Parse(crlf(raw))
			got := strings.TrimSpace(m.Text())
			if tt.want != "" && got != tt.want || tt.want == "" && !strings.Contains(got, "lost-word") {
				t.Errorf("%s: text %q\n%s", name, got, raw)
			}
			for _, word := range []string{"plain-word", "rich-word", "lost-word"} {
				there := strings.Contains(strings.ReplaceAll(raw, "=2D", "-"), word)
				if found := m.BodyContains(Fold(word)); found != there {
					t.Errorf("%s: BODY %q: %v\n%s", name, word, found, raw)
				}
			}
		}
		if m := Parse(crlf(broken)); !strings.Contains(m.Text(), "lost-word") || !m.BodyContains(Fold("lost-word")) {
			t.Errorf("%s: alone: text %q", name, m.Text())
		}
	}
}
