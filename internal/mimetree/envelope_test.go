package mimetree

import (
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"
)

// RFC 2047, section 8, with a group.
const encodedMail = `
From: =?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>
To: =?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <keld@dkuug.dk>
Cc: =?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>
CC: =?utf-8?q?=C3=A9quipe?=: a@b.test;
Subject: =?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=
 =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=
Date: Wed, 1 May 2024 10:00:00 +0200
Message-ID: <1@example.org>
In-Reply-To: <0@example.org>

`

func TestEnvelope(t *testing.T) {
	env := Parse(crlf(encodedMail)).Envelope()
	for _, tt := range []struct{ name, got, want string }{
		{"Date", orNIL(env.Date), "Wed, 1 May 2024 10:00:00 +0200"},
		{"Subject", orNIL(env.Subject), "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?="},
		{"From", formatAddresses(env.From), "(=?US-ASCII?Q?Keith_Moore?=|NIL|moore|cs.utk.edu)"},
		{"Sender", formatAddresses(env.Sender), "(=?US-ASCII?Q?Keith_Moore?=|NIL|moore|cs.utk.edu)"},
		{"Reply-To", formatAddresses(env.ReplyTo), "(=?US-ASCII?Q?Keith_Moore?=|NIL|moore|cs.utk.edu)"},
		{"To", formatAddresses(env.To), "(=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=|NIL|keld|dkuug.dk)"},
		{"Cc", formatAddresses(env.Cc), "(=?ISO-8859-1?Q?Andr=E9?= Pirard|NIL|PIRARD|vm1.ulg.ac.be)(NIL|NIL|=?utf-8?q?=C3=A9quipe?=|NIL)(NIL|NIL|a|b.test)(NIL|NIL|NIL|NIL)"},
		{"Bcc", formatAddresses(env.Bcc), ""},
		{"In-Reply-To", orNIL(env.InReplyTo), "<0@example.org>"},
		{"Message-ID", orNIL(env.MessageID), "<1@example.org>"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.name, tt.got, tt.want)
		}
	}
}

func TestIMAPEnvelope(t *testing.T) {
	got := Parse(crlf(encodedMail)).IMAPEnvelope()
	moore := []imap.Address{{Name: "Keith Moore", Mailbox: "moore", Host: "cs.utk.edu"}}
	want := &imap.Envelope{
		Date:    time.Date(2024, time.May, 1, 8, 0, 0, 0, time.UTC),
		Subject: "If you can read this you understand the example.",
		From:    moore, Sender: moore, ReplyTo: moore,
		To: []imap.Address{{Name: "Keld Jørn Simonsen", Mailbox: "keld", Host: "dkuug.dk"}},
		Cc: []imap.Address{
			{Name: "André Pirard", Mailbox: "PIRARD", Host: "vm1.ulg.ac.be"},
			{Mailbox: "équipe"}, {Mailbox: "a", Host: "b.test"}, {},
		},
		InReplyTo: []string{"0@example.org"}, MessageID: "1@example.org",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// RFC 9051, section 7.5.2: absent is NIL, empty is the empty string; an empty
// Sender or Reply-To is the From.
func TestEnvelopeAbsentOrEmpty(t *testing.T) {
	env := Parse([]byte("From: a@b\r\nSender:\r\nReply-To: <>\r\nSubject:\r\nDate: \r\n\r\n")).Envelope()
	if env.Subject != some("") || env.Date != some("") {
		t.Errorf("empty fields: %v, %v, want empty strings", env.Subject, env.Date)
	}
	if env.MessageID.OK || env.InReplyTo.OK || env.To != nil {
		t.Errorf("absent fields: %v, %v, %v, want NIL", env.MessageID, env.InReplyTo, env.To)
	}
	if got := formatAddresses(env.Sender) + formatAddresses(env.ReplyTo); got != "(NIL|NIL|a|b)(NIL|NIL|a|b)" {
		t.Errorf("Sender and Reply-To\n got %s\nwant those of From", got)
	}
}
