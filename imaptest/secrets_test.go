package imaptest_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/portion"
	"github.com/go-mailtest/mailtest/internal/saslclient"
)

const hunter = saslclient.Hunter

// attempts are all ways to log in: mechanisms with an initial response and without,
// LOGIN with every kind of string, and what clients make of them by mistake.
func attempts() []saslclient.Attempt {
	list := saslclient.Attempts("user", "a AUTHENTICATE")
	size := len(hunter)
	for _, args := range []string{
		"user " + hunter, `"user" "` + hunter + `"`, `"user" "` + hunter, hunter, "user  " + hunter, "user " + hunter + " " + hunter, "user\t" + hunter,
		fmt.Sprintf("user {%d}\x00%s", size, hunter), fmt.Sprintf("{4}\x00user {%d}\x00%s", size, hunter),
		fmt.Sprintf("{4+}\r\nuser {%d+}\r\n%s", size, hunter), fmt.Sprintf("user ~{%d+}\r\n%s", size, hunter), fmt.Sprintf("user ~{%d}\x00%s", size, hunter),
		fmt.Sprintf("user {5000}\x00%s", hunter), fmt.Sprintf("user {5000+}\r\n%s%s", hunter, strings.Repeat("x", 5000-size)),
		fmt.Sprintf("user {%d}\x00%s", size-5, hunter), fmt.Sprintf("{%d}\x00user %s", size+5, hunter), fmt.Sprintf("user {%d}}\x00%s", size, hunter),
		fmt.Sprintf("user {99999999999999999999}\x00%s", hunter), fmt.Sprintf("user{%d}\x00%s", size, hunter), fmt.Sprintf("user {%d\x00%s FETCH", size, hunter),
		fmt.Sprintf("user {%d}\x00%s two words", size, hunter), fmt.Sprintf("user {6000}\x00x fetch %s\r\ny %s", hunter, hunter),
	} {
		list = append(list, saslclient.Attempt{Name: "LOGIN " + args, Writes: strings.SplitAfter(strings.ReplaceAll("a LOGIN "+args, "\x00", "\r\n\x00")+"\r\n", "\x00")})
	}
	for i := range list {
		for j, w := range list[i].Writes {
			list[i].Writes[j] = strings.TrimSuffix(w, "\x00")
		}
	}
	return list
}

// forms are how the first line of an attempt may be written.
var forms = []struct {
	name  string
	write func(text string) string
}{
	{"as it should be", func(s string) string { return s }},
	{"in lower case", func(s string) string {
		return strings.NewReplacer("LOGIN ", "login ", "AUTHENTICATE", "authenticate").Replace(s)
	}},
	{"no tag", func(s string) string { return strings.TrimPrefix(s, "a ") }},
	{"no tag, a space", func(s string) string { return strings.TrimPrefix(s, "a") }},
	{"a tag that is none", func(s string) string { return "+" + s }},
	{"a long tag", func(s string) string { return "tag" + s }},
	{"two spaces", func(s string) string { return strings.Replace(s, " ", "  ", 1) }},
	{"two spaces behind the name", func(s string) string { return strings.Replace(s, " ", "  ", 2) }},
	{"tabs", func(s string) string { return strings.ReplaceAll(s, " ", "\t") }},
	{"a tab behind the name", func(s string) string {
		return strings.NewReplacer("LOGIN ", "LOGIN\t", "AUTHENTICATE ", "AUTHENTICATE\t").Replace(s)
	}},
	{"no space", func(s string) string {
		return strings.NewReplacer("LOGIN ", "LOGIN", "AUTHENTICATE ", "AUTHENTICATE").Replace(s)
	}},
	{"an equals sign", func(s string) string { return strings.Replace(s, "AUTHENTICATE ", "AUTHENTICATE=", 1) }},
	{"another name", func(s string) string {
		return strings.NewReplacer("LOGIN ", "LOGON ", "AUTHENTICATE", "AUTH").Replace(s)
	}},
	{"a name of nobody's", func(s string) string {
		return strings.NewReplacer("LOGIN ", "FROB ", "AUTHENTICATE", "FROB").Replace(s)
	}},
	{"by UID", func(s string) string { return strings.Replace(s, "a ", "a UID ", 1) }},
	{"no mechanism", func(s string) string {
		first, rest, _ := strings.Cut(s, " AUTHENTICATE ")
		_, response, found := strings.Cut(rest, " ")
		if !found {
			return s
		}
		return first + " AUTHENTICATE " + response
	}},
	{"bare LF", func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }},
	{"NUL", func(s string) string { return strings.Replace(s, "\r\n", "\x00\r\n", 1) }},
}

// settings are the states of the connection and what is done to the attempt.
var settings = []struct {
	name   string
	opts   []imaptest.Option
	before string // what the client sends first
	rules  func(srv *imaptest.Server)
}{
	{name: "plain"},
	{name: "TLS required", opts: []imaptest.Option{imaptest.RequireTLS()}},
	{name: "no such mechanisms", opts: []imaptest.Option{imaptest.Rev1, imaptest.Without(imap.CapSASLIR, imap.AuthCap("PLAIN"), imap.AuthCap("LOGIN"))}},
	{name: "no literals at once", opts: []imaptest.Option{imaptest.Rev1}},
	{name: "limits", opts: []imaptest.Option{imaptest.WithLimits(imaptest.Limits{FailedLogins: 1, CommandsPerMinute: 1})}},
	{name: "logged in", before: "l LOGIN user " + hunter + "\r\n"},
	{name: "selected", before: "l LOGIN user " + hunter + "\r\ns SELECT INBOX\r\n"},
	{name: "in IDLE", before: "l LOGIN user " + hunter + "\r\ns SELECT INBOX\r\ni IDLE\r\n"},
	{name: "behind an unknown command", before: "x FROB\r\n"},
	{name: "behind a failure", before: "l AUTHENTICATE PLAIN\r\n*\r\n"},
	{name: "No", rules: func(srv *imaptest.Server) { srv.On("*").Optional().No("later") }},
	{name: "Bad", rules: func(srv *imaptest.Server) { srv.On("*").Optional().Bad("later") }},
	{name: "Bye", rules: func(srv *imaptest.Server) { srv.On("*").Optional().Bye("later") }},
	{name: "Drop", rules: func(srv *imaptest.Server) { srv.On("*").Optional().Drop() }},
	{name: "Reset", rules: func(srv *imaptest.Server) { srv.On("*").Optional().Reset() }},
	{name: "Reply", rules: func(srv *imaptest.Server) { srv.On("*").Optional().Reply("{tag} OK fine") }},
	{name: "a challenge of a rule's", rules: func(srv *imaptest.Server) { srv.On("*").Optional().Reply("+ ") }},
	{name: "DropBeforeReply", rules: func(srv *imaptest.Server) { srv.On("*").Optional().DropBeforeReply() }},
	{name: "CutAfter", rules: func(srv *imaptest.Server) { srv.On("*").Optional().CutAfter(3) }},
	{name: "panic", rules: func(srv *imaptest.Server) {
		srv.On("*").Optional().Before(func(cmd *imaptest.Command) { panic(cmd.String()) })
	}},
	{name: "literal refused", rules: func(srv *imaptest.Server) { srv.On("*").AtLiteral(1).Optional().No("later") }},
	{name: "second literal refused", rules: func(srv *imaptest.Server) { srv.On("*").AtLiteral(2).Optional().Bye("later") }},
}

// sampled is which of the combinations below are tried: with 1 all of them, 24,000 and
// 30,000, in a minute and a half.
func sampled(t *testing.T) int { return portion.Of(t, "one case of %d", 19, 61) }

// No piece of a secret is in anything that a server shows, whatever the client does with
// it and whatever is done to the client; and ordinary commands show again.
func TestNoSecretIsShown(t *testing.T) {
	secrets, sampled := saslclient.SecretsOf("user", hunter), sampled(t)
	n := 0
	for si, setting := range settings {
		t.Run(setting.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for ti, try := range attempts() {
					for fi, form := range forms {
						if (si+ti+fi)%sampled != 0 {
							continue
						}
						writes := slices.Clone(try.Writes)
						for i, w := range writes {
							if i == 0 || form.name == "bare LF" {
								writes[i] = form.write(w)
							}
						}
						n++
						s := startSecret(t, setting.opts, setting.rules)
						s.converse(setting.before, writes, n%3)
						s.check(secrets, fmt.Sprintf("%s, %s, split %d: %q", try.Name, form.name, n%3, writes))
					}
				}
			})
		})
	}
}

// The same where the client is gone, or the server, after any number of bytes.
func TestNoSecretIsShownOfHalf(t *testing.T) {
	secrets, sampled := saslclient.SecretsOf("user", hunter), sampled(t)
	for _, setting := range settings[:9] {
		t.Run(setting.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for i, try := range attempts() {
					all := strings.Join(try.Writes, "")
					for end := i % sampled; end < min(len(all), 150); end += sampled {
						s := startSecret(t, setting.opts, setting.rules)
						s.send(setting.before)
						s.send(all[:end])
						switch (end + i/sampled) % 4 {
						case 0:
							s.nc.Close()
						case 1:
							s.srv.DropConns()
						case 2:
							s.srv.Shutdown("going down")
						}
						synctest.Wait()
						s.check(secrets, fmt.Sprintf("%s, %d bytes", try.Name, end))
					}
				}
			})
		})
	}
}

// secretServer is a server that is to give nothing away, and a client.
type secretServer struct {
	t   *testing.T
	srv *imaptest.Server
	nc  net.Conn
	log bytes.Buffer

	mu  sync.Mutex
	got bytes.Buffer // what the client has been told
}

func startSecret(t *testing.T, opts []imaptest.Option, rules func(*imaptest.Server)) *secretServer {
	t.Helper()
	s := &secretServer{t: t}
	srv, err := imaptest.New(append([]imaptest.Option{imaptest.InMemory(), imaptest.WithUser("user", hunter), imaptest.WithLog(&s.log)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	srv.Store().Users()[0].SetToken(hunter, time.Time{})
	s.srv = srv
	if s.nc, err = srv.Dial(t.Context()); err != nil {
		t.Fatal(err)
	}
	go io.Copy(s, s.nc)
	synctest.Wait()
	if rules != nil {
		rules(srv)
	}
	return s
}

// Write takes what the client is told.
func (s *secretServer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got.Write(p)
}

func (s *secretServer) send(text string) {
	io.WriteString(s.nc, text) // which fails where the server has hung up
	synctest.Wait()
}

// converse sends an attempt: at once, write by write, or byte by byte.
func (s *secretServer) converse(before string, writes []string, split int) {
	for _, line := range strings.SplitAfter(before, "\r\n") {
		s.send(line)
	}
	saslclient.Attempt{Writes: writes}.Send(split, s.send, func(text string) { io.WriteString(s.nc, text) })
	s.send("z1 NOOP\r\n")
	s.send("z2 NOOP\r\n")
}

// check looks through everything that the server shows.
func (s *secretServer) check(secrets saslclient.Secrets, what string) {
	s.t.Helper()
	shown := map[string]string{"sessions": fmt.Sprint(s.srv.ConnsOpen())}
	for name, look := range map[string]func(t imaptest.TB){
		"AssertCommands":  func(t imaptest.TB) { s.srv.AssertCommands(t, "no such command") },
		"AssertNoCommand": func(t imaptest.TB) { s.srv.AssertNoCommand(t, "*") },
		"AssertCount":     func(t imaptest.TB) { s.srv.Inbox().AssertCount(t, 99) },
	} {
		shown[name] = reported(s.t, look)
	}
	s.nc.Close()
	synctest.Wait()
	err := s.srv.Close()
	synctest.Wait()
	shown["Close"] = fmt.Sprint(err)
	shown["the transcript"], shown["the log"], shown["the state"] = s.srv.Transcript(), s.log.String(), s.srv.State()
	shown["the journal"] = fmt.Sprintf("%+v %v", s.srv.Commands(), s.srv.CommandCounts())
	for where, text := range shown {
		if piece := secrets.In(text); piece != "" {
			s.t.Fatalf("%s: %q is in %s\n%s", what, piece, where, text)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.Contains(s.got.String(), "z2 OK") && !strings.Contains(shown["the transcript"], "C: z2 NOOP\n") {
		s.t.Fatalf("%s: an ordinary command is not shown\n%s", what, shown["the transcript"])
	}
}
