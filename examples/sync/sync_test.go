package sync_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/examples/sync"
	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
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
func compare(t *testing.T, srv *imaptest.Server, s *sync.Syncer) {
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

// change does something of everything to the mailbox.
func change(t *testing.T, srv *imaptest.Server) {
	t.Helper()
	inbox := srv.Inbox()
	inbox.AddFlags(t, 3, imap.FlagFlagged)
	inbox.RemoveFlags(t, 4, imap.FlagSeen)
	inbox.Expunge(t, 1, 5)
	inbox.Deliver(t, fixtures.New().Subject("new").Bytes())
}

// mail is ten messages, of which the fourth has been read.
func mail(t *testing.T, srv *imaptest.Server) {
	t.Helper()
	for i := range 10 {
		srv.Inbox().Deliver(t, fixtures.New().Subject(fmt.Sprint("letter ", i+1)).Bytes())
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

// faults is everything that a server or a network can do to one command.
var faults = map[string]func(*imaptest.Rule){
	"no":                  func(r *imaptest.Rule) { r.No("[UNAVAILABLE] later") },
	"bad":                 func(r *imaptest.Rule) { r.Bad("what?") },
	"bye":                 func(r *imaptest.Rule) { r.Bye("[UNAVAILABLE] down") },
	"drop":                func(r *imaptest.Rule) { r.Drop() },
	"reset":               func(r *imaptest.Rule) { r.Reset() },
	"stall":               func(r *imaptest.Rule) { r.Stall() },
	"half-open":           func(r *imaptest.Rule) { r.HalfOpen() },
	"nonsense":            func(r *imaptest.Rule) { r.Reply("* 7 NONSENSE (", "{tag} OK") },
	"an empty answer":     func(r *imaptest.Rule) { r.Reply("{tag} OK nothing to say") },
	"drop before reply":   func(r *imaptest.Rule) { r.DropBeforeReply() },
	"cut early":           func(r *imaptest.Rule) { r.CutAfter(5) },
	"cut late":            func(r *imaptest.Rule) { r.CutAfter(150) },
	"dribble":             func(r *imaptest.Rule) { r.Dribble(100, 100*time.Millisecond) },
	"dribble for ever":    func(r *imaptest.Rule) { r.Dribble(1, time.Minute) },
	"delay":               func(r *imaptest.Rule) { r.Delay(10 * time.Second) },
	"delay too long":      func(r *imaptest.Rule) { r.Delay(time.Hour) },
	"wrong tag":           func(r *imaptest.Rule) { r.WrongTag("zz") },
	"garbage":             func(r *imaptest.Rule) { r.Insert("%!@ garbage") },
	"a line more":         func(r *imaptest.Rule) { r.Insert("* 99 EXISTS") },
	"literal too long":    func(r *imaptest.Rule) { r.WrongLiteral(3) },
	"literal too short":   func(r *imaptest.Rule) { r.WrongLiteral(-3) },
	"no UID":              func(r *imaptest.Rule) { r.OmitItem("UID") },
	"no envelope":         func(r *imaptest.Rule) { r.OmitItem("ENVELOPE") },
	"flags twice":         func(r *imaptest.Rule) { r.RepeatItem("FLAGS") },
	"no FETCH":            func(r *imaptest.Rule) { r.OmitLines("FETCH") },
	"no SEARCH":           func(r *imaptest.Rule) { r.OmitLines("SEARCH") },
	"no UIDVALIDITY":      func(r *imaptest.Rule) { r.OmitLines("UIDVALIDITY") },
	"no HIGHESTMODSEQ":    func(r *imaptest.Rule) { r.OmitLines("HIGHESTMODSEQ") },
	"another order":       func(r *imaptest.Rule) { r.Reorder() },
	"a slow line":         func(r *imaptest.Rule) { r.Bandwidth(2000) },
	"changes before":      nil, // below: they need the server
	"changes after":       nil,
	"UIDVALIDITY between": nil,
}

// Whatever happens at whatever command, the copy is right after a few tries, and
// a client that has given up at one point goes on from there.
func TestSyncSurvives(t *testing.T) {
	for _, command := range []string{"LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "*"} {
		for name, fault := range faults {
			t.Run(command+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					srv := imaptest.Start(t, imaptest.InMemory())
					mail(t, srv)
					s := newSyncer(srv)
					if err := s.Sync(t.Context()); err != nil {
						t.Fatal(err)
					}
					change(t, srv)
					rule := srv.On(command).Times(1).Optional()
					switch name {
					case "changes before":
						rule.Before(func(*imaptest.Command) { srv.Inbox().Expunge(t, 2) })
					case "changes after":
						rule.After(func(*imaptest.Command) { srv.Inbox().Expunge(t, 2); srv.Inbox().AddFlags(t, 3, "$Late") })
					case "UIDVALIDITY between":
						rule.After(func(*imaptest.Command) { srv.Inbox().BumpUIDValidity(t) })
					default:
						fault(rule)
					}
					for try := 1; ; try++ {
						err := s.Sync(t.Context())
						if err == nil && try > 1 {
							break
						}
						if try == 4 {
							t.Fatalf("four tries: %v", err)
						}
					}
					compare(t, srv, s)
				})
			})
		}
	}
}

// The same for what can happen to a connection as a whole.
func TestSyncSurvivesConnections(t *testing.T) {
	faults := map[string]func(*imaptest.ConnRule){
		"refused":     func(r *imaptest.ConnRule) { r.Bye("[UNAVAILABLE] too busy") },
		"drop":        func(r *imaptest.ConnRule) { r.Drop() },
		"reset":       func(r *imaptest.ConnRule) { r.Reset() },
		"stall":       func(r *imaptest.ConnRule) { r.Stall() },
		"half-open":   func(r *imaptest.ConnRule) { r.HalfOpen() },
		"no IMAP":     func(r *imaptest.ConnRule) { r.Reply("220 smtp.example.com ESMTP") },
		"delay":       func(r *imaptest.ConnRule) { r.Delay(10 * time.Second) },
		"a slow line": func(r *imaptest.ConnRule) { r.Bandwidth(500) },
	}
	for n := range 5 {
		faults[fmt.Sprint("closed after ", n)] = func(r *imaptest.ConnRule) { r.CloseAfter(n) }
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := imaptest.Start(t, imaptest.InMemory())
				mail(t, srv)
				s := newSyncer(srv)
				fault(srv.OnConnect().Times(1))
				for try := 1; ; try++ {
					err := s.Sync(t.Context())
					if err == nil {
						break
					}
					if try == 4 {
						t.Fatalf("four tries: %v", err)
					}
				}
				compare(t, srv, s)
			})
		})
	}
}
