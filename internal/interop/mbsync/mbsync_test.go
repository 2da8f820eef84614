package mbsync_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/interop/program"
)

func mail() fstest.MapFS {
	return fstest.MapFS{
		"INBOX/1.eml":        {Data: []byte("Subject: One\nFrom: a@example.com\n\n.\nGrüße, 8 bit\n")},
		"INBOX/2.eml":        {Data: []byte("Subject: Two\n\n")},
		"INBOX/3.eml":        {Data: []byte("Subject: Three\n\n" + strings.Repeat("three\n", 30000))},
		"INBOX/4.eml":        {Data: []byte("Subject: Four\n\nno end of line")},
		"INBOX/mailbox.txt":  {Data: []byte("1.eml flags=\\Seen\n2.eml flags=\\Flagged,\\Answered,$Work\n")},
		"Archive/2024/1.eml": {Data: []byte("Subject: Old\n\nold\n")},
		"Entwürfe/1.eml":     {Data: []byte("Subject: Draft\n\ndraft\n")},
		"Entwürfe/mailbox.txt": {
			Data: []byte("1.eml flags=\\Draft\n"),
		},
	}
}

// variants are what may be different for the client. All have UIDPLUS: without it
// isync 1.4 looks for what it has stored with a FETCH whose answer it then refuses.
var variants = map[string]struct {
	account string // settings of the client
	opts    []imaptest.Option
}{
	"everything":          {},
	"one command a time":  {account: "PipelineDepth 1"},
	"three commands":      {account: "PipelineDepth 3"},
	"without COMPRESS":    {opts: []imaptest.Option{imaptest.Without("COMPRESS=DEFLATE")}},
	"COMPRESS turned off": {account: "DisableExtension COMPRESS=DEFLATE"},
	"no literals unasked": {opts: []imaptest.Option{imaptest.Without(imap.CapLiteralPlus)}},
	"IMAP4rev1":           {opts: []imaptest.Option{imaptest.Rev1, imaptest.With(imap.CapUIDPlus)}},
	"IMAP4rev1, COMPRESS": {opts: []imaptest.Option{imaptest.Rev1, imaptest.With(imap.CapUIDPlus, "COMPRESS=DEFLATE")}},
	"IMAP4rev2":           {opts: []imaptest.Option{imaptest.Rev2}},
	"IMAP4rev2, COMPRESS": {opts: []imaptest.Option{imaptest.Rev2, imaptest.With("COMPRESS=DEFLATE")}},
	"TLS":                 {account: "SSLType IMAPS\nCertificateFile {ca}"},
	"STARTTLS":            {account: "SSLType STARTTLS\nCertificateFile {ca}"},
}

// Mail, flags, expunges and mailboxes go both ways.
func TestSync(t *testing.T) {
	program.Need(t, program.Mbsync)
	for name, variant := range variants {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := imaptest.Start(t, append([]imaptest.Option{imaptest.WithMail(mail())}, variant.opts...)...)
			r := newReplica(t, srv, variant.account)
			r.pull()
			r.changeBothSides()
			r.changeMailboxes()
			r.idle()
			r.checkCompress(variant.account)
		})
	}
}

// pull fills the empty replica.
func (r *replica) pull() {
	r.t.Helper()
	r.sync()
	for mailbox, want := range map[string]int{"INBOX": 4, "Archive": 0, "Archive/2024": 1, "Entwürfe": 1, "Trash": 0} {
		if got := r.check(mailbox); got != want {
			r.t.Errorf("%s has %d messages, want %d", mailbox, got, want)
		}
	}
}

// changeBothSides has mail, flags and expunges on both sides before one run.
func (r *replica) changeBothSides() {
	r.t.Helper()
	inbox := r.srv.Inbox()
	uid := func(subject string) imap.UID { return inbox.Message(r.t, imaptest.Subject(subject)).UID }
	inbox.Deliver(r.t, []byte("Subject: Five\r\n\r\nfive\r\n"))
	inbox.AddFlags(r.t, uid("Three"), imap.FlagSeen, imap.FlagAnswered)
	inbox.RemoveFlags(r.t, uid("One"), imap.FlagSeen)
	inbox.Expunge(r.t, uid("Four"))
	r.deliver("INBOX", "6", "Subject: Six\n\nsix, Grüße\n")
	r.deliver("Archive", "7", "Subject: Seven\n\n")
	r.setFlags("INBOX", "ST", "Two")                // deleted here, expunged there
	r.setFlags(r.local("Entwürfe"), "DFS", "Draft") // flags added
	r.setFlags("Archive/2024", "S", "Old")          // one flag
	r.setFlags("INBOX", "FRS", "One")               // beside what was taken away there
	r.sync()
	inbox.AssertSubjects(r.t, "One", "Three", "Five", "Six")
	inbox.AssertFlags(r.t, uid("Three"), imap.FlagSeen, imap.FlagAnswered)
	inbox.AssertFlags(r.t, uid("One"), imap.FlagFlagged, imap.FlagAnswered)
	r.srv.Mailbox("Entwürfe").AssertFlags(r.t, 1, imap.FlagDraft, imap.FlagFlagged, imap.FlagSeen)
	r.srv.Mailbox("Archive").AssertSubjects(r.t, "Seven")
	for _, mailbox := range []string{"INBOX", "Archive", "Archive/2024", "Entwürfe"} {
		r.check(mailbox)
	}
}

// changeMailboxes makes and removes mailboxes on both sides.
func (r *replica) changeMailboxes() {
	r.t.Helper()
	user, _ := r.srv.Store().User(imaptest.DefaultUser)
	if _, err := user.Create("There/Deep"); err != nil {
		r.t.Fatal(err)
	}
	r.create("Here/Deep")
	r.deliver("Here/Deep", "1", "Subject: Deep\n\n")
	r.sync()
	r.srv.Mailbox("Here/Deep").AssertSubjects(r.t, "Deep")
	if !r.exists("There/Deep") {
		r.t.Error("There/Deep is not in the replica")
	}
	if err := user.Delete("There/Deep"); err != nil {
		r.t.Fatal(err)
	}
	r.remove("Trash")
	r.sync()
	r.srv.Mailbox("Trash").AssertMissing(r.t)
	if r.exists("There/Deep") {
		r.t.Error("There/Deep is still in the replica")
	}
}

// idle is a run that finds nothing to do.
func (r *replica) idle() {
	r.t.Helper()
	before := r.srv.Snapshot()
	r.sync()
	before.AssertDiff(r.t)
}

// checkCompress holds the journal to what was offered: mbsync compresses where it can.
func (r *replica) checkCompress(account string) {
	r.t.Helper()
	offered := strings.Contains(r.srv.Transcript(), "COMPRESS=DEFLATE") && !strings.Contains(account, "DisableExtension")
	compressed := make(map[int]bool)
	last := 0
	for _, c := range r.srv.Commands() {
		if c.Status == imap.StatusResponseTypeBad {
			r.t.Errorf("%s: BAD %s", c, c.Text)
		}
		if c.Name == "COMPRESS" && c.Status == imap.StatusResponseTypeOK {
			compressed[c.Conn] = true
		}
		last = max(last, c.Conn)
	}
	want := 0
	if offered {
		want = last
	}
	if len(compressed) != want || last < 5 {
		r.t.Errorf("%d of %d sessions were compressed, want %d", len(compressed), last, want)
	}
}

// Hundreds of commands behind one another, in both directions and compressed.
func TestSyncMuchMail(t *testing.T) {
	program.Need(t, program.Mbsync)
	for _, depth := range []string{"", "PipelineDepth 1", "PipelineDepth 40"} {
		t.Run(depth, func(t *testing.T) {
			t.Parallel()
			srv := imaptest.Start(t)
			r := newReplica(t, srv, depth)
			const n = 300
			for i := range n {
				srv.Inbox().Deliver(t, fmt.Appendf(nil, "Subject: there %d\r\n\r\n%s\r\n", i, strings.Repeat("x", i*i%2000)))
				r.deliver("INBOX", fmt.Sprint(i), fmt.Sprintf("Subject: here %d\n\n%s\n", i, strings.Repeat("y", i*i%2000)))
			}
			r.sync()
			if got := r.check("INBOX"); got != 2*n {
				t.Errorf("%d messages, want %d", got, 2*n)
			}
			for _, m := range srv.Inbox().Messages() {
				if m.UID%3 == 0 {
					srv.Inbox().AddFlags(t, m.UID, imap.FlagSeen)
				}
			}
			var half []string
			for i := range n / 2 {
				half = append(half, fmt.Sprintf("here %d", i))
			}
			r.setFlags("INBOX", "T", half...)
			r.sync()
			if got := r.check("INBOX"); got != 2*n-n/2 {
				t.Errorf("%d messages, want %d", got, 2*n-n/2)
			}
		})
	}
}
