package sync_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/examples/sync"
	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

func newSyncer(srv *imaptest.Server) *sync.Syncer {
	return &sync.Syncer{Mailbox: "INBOX", Dial: func(ctx context.Context) (*imapclient.Client, error) {
		nc, err := srv.Dial(ctx)
		if err != nil {
			return nil, err
		}
		client := imapclient.New(nc, nil)
		limit := time.AfterFunc(sync.Timeout, func() { client.Close() })
		defer limit.Stop()
		if err := client.Login(imaptest.DefaultUser, imaptest.DefaultPassword).Wait(); err != nil {
			client.Close()
			return nil, err
		}
		return client, nil
	}}
}

// compare checks that the copy is what the server has.
func compare(t testing.TB, srv *imaptest.Server, s *sync.Syncer) {
	t.Helper()
	want := make(map[imap.UID]sync.Message)
	for _, m := range srv.Inbox().Messages() {
		flags := make([]string, len(m.Flags))
		for i, flag := range m.Flags {
			flags[i] = strings.ToLower(string(flag))
		}
		slices.Sort(flags)
		want[m.UID] = sync.Message{Subject: m.Subject(), Flags: strings.Join(flags, " ")}
	}
	if got := s.Copy.Messages; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the copy has\n%v\nthe server\n%v", got, want)
	}
}

// change does something of everything to the mailbox, as far as a rival has left it.
func change(t testing.TB, srv *imaptest.Server) {
	t.Helper()
	inbox := srv.Inbox()
	for _, m := range inbox.Messages() {
		switch m.Subject() {
		case "letter 3":
			inbox.AddFlags(t, m.UID, imap.FlagFlagged)
		case "letter 4":
			inbox.RemoveFlags(t, m.UID, imap.FlagSeen)
		case "letter 1", "letter 5":
			inbox.Expunge(t, m.UID)
		}
	}
	inbox.Deliver(t, fixtures.New().MessageID("new@example.com").Subject("new").Bytes())
}

// mail is ten messages, of which the fourth has been read.
func mail(t testing.TB, srv *imaptest.Server) {
	t.Helper()
	for i := range 10 {
		raw := fixtures.New().MessageID(fmt.Sprintf("%d@example.com", i+1)).Subject(fmt.Sprint("letter ", i+1)).Bytes()
		srv.Inbox().Deliver(t, raw)
	}
	srv.Inbox().AddFlags(t, 4, imap.FlagSeen)
}

func TestSync(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	mail(t, srv)
	s := newSyncer(srv)
	for _, step := range []func(){
		func() {}, func() {}, func() { change(t, srv) },
		func() { srv.Inbox().BumpUIDValidity(t) },
		func() { srv.Restart() },
	} {
		step()
		if err := s.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		compare(t, srv, s)
	}
	// The second time nothing is read again.
	cmds := srv.WaitCommands(t, 5, "UID FETCH")
	if first, second := cmds[0], cmds[1]; first.Untagged != 10 || second.Untagged != 0 {
		t.Errorf("the first sync reads %d messages, the second %d, want 10 and 0", first.Untagged, second.Untagged)
	}
}

// odd is what a server or a network can do besides what every sweep does: answers that
// lack something, or say what nobody asked.
func odd() []sweep.Disturbance {
	at := func(p sweep.Point) bool { return p.Kind == sweep.Command }
	var out []sweep.Disturbance
	for name, fault := range map[string]struct {
		code string
		do   func(*imaptest.Rule)
	}{
		"Nonsense":        {`Reply("* 7 NONSENSE (", "{tag} OK")`, func(r *imaptest.Rule) { r.Reply("* 7 NONSENSE (", "{tag} OK") }},
		"Empty":           {`Reply("{tag} OK nothing to say")`, func(r *imaptest.Rule) { r.Reply("{tag} OK nothing to say") }},
		"HalfOpen":        {"HalfOpen()", func(r *imaptest.Rule) { r.HalfOpen() }},
		"DribbleForEver":  {"Dribble(1, time.Minute)", func(r *imaptest.Rule) { r.Dribble(1, time.Minute) }},
		"WrongTag":        {`WrongTag("zz")`, func(r *imaptest.Rule) { r.WrongTag("zz") }},
		"Garbage":         {`Insert("%!@ garbage")`, func(r *imaptest.Rule) { r.Insert("%!@ garbage") }},
		"MoreMessages":    {`Insert("* 99 EXISTS")`, func(r *imaptest.Rule) { r.Insert("* 99 EXISTS") }},
		"LongLiteral":     {"WrongLiteral(3)", func(r *imaptest.Rule) { r.WrongLiteral(3) }},
		"ShortLiteral":    {"WrongLiteral(-3)", func(r *imaptest.Rule) { r.WrongLiteral(-3) }},
		"NoUID":           {`OmitItem("UID")`, func(r *imaptest.Rule) { r.OmitItem("UID") }},
		"NoEnvelope":      {`OmitItem("ENVELOPE")`, func(r *imaptest.Rule) { r.OmitItem("ENVELOPE") }},
		"FlagsTwice":      {`RepeatItem("FLAGS")`, func(r *imaptest.Rule) { r.RepeatItem("FLAGS") }},
		"NoFetch":         {`OmitLines("FETCH")`, func(r *imaptest.Rule) { r.OmitLines("FETCH") }},
		"NoSearch":        {`OmitLines("SEARCH")`, func(r *imaptest.Rule) { r.OmitLines("SEARCH") }},
		"NoUIDValidity":   {`OmitLines("UIDVALIDITY")`, func(r *imaptest.Rule) { r.OmitLines("UIDVALIDITY") }},
		"NoHighestModSeq": {`OmitLines("HIGHESTMODSEQ")`, func(r *imaptest.Rule) { r.OmitLines("HIGHESTMODSEQ") }},
		"Reorder":         {"Reorder()", func(r *imaptest.Rule) { r.Reorder() }},
		"Slow":            {"Bandwidth(2000)", func(r *imaptest.Rule) { r.Bandwidth(2000) }},
	} {
		out = append(out, sweep.Disturbance{
			Name: name, Group: "Odd", Go: fault.code, At: at, Do: func(e *sweep.Env) { fault.do(e.Rule()) },
		})
	}
	slices.SortFunc(out, func(a, b sweep.Disturbance) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Whatever happens at whatever command, the copy is right as soon as Sync says so, and
// a client that has given up at one point goes on from there.
func TestSyncSurvives(t *testing.T) {
	t.Run("faults", func(t *testing.T) {
		sweep.Run(t, scenario(false), sweep.Setup(mail), sweep.Also(odd()...), sweep.Only(sweep.Breaks, sweep.Answers, sweep.Slow, "Odd"))
	})
	t.Run("rivals", func(t *testing.T) { sweep.Run(t, scenario(true), sweep.Setup(mail), sweep.Only(sweep.Rivals)) })
}

// scenario syncs before and after a change. What a rival does after its last look only
// another look can find.
func scenario(look bool) sweep.Scenario {
	return func(t testing.TB, srv *imaptest.Server) string {
		s := newSyncer(srv)
		again := func() error { return s.Sync(t.Context()) }
		sweep.Retry(t, 3, again)
		change(t, srv)
		sweep.Retry(t, 3, again)
		sweep.Calm(t)
		if look {
			sweep.Retry(t, 3, again)
		}
		compare(t, srv, s)
		return s.Copy.String()
	}
}
