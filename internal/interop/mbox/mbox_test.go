//go:build unix

package mbox_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
)

const fromAnn = "From ann@example.com Mon May  6 10:00:00 2024\n"

// messages are what the programs are given to write, with LF: lines that begin with
// "From ", in a text and in a message that is attached, headers alone, empty lines.
var messages = []message{
	{flags: []imap.Flag{imap.FlagSeen, imap.FlagFlagged}, raw: "Subject: From lines\n\nFrom here on\n\n" + fromAnn + "Subject: not a message\n\nend\n"},
	{flags: []imap.Flag{imap.FlagAnswered, imap.FlagDeleted}, raw: "Subject: attached\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=in\n\n" +
		"--in\nContent-Type: message/rfc822\n\nFrom: Bob <bob@example.com>\nSubject: in\n\n" + fromAnn + "Subject: in a text\n--in--\n"},
	{raw: "Subject: header only\n\n"},
	{flags: []imap.Flag{imap.FlagDraft}, raw: "Subject: empty lines\n\n\n\ntext\n\n\n"},
	{raw: "Subject: a line like a field\n\nFrom: x\nContent-Length: 5\nX-UID: 7\n\nFrom\nfrom x\n From x\n"},
	{raw: "Subject: 8 bit\nContent-Type: text/plain; charset=utf-8\n\nGr\u00fc\u00dfe, \u53f0\u5317\n"},
	{raw: "Subject: long\n\n" + strings.Repeat("0123456789", 500) + "\n"},
	{raw: "Subject: a digest\n\n" + strings.Repeat(fromAnn+"Subject: of many\n\nx\n\n", 20)},
}

// quotedMessages have lines that are quoted already, which mboxo cannot tell from those
// that it quotes itself.
var quotedMessages = []message{
	{raw: "Subject: quoted\n\n>From x\n>>From y\n>" + fromAnn},
	{flags: []imap.Flag{imap.FlagSeen}, raw: "Subject: all of them\n\nFrom x\n>From y\n>>From z\n"},
}

// message is a message as one of the programs gives it, with LF.
type message struct {
	uid   imap.UID // 0 if it has none
	flags []imap.Flag
	raw   string
}

// load reads an mbox file of the given name and text with this module.
func load(name string, text []byte) ([]message, fixtures.Mailbox, error) {
	set, err := fixtures.Load(fstest.MapFS{name: {Data: text}})
	if err != nil {
		return nil, fixtures.Mailbox{}, err
	}
	mbox := set.Accounts[0].Mailboxes[0]
	var out []message
	for _, m := range mbox.Messages {
		out = append(out, message{m.UID, m.Flags, strings.ReplaceAll(string(m.Raw), "\r\n", "\n")})
	}
	return out, mbox, nil
}

// compare checks that there are as many messages, with the same flags and bytes, and
// the same UIDs where there are any.
func compare(t *testing.T, title string, got, want []message) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d messages, want %d\n%q\n%q", title, len(got), len(want), got, want)
		return
	}
	for i := range want {
		if got[i].raw != want[i].raw {
			t.Errorf("%s, message %d:\ngot  %q\nwant %q", title, i+1, got[i].raw, want[i].raw)
		}
		a, b := sorted(got[i].flags), sorted(want[i].flags)
		if !slices.Equal(a, b) || want[i].uid != 0 && got[i].uid != want[i].uid {
			t.Errorf("%s, message %d: UID %d, %q, want %d, %q", title, i+1, got[i].uid, a, want[i].uid, b)
		}
	}
}

func sorted(flags []imap.Flag) []imap.Flag {
	flags = slices.Clone(flags)
	slices.Sort(flags)
	return flags
}

// samples are the files that the tests of package fixtures hold.
func samples(t *testing.T) map[string][]byte {
	t.Helper()
	out := make(map[string][]byte)
	for _, name := range []string{"dovecot.mbox", "python.mboxo"} {
		data, err := os.ReadFile("../../../fixtures/testdata/mbox/" + name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = data
	}
	return out
}
