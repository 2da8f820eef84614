package imaptest_test

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

var goldenRuns = flag.Int("golden-runs", 60, "how often go-imap's client plays the session of TestGoldenOfGoIMAP")

// go-imap's client writes the items of FETCH and STATUS, and what SEARCH is to return, in the
// order of a map, and the server answers in the order of the question. One golden transcript
// is that of all runs.
func TestGoldenOfGoIMAP(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wire.txt")
	t.Setenv("IMAPTEST_UPDATE", "1")
	goIMAPSession(t).AssertTranscript(&fakeTB{TB: t}, file)
	t.Setenv("IMAPTEST_UPDATE", "")
	orders := map[string]bool{}
	for range *goldenRuns {
		srv := goIMAPSession(t)
		srv.AssertTranscript(t, file)
		for _, cmd := range srv.Commands() {
			if cmd.Name == "UID FETCH" {
				orders[cmd.Args] = true
			}
		}
		srv.AssertCommands(t, "LOGIN", "SELECT INBOX",
			"UID FETCH 1:* (UID ENVELOPE FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE MODSEQ BODY.PEEK[] BODY.PEEK[HEADER])",
			"UID SEARCH RETURN (ALL COUNT MAX MIN) ALL",
			`UID STORE 1 +FLAGS (\Answered \Seen)`,
			"STATUS Archive (DELETED HIGHESTMODSEQ MESSAGES SIZE UIDNEXT UIDVALIDITY UNSEEN)",
			`LIST "" * RETURN (STATUS (MESSAGES UIDNEXT UNSEEN))`, "LOGOUT")
		srv.Close()
	}
	if len(orders) < 2 {
		t.Errorf("the client has sent one order only: %v", orders)
	}
}

// goIMAPSession is a session with all that go-imap's client says in any order.
func goIMAPSession(t *testing.T) *imaptest.Server {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(fstest.MapFS{
		"INBOX/1.eml": {Data: []byte("Subject: one\r\nDate: Sat, 28 Nov 2026 20:00:00 +0000\r\n\r\nUID 3 FLAGS ()\r\n")},
		"INBOX/2.eml": {Data: []byte("Subject: two\n\nno line break at the end")},
		"INBOX/3.eml": {Data: []byte("Subject: long\r\n\r\n" + strings.Repeat(" FLAGS (\r\n", 40))},
	}))
	client := srv.Client(t)
	wait := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	wait(client.Select("INBOX", nil).Wait())
	all := imap.UIDSet{imap.UIDRange{Start: 1}}
	wait(client.Fetch(all, &imap.FetchOptions{
		UID: true, Envelope: true, Flags: true, InternalDate: true, RFC822Size: true, ModSeq: true,
		BodyStructure: &imap.FetchItemBodyStructure{Extended: true},
		BodySection:   []*imap.FetchItemBodySection{{Peek: true}, {Peek: true, Specifier: imap.PartSpecifierHeader}},
	}).Collect())
	wait(client.UIDSearch(&imap.SearchCriteria{}, &imap.SearchOptions{ReturnMin: true, ReturnMax: true, ReturnAll: true, ReturnCount: true}).Wait())
	wait(client.Store(imap.UIDSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen, imap.FlagAnswered}}, nil).Collect())
	status := &imap.StatusOptions{NumMessages: true, UIDNext: true, UIDValidity: true, NumUnseen: true, NumDeleted: true, Size: true, HighestModSeq: true}
	wait(client.Status("Archive", status).Wait())
	wait(client.List("", "*", &imap.ListOptions{ReturnStatus: &imap.StatusOptions{NumMessages: true, UIDNext: true, NumUnseen: true}}).Collect())
	wait(nil, client.Logout().Wait())
	srv.WaitLogout(t)
	return srv
}
