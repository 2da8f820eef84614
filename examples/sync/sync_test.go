package sync_test

import (
	"context"
	"fmt"
	"os"
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
	"github.com/go-mailtest/mailtest/memstore"
)

// letters is the mailbox that is synced. An administrator can restore it, unlike INBOX.
const letters = "Letters"

func newSyncer(srv *imaptest.Server) *sync.Syncer {
	return &sync.Syncer{Mailbox: letters, Dial: func(ctx context.Context) (*imapclient.Client, error) {
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
	for _, m := range srv.Mailbox(letters).Messages() {
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
	inbox := srv.Mailbox(letters)
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
	srv.Mailbox(letters).Create(t)
	for i := range 10 {
		raw := fixtures.New().MessageID(fmt.Sprintf("%d@example.com", i+1)).Subject(fmt.Sprint("letter ", i+1)).Bytes()
		srv.Mailbox(letters).Deliver(t, raw)
	}
	srv.Mailbox(letters).AddFlags(t, 4, imap.FlagSeen)
}

// flagOne changes a flag and nothing else: that the change is missing can be seen by nothing
// but the error of the command that is to tell it.
func flagOne(t testing.TB, srv *imaptest.Server) {
	t.Helper()
	for _, m := range srv.Mailbox(letters).Messages() {
		if m.Subject() == "letter 6" {
			srv.Mailbox(letters).AddFlags(t, m.UID, imap.FlagAnswered)
		}
	}
}

func TestSync(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	mail(t, srv)
	s := newSyncer(srv)
	for _, step := range []func(){
		func() {}, func() {}, func() { change(t, srv) },
		func() { srv.Mailbox(letters).BumpUIDValidity(t) },
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

// A server that does not tell UIDVALIDITY may have restored the mailbox meanwhile: what Sync
// has is not right then, and it must not say so.
func TestNumbersMustBeTold(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	mail(t, srv)
	s := newSyncer(srv)
	srv.On("EXAMINE").Times(2).OmitLines("[UIDVALIDITY")
	for range 2 {
		if err := s.Sync(t.Context()); err == nil {
			compare(t, srv, s)
		}
		all := srv.Mailbox(letters).Messages()
		srv.Mailbox(letters).Delete(t)
		srv.Mailbox(letters).Create(t)
		for _, m := range slices.Backward(all) {
			srv.Mailbox(letters).Deliver(t, m.Raw(), memstore.WithFlags(m.Flags...))
		}
	}
	if err := s.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	compare(t, srv, s)
}

// more is what a server or a network can do besides what every sweep does: answers that no
// server should give.
func more() []sweep.Disturbance {
	var out []sweep.Disturbance
	for name, fault := range map[string]struct {
		code string
		do   func(*imaptest.Rule)
	}{
		"Nonsense":       {`Reply("* 7 NONSENSE (", "{tag} OK")`, func(r *imaptest.Rule) { r.Reply("* 7 NONSENSE (", "{tag} OK") }},
		"NotDone":        {`Reply("{tag} OK nothing to say")`, func(r *imaptest.Rule) { r.Reply("{tag} OK nothing to say") }},
		"HalfOpen":       {"HalfOpen()", func(r *imaptest.Rule) { r.HalfOpen() }},
		"DribbleForEver": {"Dribble(1, time.Minute)", func(r *imaptest.Rule) { r.Dribble(1, time.Minute) }},
		"WrongTag":       {`WrongTag("zz")`, func(r *imaptest.Rule) { r.WrongTag("zz") }},
		"Garbage":        {`Insert("%!@ garbage")`, func(r *imaptest.Rule) { r.Insert("%!@ garbage") }},
		"MoreMessages":   {`Insert("* 99 EXISTS")`, func(r *imaptest.Rule) { r.Insert("* 99 EXISTS") }},
		"LongLiteral":    {"WrongLiteral(3)", func(r *imaptest.Rule) { r.WrongLiteral(3) }},
		"ShortLiteral":   {"WrongLiteral(-3)", func(r *imaptest.Rule) { r.WrongLiteral(-3) }},
		"Slow":           {"Bandwidth(2000)", func(r *imaptest.Rule) { r.Bandwidth(2000) }},
	} {
		at := func(p sweep.Point) bool {
			// Where only a flag has changed, OK and nothing else is a change that the server
			// keeps to itself, and no client can notice.
			hidden := p.Name == "UID FETCH" && p.N == 3 && strings.HasPrefix(fault.code, "Reply")
			return p.Kind == sweep.Command && !hidden
		}
		out = append(out, sweep.Disturbance{
			Name: name, Group: "More", Go: fault.code, At: at, Do: func(e *sweep.Env) { fault.do(e.Rule()) },
		})
	}
	slices.SortFunc(out, func(a, b sweep.Disturbance) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Whatever happens at whatever command, the copy is right as soon as Sync says so, and
// a client that has given up at one point goes on from there.
func TestSyncSurvives(t *testing.T) {
	t.Run("faults", func(t *testing.T) {
		sweep.Run(t, scenario(false), sweep.Setup(mail), sweep.Also(more()...), sweep.Only(sweep.Breaks, sweep.Answers, sweep.Slow, sweep.Odd, "More"))
	})
	t.Run("rivals", func(t *testing.T) { sweep.Run(t, scenario(true), sweep.Setup(mail), sweep.Only(sweep.Rivals)) })
}

// The same is so whatever comes together.
func TestSyncSurvivesSeveral(t *testing.T) {
	sweep.Run(t, scenario(true), sweep.Setup(mail), sweep.Sample(several()), sweep.Pairs(), sweep.Random(several(), 1))
}

// several is how many runs with several disturbances there are: more with SWEEP=whole.
func several() int {
	if os.Getenv("SWEEP") == "whole" {
		return 2000
	}
	return 30
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
		flagOne(t, srv)
		sweep.Retry(t, 3, again)
		sweep.Calm(t)
		if look {
			sweep.Retry(t, 3, again)
		}
		compare(t, srv, s)
		return s.Copy.String()
	}
}
