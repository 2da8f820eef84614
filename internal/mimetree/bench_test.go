package mimetree

import (
	"bytes"
	"testing"
)

// typicalMail is a mail of 4 KB: text, HTML and a small attachment.
func typicalMail() []byte {
	var b bytes.Buffer
	b.Write(crlf(`
Return-Path: <news@example.org>
Received: from mx.example.org (mx.example.org [192.0.2.1])
	by mail.example.com (Postfix) with ESMTPS id 4Xyz123
	for <user@example.com>; Wed, 1 May 2024 08:00:01 +0000 (UTC)
From: =?utf-8?q?Andr=C3=A9?= Pirard <andre@example.org>
To: "Doe, Jane" <jane@example.com>, bob@example.com
Subject: =?utf-8?b?UsOpc3Vtw6k=?= of the week
Date: Wed, 1 May 2024 10:00:00 +0200
Message-ID: <1234@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

`))
	b.Write(bytes.Repeat([]byte("Bonjour, voici le r=C3=A9sum=C3=A9 de la semaine.\r\n"), 20))
	b.WriteString("\r\n--inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n")
	b.Write(bytes.Repeat([]byte("<p>Bonjour, voici le <b>texte</b>.</p>\r\n"), 20))
	b.WriteString("\r\n--inner--\r\n\r\n--outer\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\n" +
		"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"a.pdf\"\r\n\r\n")
	b.Write(bytes.Repeat([]byte("JVBERi0xLjQKJcfsj6IKNSAwIG9iago8PC9MZW5ndGggNiAwIFIvRmlsdGVyIC9GbGF0ZURl\r\n"), 15))
	b.WriteString("\r\n--outer--\r\n")
	return b.Bytes()
}

func BenchmarkParse(b *testing.B) {
	raw := typicalMail()
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(raw).Root()
	}
}

// BenchmarkEnvelope is with the fields found.
func BenchmarkEnvelope(b *testing.B) {
	m := Parse(typicalMail())
	b.ReportAllocs()
	for b.Loop() {
		newEnvelope(nil, m.fields(), nil)
	}
}

// BenchmarkSearchHeader is what SEARCH SUBJECT does with each message.
func BenchmarkSearchHeader(b *testing.B) {
	m := Parse(typicalMail())
	needle := Fold("RÉSUMÉ")
	b.ReportAllocs()
	for b.Loop() {
		if !m.HeaderContains("Subject", needle) {
			b.Fatal("not found")
		}
	}
}

// BenchmarkSearchText is the first search of a text; later ones are cheap.
func BenchmarkSearchText(b *testing.B) {
	raw := typicalMail()
	needle := Fold("semaine")
	b.ReportAllocs()
	for b.Loop() {
		if !Parse(raw).TextContains(needle) {
			b.Fatal("not found")
		}
	}
}
