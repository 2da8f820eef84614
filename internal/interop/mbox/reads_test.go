//go:build unix

package mbox_test

import (
	"regexp"
	"strings"
	"testing"
)

// file is an mbox file, and how this module's reading of it differs from Dovecot's.
type file struct {
	text    string
	refused bool // an error here, because nobody can know how many messages there are
	more    int  // messages that Dovecot takes for text of the one before
}

// files are of each kind, read without taking away any ">", as Dovecot does.
var files = map[string]file{
	"empty":                 {text: ""},
	"no empty line":         {text: fromAnn + "Subject: a\n\ntext\n" + fromAnn + "Subject: b\n\nx\n\n"},
	"headers alone":         {text: fromAnn + "Subject: a\n\n" + fromAnn + "Subject: b\n" + fromAnn + "Subject: c\n\n\n" + fromAnn + "Subject: d\n\n"},
	"no header":             {text: fromAnn + "Subject: a\n\nx\n\n" + fromAnn + "plain text\n\n"},
	"no line end":           {text: fromAnn + "Subject: a\n\ntext"},
	"text with From":        {text: fromAnn + "Subject: a\n\ntext\n\nFrom here on it goes\nFrom ann@example.com yesterday\n\nFrom John\nSent: x\n\n"},
	"a trace of UUCP":       {text: "From ann Mon May  6 10:00:00 2024 remote from host\n>From bob Mon May  6 10:00:00 2024 remote from other\nSubject: a\n\n>From x\n\n"},
	"a pseudo message":      {text: fromAnn + "Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1234567890 0000000042 $Work\nStatus: RO\n\nThis text is part of the internal format.\n\n" + fromAnn + "Subject: a\nX-UID: 17\nStatus: RO\nX-Status: AFDT\nX-Keywords: $Work\n\nx\n\n"},
	"UIDs and flags":        {text: fromAnn + "X-IMAPbase: 1234567890 0000000042 $Work Seen\nX-UID: 3\nStatus: O\nX-Status: T\nX-Keywords: Seen\nSubject: a\n\nx\n\n" + fromAnn + "X-UID: 9\nStatus: RO\nX-Keywords: $Work   \nSubject: b\n\ny\n\n"},
	"a length of a text":    {text: fromAnn + "Subject: a\nContent-Length: 71\n\none\n\nFrom bob@example.com Mon May  6 10:00:00 2024\nSubject: in\n\nlast\n\n\n\n" + fromAnn + "Subject: b\n\ny\n\n"},
	"a length to no end":    {text: fromAnn + "Subject: a\nContent-Length: 10\n\nlast words\n" + fromAnn + "Subject: b\nContent-Length: 2\n\ny\n\n"},
	"lengths that lie":      {text: fromAnn + "Subject: a\nContent-Length: 3\n\ntext\n\n" + fromAnn + "Subject: b\nContent-Length: 999\n\nx\n\n" + fromAnn + "Subject: c\nContent-Length: -1\n\ny\n\n"},
	"CRLF":                  {text: strings.ReplaceAll(fromAnn+"Subject: a\n\nFrom\nxx\n\n"+fromAnn+"Subject: b\nStatus: RO\n\nx\n\n", "\n", "\r\n")},
	"senders":               {text: fromLines("", "<>", "-", "MAILER-DAEMON", "root", `"ann b"@example.com`, "host!ann")},
	"dates":                 {text: strings.Join(dates("10:00 2024", "10:00:00 2024 +0200", "10:00:00 +0200 2024", "10:00 EST 2024", "10:00:00 2024 PST", "10:00:00 2024 remote from x"), "")},
	"the order of RFC 5322": {text: fromAnn + "Subject: a\n\nx\n\nFrom a@b Mon, 6 May 2024 10:00:00 +0200\nSubject: b\n\ny\n\n"},
	"an archive of a list":  {text: fromLines("ann@example.com", "ann at example.com"), more: 1},
	"a zone of two words":   {text: fromAnn + strings.Join(dates("10:00:00 MET DST 2024"), ""), more: 1},
	"no year":               {text: fromAnn + "Subject: a\n\nx\n\nFrom a@b Mon May  6 10:00:00\nSubject: b\n\ny\n\n", refused: true},
	"no such day":           {text: fromAnn + "Subject: a\n\nx\n\nFrom a@b Mon Feb 30 10:00:00 2024\nSubject: b\n\ny\n\n", refused: true},
	"a sender of two words": {text: fromAnn + "Subject: a\n\nx\n\nFrom John Smith Mon May  6 10:00:00 2024\nSubject: b\n\ny\n\n", refused: true},
	"amid text":             {text: fromAnn + "Subject: a\n\nx\n" + fromAnn + "and more text\n\n", refused: true},
	"an attached message":   {text: fromAnn + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n" + fromAnn + "Subject: in\n\nx\n--b--\n\n", refused: true},
}

// fromLines are messages of these senders.
func fromLines(senders ...string) string {
	var sb strings.Builder
	for _, sender := range senders {
		sb.WriteString("From " + sender + " Mon May  6 10:00:00 2024\nSubject: a\n\nx\n\n")
	}
	return sb.String()
}

// dates are messages of these dates.
func dates(ends ...string) []string {
	var out []string
	for _, end := range ends {
		out = append(out, "From a@b Mon May  6 "+end+"\nSubject: a\n\nx\n\n")
	}
	return out
}

var namesLine = regexp.MustCompile(`^fixtures: a\.mboxcl2:\d+: `)

// Dovecot finds as many messages, and the same in them. Where no empty line follows a
// message, its last line end is of the form for Dovecot, and of the text for this module
// and Python's. UIDs without X-IMAPbase are passed over by Dovecot.
func TestDovecotReads(t *testing.T) {
	all := map[string]file{"dovecot.mbox": {}, "python.mboxo": {}}
	for name, text := range samples(t) {
		all[name] = file{text: string(text)}
	}
	for title, f := range files {
		all[title] = f
	}
	for title, f := range all {
		t.Run(title, func(t *testing.T) {
			reads := newDoveadm(t, []byte(f.text)).reads()
			got, _, err := load("a.mboxcl2", []byte(f.text))
			switch {
			case f.refused && (err == nil || !namesLine.MatchString(err.Error())):
				t.Errorf("got %v, want an error that names a line; Dovecot finds %d messages", err, len(reads))
			case f.refused:
			case err != nil:
				t.Errorf("%v; Dovecot finds %d messages", err, len(reads))
			case f.more > 0:
				if len(got) != len(reads)+f.more {
					t.Errorf("%d messages, want %d more than the %d of Dovecot", len(got), f.more, len(reads))
				}
			default:
				for i := range min(len(got), len(reads)) {
					if got[i].raw == reads[i].raw+"\n" {
						got[i].raw = reads[i].raw
					}
					if !strings.Contains(f.text, "X-IMAP") {
						reads[i].uid = 0
					}
				}
				compare(t, "what Dovecot reads", got, reads)
			}
		})
	}
}
