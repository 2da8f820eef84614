package provider_test

import (
	"bufio"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
	"github.com/go-mailtest/mailtest/internal/imapd"
)

// line is a connection, asked command by command.
type line struct {
	t  testing.TB
	nc net.Conn
	r  *bufio.Reader
}

func dial(t testing.TB, opts ...imaptest.Option) *line {
	t.Helper()
	nc, err := imaptest.Start(t, append(opts, imaptest.InMemory())...).Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	l := &line{t, nc, bufio.NewReader(nc)}
	l.read()
	return l
}

func (l *line) read() string {
	l.t.Helper()
	text, err := l.r.ReadString('\n')
	if err != nil {
		l.t.Fatal(err)
	}
	return strings.TrimSuffix(text, "\r\n")
}

// ask sends a command with the tag a, and gives all lines of its answer.
func (l *line) ask(command string) []string {
	l.t.Helper()
	fmt.Fprintf(l.nc, "a %s\r\n", command)
	var out []string
	for {
		out = append(out, l.read())
		if last := out[len(out)-1]; strings.HasPrefix(last, "a ") {
			return out
		}
	}
}

func (l *line) expect(command string, want ...string) {
	l.t.Helper()
	if got := l.ask(command); !slices.Equal(got, want) {
		l.t.Errorf("%s\ngot  %s\nwant %s", command, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

// With adds a word at the end of both lists, and it works; Without takes it from both, with
// what needs it, and it is refused.
func TestWithAndWithout(t *testing.T) {
	l := dial(t, provider.Yahoo, imaptest.With(imap.CapNotify), imaptest.Without(imap.CapMove, imap.CapListExtended))
	l.expect("CAPABILITY",
		"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER ID NAMESPACE XYMHIGHESTMODSEQ UIDPLUS LITERAL+ CHILDREN UNSELECT X-MSG-EXT OBJECTID IDLE ENABLE UIDONLY X-UIDONLY SPECIAL-USE PARTIAL APPENDLIMIT=41697280 NOTIFY",
		"a OK CAPABILITY completed")
	l.expect("LOGIN user password", "a OK LOGIN completed")
	l.expect("CAPABILITY",
		"* CAPABILITY IMAP4rev1 ID NAMESPACE XYMHIGHESTMODSEQ UIDPLUS LITERAL+ CHILDREN UNSELECT X-MSG-EXT OBJECTID IDLE ENABLE UIDONLY X-UIDONLY SPECIAL-USE MESSAGELIMIT=1000 PARTIAL APPENDLIMIT=41697280 NOTIFY",
		"a OK CAPABILITY completed")
	l.expect("NOTIFY NONE", "a OK NOTIFY completed")
	l.ask("SELECT INBOX")
	if got := l.ask("UID MOVE 1 Sent"); !strings.HasPrefix(got[0], "a BAD") {
		t.Errorf("MOVE: %s", got)
	}
}

// A mechanism and STARTTLS are for the time before login.
func TestWithMechanism(t *testing.T) {
	l := dial(t, provider.GMX, imaptest.With(imap.AuthCap("XOAUTH2")))
	if got := l.ask("CAPABILITY")[0]; !strings.HasSuffix(got, " AUTH=LOGIN AUTH=PLAIN AUTH=XOAUTH2") {
		t.Error(got)
	}
	l.ask("LOGIN user password")
	if got := l.ask("CAPABILITY")[0]; !strings.HasSuffix(got, " UNSELECT WITHIN") {
		t.Error(got)
	}
}

// A text and a language over those of the profile, and a quirk less.
func TestChangesOfAProfile(t *testing.T) {
	l := dial(t, provider.Gmail, imaptest.WithText("auth.password", "NO go away"), imaptest.WithLanguage("de"),
		imaptest.WithoutQuirk(provider.CapabilityUntagged), imaptest.WithQuirk(provider.NamesUnquoted))
	l.expect("LOGIN user wrong", "a NO go away")
	l.expect("LOGIN user password", "a OK user authenticated (Success)")
	l.expect(`LIST "" "*/Alle*"`, `* LIST (\All \HasNoChildren) "/" [Google Mail]/Alle Nachrichten`, "a OK Success")
	l.expect(`LIST "" "[Google Mail]"`, `* LIST (\HasChildren \Noselect) "/" [Google Mail]`, "a OK Success")
}

// What a profile lacks is refused as a command that nobody knows: its server never had it.
func TestWhatAProfileLacks(t *testing.T) {
	for _, p := range provider.All() {
		t.Run(p.Name(), func(t *testing.T) {
			t.Parallel()
			known := 0
			l := logIn(t, p.Derive(p.Name(), func(s *imaptest.ProfileSpec) { s.Limits.Bad = 0 }))
			unknown := l.ask("XUNKNOWN")[0]
			for name, needs := range imapd.CommandCaps() {
				if _, one := imapd.CapOfWord(string(needs)); !one || hasCap(p, needs) || strings.ContainsAny(name, " ") || isGate(p, name) {
					continue
				}
				known++
				want := strings.ReplaceAll(unknown, "XUNKNOWN", name)
				if got := l.ask(name)[0]; got != want || !strings.HasPrefix(got, "a BAD") && !strings.HasPrefix(got, "a NO") {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
			if known == 0 {
				t.Error("it lacks nothing")
			}
		})
	}
}

// isGate says whether a quirk answers a command, whether there is one or not.
func isGate(p imaptest.Profile, command string) bool {
	return slices.ContainsFunc(p.Spec().Quirks, func(q imaptest.Quirk) bool {
		return slices.ContainsFunc(q.Acts, func(act imaptest.Act) bool {
			gate, is := act.(imaptest.GateAct)
			return is && gate.On == command
		})
	})
}

// logIn logs in with the password, or a token where that is not taken.
func logIn(t testing.TB, p imaptest.Profile) *line {
	t.Helper()
	srv := imaptest.Start(t, p, imaptest.InMemory())
	srv.User(imaptest.DefaultUser).SetToken(t, "token", time.Time{})
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	l := &line{t, nc, bufio.NewReader(nc)}
	l.read()
	command := "LOGIN user password"
	if strings.Contains(p.Spec().Caps.BeforeLogin, "LOGINDISABLED") {
		command = "AUTHENTICATE XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHRva2VuAQE="
	}
	if got := l.ask(command); !strings.HasPrefix(got[len(got)-1], "a OK") {
		t.Fatalf("login: %s", got)
	}
	return l
}

func hasCap(p imaptest.Profile, want imap.Cap) bool {
	c := p.Spec().Caps
	for word := range strings.FieldsSeq(c.BeforeTLS + " " + c.BeforeLogin + " " + c.AfterLogin) {
		if name, known := imapd.CapOfWord(word); known && name == want && !slices.Contains(c.Dead, name) {
			return true
		}
	}
	return slices.Contains(c.Works, want)
}

// The mailboxes of fixtures are where the provider has mailboxes: below its prefix, with its
// delimiter.
func TestFixturesAreBelowThePrefix(t *testing.T) {
	mail := fstest.MapFS{
		"INBOX/1.eml":       {Data: []byte("Subject: one\r\n\r\n")},
		"Work/Old/2.eml":    {Data: []byte("Subject: two\r\n\r\n")},
		"INBOX/Lists/3.eml": {Data: []byte("Subject: three\r\n\r\n")},
	}
	for p, want := range map[imaptest.Profile][]string{
		provider.Courier: {"INBOX", "INBOX.Lists", "INBOX.Work.Old"},
		provider.Yandex:  {"INBOX", "INBOX|Lists", "Work|Old"},
	} {
		l := dial(t, p, imaptest.WithMail(mail))
		l.ask("LOGIN user password")
		for _, name := range want {
			if got := l.ask("STATUS " + name + " (MESSAGES)"); len(got) != 2 || !strings.HasSuffix(got[0], "(MESSAGES 1)") {
				t.Errorf("%s: STATUS %s: %s", p, name, got)
			}
		}
	}
}
