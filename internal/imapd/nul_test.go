package imapd_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-mailtest/mailtest/imaptest"
)

// A message with NUL in it, which a fixture's author asked for, is sent as it is: an
// ordinary literal must not have NUL (RFC 3501 and RFC 9051, section 9, CHAR8), but no
// client should get other bytes than there are. Literal8 is for BINARY alone (RFC 3516,
// section 7). What is made of the message, and is no piece of it, has U+FFFD instead.
func TestNUL(t *testing.T) {
	const raw = "Subject: a\x00b\r\nX: y\r\n\r\nc\x00d\r\n"
	tests := []struct{ item, want string }{
		{"RFC822.SIZE", "RFC822.SIZE 27"},
		{"BODY.PEEK[]", "BODY[] {27}\r\n" + raw},
		{"BODY.PEEK[HEADER]", "BODY[HEADER] {22}\r\n" + raw[:22]},
		{"BODY.PEEK[HEADER.FIELDS (Subject)]", "BODY[HEADER.FIELDS (Subject)] {16}\r\nSubject: a\x00b\r\n\r\n"},
		{"BODY.PEEK[HEADER.FIELDS.NOT (X)]", "BODY[HEADER.FIELDS.NOT (X)] {16}\r\nSubject: a\x00b\r\n\r\n"},
		{"BODY.PEEK[TEXT]", "BODY[TEXT] {5}\r\nc\x00d\r\n"},
		{"BODY.PEEK[1]", "BODY[1] {5}\r\nc\x00d\r\n"},
		{"BODY.PEEK[TEXT]<1.2>", "BODY[TEXT]<1> {2}\r\n\x00d"},
		{"BODY.PEEK[1.MIME]", "BODY[1.MIME] {22}\r\n" + raw[:22]},
		{"RFC822.HEADER", "RFC822.HEADER {22}\r\n" + raw[:22]},
		{"BINARY.PEEK[]", "BINARY[] ~{27}\r\n" + raw},
		{"BINARY.PEEK[1]", "BINARY[1] ~{5}\r\nc\x00d\r\n"},
		{"BINARY.PEEK[1]<2.9>", "BINARY[1]<2> {3}\r\nd\r\n"},
		{"ENVELOPE", "ENVELOPE (NIL {5}\r\na\uFFFDb NIL NIL NIL NIL NIL NIL NIL NIL)"},
		{"PREVIEW", "PREVIEW {5}\r\nc\uFFFDd"},
		{"RFC822.TEXT", "RFC822.TEXT {5}\r\nc\x00d\r\n"},
		{"RFC822", "RFC822 {27}\r\n" + raw},
	}
	for _, profile := range []imaptest.Profile{imaptest.Everything, imaptest.Rev1} {
		srv := imaptest.Start(t, profile, imaptest.InMemory(), imaptest.WithMail(fstest.MapFS{"INBOX/1.eml": {Data: []byte(raw)}}))
		for _, test := range tests {
			extension := strings.HasPrefix(test.item, "BINARY") || test.item == "PREVIEW"
			if extension && profile == imaptest.Rev1 {
				continue
			}
			nc, err := srv.Dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			go fmt.Fprintf(nc, "a LOGIN user password\r\nb EXAMINE INBOX\r\nc FETCH 1 %s\r\nd LOGOUT\r\n", test.item)
			got, err := io.ReadAll(nc)
			if err != nil {
				t.Fatal(err)
			}
			if want := "* 1 FETCH (" + test.want + ")\r\nc OK"; !strings.Contains(string(got), want) {
				t.Errorf("%v, %s: got %q, want %q", profile, test.item, got, want)
			}
		}
	}
}

// A client may send NUL in a literal8 only (RFC 3516, section 4.4), and in no other
// argument at all.
func TestNULFromClient(t *testing.T) {
	tests := []struct{ send, want string }{
		{"b APPEND INBOX {3+}\r\nx\x00y\r\n", "b BAD"},
		{"b APPEND INBOX ~{3+}\r\nx\x00y\r\n", "b OK"},
		{"b APPEND INBOX ~{1+}\r\nx {3+}\r\nx\x00y\r\n", "b BAD"},
		{"b CREATE {3+}\r\nx\x00y\r\n", "b BAD"},
		{"b EXAMINE {3+}\r\nx\x00y\r\n", "b BAD"},
	}
	for _, test := range tests {
		srv := imaptest.Start(t, imaptest.InMemory())
		nc, err := srv.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		go io.WriteString(nc, "a LOGIN user password\r\n"+test.send+"d LOGOUT\r\n")
		got, err := io.ReadAll(nc)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(got), "\r\n"+test.want) {
			t.Errorf("%q: got %q, want %q", test.send, got, test.want)
		}
	}
}

// URLFETCH gives such a message as FETCH does, in an ordinary literal: urlfetch-data of RFC
// 4467, section 9, and BODY of RFC 5524 have an nstring, and no literal8. BINARY has one
// (RFC 5524, section 5). What CATENATE takes of the message stays as it is.
func TestNULByURL(t *testing.T) {
	const raw = "Subject: a\x00b\r\n\r\nc\x00d\r\n"
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(fstest.MapFS{"INBOX/1.eml": {Data: []byte(raw)}}))
	told := saidTo(t, srv, `GENURLAUTH "imap://user@h/INBOX/;UID=1;URLAUTH=authuser" INTERNAL`)
	_, url, _ := strings.Cut(told, `GENURLAUTH "`)
	url, _, _ = strings.Cut(url, `"`)
	for command, want := range map[string]string{
		"URLFETCH " + url:               "{21}\r\n" + raw,
		"URLFETCH (" + url + " BODY)":   "(BODY {21}\r\n" + raw + ")",
		"URLFETCH (" + url + " BINARY)": "(BINARY ~{21}\r\n" + raw + ")",
	} {
		if got := saidTo(t, srv, command); !strings.Contains(got, `* URLFETCH "`+url+`" `+want+"\r\nb OK") {
			t.Errorf("%s: got %q, want %q", command, got, want)
		}
	}
	saidTo(t, srv, `APPEND INBOX CATENATE (URL "/INBOX/;UID=1/;SECTION=HEADER" TEXT {3+}`+"\r\nabc)")
	srv.Inbox().AssertCount(t, 2)
	if got := string(srv.Inbox().Messages()[1].Raw()); got != raw[:16]+"abc" {
		t.Errorf("catenated: %q", got)
	}
}

// saidTo is all that a connection is told that logs in, says one command, and goes.
func saidTo(t *testing.T, srv *imaptest.Server, command string) string {
	t.Helper()
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	go fmt.Fprintf(nc, "a LOGIN user password\r\nb %s\r\nc LOGOUT\r\n", command)
	told, err := io.ReadAll(nc)
	if err != nil {
		t.Fatal(err)
	}
	return string(told)
}
