package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What readers see of a message: decoded, with the images that its HTML names, and the
// parts of a message inside it, but not its HTML.
func TestParseMessage(t *testing.T) {
	raw := strings.ReplaceAll(`From: =?utf-8?q?J=C3=BCrgen?= <j@example.com>
To: ann@example.com
Date: Mon, 20 May 2024 09:12:00 +0000
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=a

--a
Content-Type: message/rfc822

Content-Type: text/html

<b>inside</b>
--a
Content-Type: multipart/related; boundary=b

--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>Gr=C3=BC=C3=9Fe</p><img src=3D"cid:logo">
--b
Content-Type: image/png
Content-ID: <logo>
Content-Disposition: inline; filename="logo.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--b--
--a--
`, "\n", "\r\n")
	got := ParseMessage([]byte(raw))
	if got.Source != raw || got.Size != int64(len(raw)) {
		t.Errorf("source of %d bytes, size %d", len(got.Source), got.Size)
	}
	got.Source, got.Headers, got.Size = "", got.Headers[:2], 0
	want := &Message{
		Subject: "Grüße", From: "Jürgen <j@example.com>", To: "ann@example.com", Date: "Mon, 20 May 2024 09:12:00 +0000",
		Headers: []Header{{"From", "Jürgen <j@example.com>"}, {"To", "ann@example.com"}},
		Text:    "Grüße", HTML: `<p>Grüße</p><img src="data:image/png;base64,iVBORw0KGgo=">`,
		Parts: []Part{
			{Path: "", Type: "multipart/mixed"},
			{Path: "1", Type: "message/rfc822", Encoding: "7bit", Size: 40},
			{Path: "1.1", Type: "text/html", Encoding: "7bit", Size: 13},
			{Path: "2", Type: "multipart/related"},
			{Path: "2.1", Type: "text/html", Charset: "utf-8", Encoding: "quoted-printable", Size: 44},
			{Path: "2.2", Type: "image/png", Encoding: "base64", Disposition: "inline", Filename: "logo.png", Size: 12},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
