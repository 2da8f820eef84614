package mimetree

import "testing"

func TestText(t *testing.T) {
	for _, tt := range []struct{ name, raw, want string }{
		{"plain", "Subject: a\n\none\ntwo\n", "one\ntwo\n"},
		{"charset", "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\ncaf=E9", "café"},
		{"no charset, 8-bit", "Subject: a\n\ncaf\xe9", "café"},
		{"unknown charset", "Content-Type: text/plain; charset=x-none\n\ncaf\xc3\xa9", "café"},
		{"plain rather than HTML", "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>html\n--b\n\nplain\n--b--\n", "plain"},
		{"an attachment is not the text", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment\n\nno\n--b\nContent-Type: text/html\n\n<p>yes\n--b--\n", "yes"},
		{"a message inside is not the text", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\nno\n--b\nContent-Type: text/html\n\n<p>yes\n--b--\n", "yes"},
		{"none", "Content-Type: image/png\n\nx", ""},
	} {
		if got := Parse(crlf(tt.raw)).Text(); got != tt.want {
			t.Errorf("%s\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

func TestHTMLText(t *testing.T) {
	for in, want := range map[string]string{
		"<p>Hello,\r\n  <b>world</b>!</p><p>Bye</p>": "Hello, world!\nBye",
		"a<br>b<BR/>c": "a\nb\nc",
		"<style>p{}</style>x<SCRIPT>1<2</Script >y": "xy",
		"<title>no</title>yes":                      "yes",
		"<!-- <p>no</p> -->yes":                     "yes",
		"1 < 2 &amp;&amp; 3 &gt; 2&nbsp;&eacute;":   "1 < 2 && 3 > 2 é",
		"&lt;b&gt;":               "<b>",
		"<ul><li>one<li>two</ul>": "one\ntwo",
		`<a href="x">link</a>`:    "link",
		"<!DOCTYPE html><html>x":  "x",
		"<script>never closed":    "",
		"cut <a hre":              "cut",
		"<":                       "<",
		"":                        "",
	} {
		if got := htmlText(nil, in); got != want {
			t.Errorf("%s\n got %q\nwant %q", in, got, want)
		}
	}
}
