package interimap_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/portion"
)

func mail() fstest.MapFS {
	return fstest.MapFS{
		"INBOX/1.eml":          {Data: []byte("Subject: One\n\nGrüße\n")},
		"INBOX/2.eml":          {Data: []byte("Subject: Two\n\n" + strings.Repeat("two\n", 50000))},
		"INBOX/3.eml":          {Data: []byte("Subject: Three\n\nno end of line")},
		"INBOX/mailbox.txt":    {Data: []byte("1.eml flags=\\Seen,$Work\n2.eml date=2024-05-01T10:00:00+02:00\n")},
		"Archive/2024/1.eml":   {Data: []byte("Subject: Old\n\n")},
		"Entwürfe/1.eml":       {Data: []byte("Subject: Draft\n\n")},
		"Entwürfe/mailbox.txt": {Data: []byte("subscribed\n1.eml flags=\\Draft\n")},
	}
}

// Mail, flags, expunges, mailboxes and subscriptions go both ways, and again.
func TestPair(t *testing.T) {
	for _, transport := range []string{"plain", "tls"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			need(t)
			p := newPair(t, transport, imaptest.Start(t), imaptest.Start(t, imaptest.WithMail(mail())))
			p.same()
			p.local.Inbox().AssertSubjects(t, "One", "Two", "Three")
			p.bothSides()
			p.mailboxes()
			p.nothing()
			p.journals()
		})
	}
}

// uid finds a message of an INBOX.
func uid(t *testing.T, srv *imaptest.Server, subject string) imap.UID {
	t.Helper()
	return srv.Inbox().Message(t, imaptest.Subject(subject)).UID
}

// bothSides changes both servers between two runs, and once more.
func (p *pair) bothSides() {
	p.t.Helper()
	local, remote := p.local.Inbox(), p.remote.Inbox()
	local.Deliver(p.t, []byte("Subject: Four\r\n\r\n"))
	remote.Deliver(p.t, []byte("Subject: Five\r\n\r\n"))
	local.AddFlags(p.t, uid(p.t, p.local, "One"), imap.FlagAnswered, "$Later")
	remote.RemoveFlags(p.t, uid(p.t, p.remote, "One"), "$Work")
	remote.AddFlags(p.t, uid(p.t, p.remote, "Two"), imap.FlagFlagged)
	local.Expunge(p.t, uid(p.t, p.local, "Three"))
	p.same()
	remote.AssertFlags(p.t, uid(p.t, p.remote, "Two"), imap.FlagFlagged)
	local.Expunge(p.t, uid(p.t, p.local, "Five"))
	remote.Expunge(p.t, uid(p.t, p.remote, "Four"), uid(p.t, p.remote, "Two"))
	p.same()
	for _, inbox := range []imaptest.Mailbox{local, remote} {
		inbox.AssertSubjects(p.t, "One")
	}
}

// mailboxes makes, renames, deletes and subscribes to mailboxes.
func (p *pair) mailboxes() {
	p.t.Helper()
	local, _ := p.local.Store().User(imaptest.DefaultUser)
	remote, _ := p.remote.Store().User(imaptest.DefaultUser)
	// One level a run: interimap makes mailboxes in no order, and wonders about a
	// parent that came with its child.
	p.do(second(local.Create("Here")), second(remote.Create("There")), remote.Unsubscribe("Entwürfe"))
	p.same()
	p.do(second(local.Create("Here/Deep")), local.Subscribe("Here/Deep"))
	p.local.Mailbox("Here/Deep").Deliver(p.t, []byte("Subject: Deep\r\n\r\n"))
	p.same()
	p.run("--rename", "There", "Elsewhere")
	p.run("--delete", "Archive/2024")
	p.same()
	for _, srv := range []*imaptest.Server{p.local, p.remote} {
		srv.Mailbox("Here/Deep").AssertSubjects(p.t, "Deep")
		srv.Mailbox("Elsewhere").AssertExists(p.t)
		srv.Mailbox("Archive/2024").AssertMissing(p.t)
	}
}

func (p *pair) do(errs ...error) {
	p.t.Helper()
	if err := errors.Join(errs...); err != nil {
		p.t.Fatal(err)
	}
}

func second[T any](_ T, err error) error { return err }

// nothing is a run in which neither server has changed.
func (p *pair) nothing() {
	p.t.Helper()
	local, remote := p.local.Snapshot(), p.remote.Snapshot()
	p.run()
	local.AssertDiff(p.t)
	remote.AssertDiff(p.t)
}

// journals have no BAD, QRESYNC on both sides, and COMPRESS on the remote one.
func (p *pair) journals() {
	p.t.Helper()
	for side, srv := range map[string]*imaptest.Server{"local": p.local, "remote": p.remote} {
		compressed, resynced := 0, 0
		for _, c := range srv.Commands() {
			switch {
			case c.Status == imap.StatusResponseTypeBad:
				p.t.Errorf("%s: %s: BAD %s", side, c, c.Text)
			case c.Name == "COMPRESS" && c.Status == imap.StatusResponseTypeOK:
				compressed++
			case c.Name == "SELECT" && strings.Contains(c.Args, "QRESYNC"):
				resynced++
			}
		}
		if (compressed > 0) != (side == "remote") || resynced == 0 {
			p.t.Errorf("%s: %d sessions compressed, %d times SELECT with QRESYNC", side, compressed, resynced)
		}
	}
}

// Whatever happens on the two sides between runs, they are the same after each.
func TestPairStaysTheSame(t *testing.T) {
	for seed := range uint64(portion.Of(t, "%d pairs", 3, 1)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			need(t)
			p := newPair(t, "plain", imaptest.Start(t, imaptest.WithoutDefaultMailboxes()), imaptest.Start(t, imaptest.WithoutDefaultMailboxes()))
			rnd := rand.New(rand.NewPCG(seed, 1))
			for round := range 4 {
				for i := range rnd.IntN(15) {
					srv := []*imaptest.Server{p.local, p.remote}[rnd.IntN(2)]
					change(t, rnd, srv.Inbox(), fmt.Sprintf("Subject: %d.%d\r\n\r\n", round, i))
				}
				p.same()
				if t.Failed() {
					t.Fatalf("after run %d", round+1)
				}
			}
		})
	}
}

// change is one change of a mailbox.
func change(t *testing.T, rnd *rand.Rand, inbox imaptest.Mailbox, raw string) {
	t.Helper()
	messages := inbox.Messages()
	if len(messages) == 0 || rnd.IntN(3) == 0 {
		inbox.Deliver(t, []byte(raw))
		return
	}
	m := messages[rnd.IntN(len(messages))]
	flag := []imap.Flag{imap.FlagSeen, imap.FlagFlagged, imap.FlagAnswered, "$Work"}[rnd.IntN(4)]
	switch rnd.IntN(3) {
	case 0:
		inbox.Expunge(t, m.UID)
	case 1:
		inbox.AddFlags(t, m.UID, flag)
	case 2:
		inbox.RemoveFlags(t, m.UID, flag)
	}
}

// With NOTIFY interimap stays, is told of what happens on either side, and passes it
// on.
func TestPairWatched(t *testing.T) {
	need(t)
	p := newPair(t, "plain", imaptest.Start(t), imaptest.Start(t))
	p.same() // makes the database, which the one that stays does not
	ctx, cancel := context.WithCancel(t.Context())
	cmd := p.command(ctx, "--watch", "--notify")
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cancel()
		cmd.Wait()
		if t.Failed() {
			t.Logf("interimap: %s\nlocal\n%s\nremote\n%s", &out, p.local.Transcript(), p.remote.Transcript())
		}
	}()
	p.local.WaitCommand(t, "NOTIFY SET *")
	p.remote.WaitCommand(t, "NOTIFY SET *")
	p.remote.Inbox().Deliver(t, []byte("Subject: One\r\n\r\n"))
	p.local.Mailbox("Archive").Deliver(t, []byte("Subject: Two\r\n\r\n"))
	p.local.Inbox().WaitMessage(t, imaptest.Subject("One"))
	two := p.remote.Mailbox("Archive").WaitMessage(t, imaptest.Subject("Two"))
	p.remote.Mailbox("Archive").AddFlags(t, two.UID, imap.FlagFlagged)
	p.local.Mailbox("Archive").WaitFlags(t, 1, imap.FlagFlagged)
	p.local.Inbox().Expunge(t, uid(t, p.local, "One"))
	p.remote.Inbox().WaitCount(t, 0)
}
