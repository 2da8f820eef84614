package mirror_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/examples/mirror"
	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

func letter(subject string) []byte {
	return fixtures.New().MessageID(subject + "@example.com").Subject(subject).Bytes()
}

// mail is four messages in INBOX and one in Archive.
func mail(t testing.TB, srv *imaptest.Server) {
	t.Helper()
	for _, subject := range []string{"stays", "goes-here", "goes-there", "changes"} {
		srv.Inbox().Deliver(t, letter(subject))
	}
	srv.Mailbox("Archive").Deliver(t, letter("old"))
}

func newMirror(t testing.TB, srv *imaptest.Server) *mirror.Mirror {
	return &mirror.Mirror{Dial: srv.Dial, User: imaptest.DefaultUser, Password: imaptest.DefaultPassword, Folder: t.TempDir()}
}

// files are the messages in a folder by subject, and their flags.
func files(t testing.TB, folder, mailbox string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, mailbox, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, subject, _ := strings.Cut(string(raw), "Subject: ")
		subject, _, _ = strings.Cut(subject, "\r\n")
		if _, twice := out[subject]; twice {
			subject += " again"
		}
		out[subject] = name
	}
	return out
}

// listing is all of a folder as a text.
func listing(t testing.TB, folder string) string {
	t.Helper()
	var out []string
	for _, mailbox := range []string{"INBOX", "Archive", "Elsewhere", "Renamed"} {
		for subject, name := range files(t, folder, mailbox) {
			_, flags, _ := strings.Cut(strings.TrimSuffix(filepath.Base(name), ".eml"), ",")
			out = append(out, strings.TrimSpace(fmt.Sprint(mailbox, " ", subject, " ", flags)))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// served is what a server has in the same form.
func served(srv *imaptest.Server) string {
	letters := map[imap.Flag]string{imap.FlagDraft: "D", imap.FlagFlagged: "F", imap.FlagAnswered: "R", imap.FlagSeen: "S", imap.FlagDeleted: "T"}
	var out []string
	for _, mailbox := range []string{"INBOX", "Archive", "Elsewhere", "Renamed"} {
		for _, m := range srv.Mailbox(mailbox).Messages() {
			var flags []string
			for _, flag := range m.Flags {
				flags = append(flags, letters[flag])
			}
			slices.Sort(flags)
			out = append(out, strings.TrimSpace(fmt.Sprint(mailbox, " ", m.Subject(), " ", strings.Join(flags, ""))))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// change does something of everything on both sides, as far as a rival has left it.
func change(t testing.TB, srv *imaptest.Server, folder string) {
	t.Helper()
	for _, m := range srv.Inbox().Messages() {
		switch m.Subject() {
		case "goes-there":
			srv.Inbox().Expunge(t, m.UID)
		case "changes":
			srv.Inbox().AddFlags(t, m.UID, imap.FlagFlagged)
		}
	}
	srv.Inbox().Deliver(t, letter("new-there"))
	here := files(t, folder, "INBOX")
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if name := here["goes-here"]; name != "" {
		check(os.Remove(name))
	}
	if name := here["changes"]; name != "" && !strings.Contains(name, ",") {
		check(os.Rename(name, strings.TrimSuffix(name, ".eml")+",S.eml"))
	}
	check(os.WriteFile(filepath.Join(folder, "INBOX", "draft,D.eml"), letter("new-here"), 0o666))
}

// want is what both sides have after change.
const want = `Archive old
INBOX changes FS
INBOX new-here D
INBOX new-there
INBOX stays`

// profiles are the kinds of servers: with QRESYNC, with CONDSTORE alone, without either.
var profiles = map[string]imaptest.Option{
	"Everything": imaptest.Everything, "CONDSTORE": imaptest.Without("QRESYNC"), "Rev1": imaptest.Rev1, "Rev2": imaptest.Rev2,
}

func TestMirror(t *testing.T) {
	for name, profile := range profiles {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.Start(t, imaptest.InMemory(), profile)
			mail(t, srv)
			m := newMirror(t, srv)
			for _, act := range []func(){
				func() {}, func() { change(t, srv, m.Folder) }, func() {}, func() { srv.Inbox().BumpUIDValidity(t) },
			} {
				act()
				if err := m.Sync(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := listing(t, m.Folder); got != served(srv) {
					t.Errorf("the folder has\n%s\nthe server\n%s", got, served(srv))
				}
			}
			if got := listing(t, m.Folder); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// program is the mirror as a program, which has nothing but its folder, and can be killed
// while half of a file is written.
func program(t testing.TB, p *sweep.Process, folder string) error {
	m := &mirror.Mirror{Dial: p.Dial, User: imaptest.DefaultUser, Password: imaptest.DefaultPassword, Folder: folder}
	m.Write = func(name string, content []byte) error {
		if err := os.WriteFile(name, content[:len(content)/2], 0o666); err != nil {
			return err
		}
		p.Mark("half")
		return os.WriteFile(name, content, 0o666)
	}
	return m.Sync(t.Context())
}

// scenario is both sides before and after a change of everything. What a rival does after
// its last look only another look can find.
func scenario(look bool) sweep.Scenario {
	return func(t testing.TB, srv *imaptest.Server) string {
		folder := t.TempDir()
		again := func() { sweep.Program(t, srv, 3, func(p *sweep.Process) error { return program(t, p, folder) }) }
		again()
		change(t, srv, folder)
		again()
		sweep.Calm(t)
		if look {
			again()
		}
		got := listing(t, folder)
		if there := served(srv); got != there {
			t.Errorf("the folder has\n%s\nthe server\n%s", got, there)
		}
		return got
	}
}

// sample is how many runs there are of each profile: all with SWEEP=whole, which takes minutes.
func sample() int {
	if os.Getenv("SWEEP") == "whole" || os.Getenv("MUTANTS") != "" { // the latter is examples/mutants_test.go
		return 0
	}
	return 20
}

// Whatever interrupts it, and wherever, both sides are the same as soon as Sync says so,
// and nothing is lost.
func TestSurvives(t *testing.T) {
	for name, profile := range profiles {
		common := []sweep.Option{sweep.Server(profile), sweep.Setup(mail), sweep.Sample(sample())}
		t.Run(name+"/faults", func(t *testing.T) {
			sweep.Run(t, scenario(false), append(common, sweep.Only(sweep.Breaks, sweep.Answers, sweep.Slow, sweep.Odd, sweep.Kills))...)
		})
		t.Run(name+"/rivals", func(t *testing.T) {
			opts := append(common, sweep.Only(sweep.Rivals))
			if name == "Rev1" {
				opts = append(opts, sweep.Known("LOST EXPUNGE#1/Delete", "without UID EXPUNGE a message that another client marks in that moment goes too"))
			}
			sweep.Run(t, scenario(true), opts...)
		})
	}
}
