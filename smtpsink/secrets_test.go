package smtpsink_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/go-mailtest/mailtest/internal/portion"
	"github.com/go-mailtest/mailtest/internal/saslclient"
	"github.com/go-mailtest/mailtest/smtpsink"
)

const hunter = saslclient.Hunter

// attempts are all ways to authenticate, and a password where none was asked for.
func attempts() []saslclient.Attempt {
	return append(saslclient.Attempts("ann", "AUTH"), saslclient.Attempt{
		Name: "a password as it is", Writes: []string{"AUTH LOGIN\r\n", hunter + "\r\n", hunter + " two words\r\n"},
	})
}

// forms are how the first line of an attempt may be written.
var forms = []struct {
	name  string
	write func(text string) string
}{
	{"as it should be", func(s string) string { return s }},
	{"in lower case", func(s string) string { return strings.Replace(s, "AUTH ", "auth ", 1) }},
	{"two spaces", func(s string) string { return strings.ReplaceAll(s, " ", "  ") }},
	{"a space before", func(s string) string { return " " + s }},
	{"a tab", func(s string) string { return strings.Replace(s, " ", "\t", 1) }},
	{"tabs", func(s string) string { return strings.ReplaceAll(s, " ", "\t") }},
	{"an equals sign", func(s string) string { return strings.Replace(s, " ", "=", 1) }},
	{"no space", func(s string) string { return strings.Replace(s, " ", "", 1) }},
	{"another name", func(s string) string { return strings.Replace(s, "AUTH", "AUTHENTICATE", 1) }},
	{"a name of nobody's", func(s string) string { return strings.Replace(s, "AUTH", "FROB", 1) }},
	{"as IMAP has it", func(s string) string { return strings.Replace(s, "AUTH", "a1 AUTHENTICATE", 1) }},
	{"no mechanism", func(s string) string {
		_, response, found := strings.Cut(strings.TrimPrefix(s, "AUTH "), " ")
		if !found {
			return s
		}
		return "AUTH " + response
	}},
	{"a word more", func(s string) string { return strings.Replace(s, "\r\n", " more\r\n", 1) }},
	{"no name", func(s string) string { return strings.TrimPrefix(s, "AUTH ") }},
	{"bare LF", func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }},
	{"NUL", func(s string) string { return strings.Replace(s, "\r\n", "\x00\r\n", 1) }},
	{"a line that is too long", func(s string) string {
		return strings.Replace(s, "\r\n", strings.Repeat(" ", 20_000)+"\r\n", 1)
	}},
}

// withAccounts are mechanisms and accounts.
var withAccounts = []smtpsink.Option{smtpsink.WithAccount("ann", hunter), smtpsink.WithToken("ann", hunter)}

// settings are the states of the connection and what is done to the attempt.
var settings = []struct {
	name   string
	opts   []smtpsink.Option
	before string // what the client sends first
	rules  func(sink *smtpsink.Sink)
}{
	{name: "plain", opts: withAccounts, before: "EHLO me\r\n"},
	{name: "before EHLO", opts: withAccounts},
	{name: "HELO", opts: withAccounts, before: "HELO me\r\n"},
	{name: "a wrong password", opts: []smtpsink.Option{smtpsink.WithAccount("ann", "other"), smtpsink.WithToken("ann", "other")}, before: "EHLO me\r\n"},
	{name: "no AUTH", before: "EHLO me\r\n"},
	{name: "LMTP", opts: append(slices.Clone(withAccounts), smtpsink.LMTP()), before: "LHLO me\r\n"},
	{name: "TLS required", opts: append(slices.Clone(withAccounts), smtpsink.RequireTLS()), before: "EHLO me\r\n"},
	{name: "no such mechanisms", opts: append(slices.Clone(withAccounts), smtpsink.Without("AUTH PLAIN", "AUTH LOGIN")), before: "EHLO me\r\n"},
	{name: "no pipelining", opts: append(slices.Clone(withAccounts), smtpsink.Without("PIPELINING")), before: "EHLO me\r\n"},
	{name: "authenticated", opts: withAccounts, before: "EHLO me\r\nAUTH PLAIN " + saslclient.Encode("\x00ann\x00"+hunter, true) + "\r\n"},
	{name: "in a transaction", opts: withAccounts, before: "EHLO me\r\nMAIL FROM:<a@example.com>\r\n"},
	{name: "behind chunks", opts: withAccounts, before: "EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nBDAT 3\r\nabc"},
	{name: "a check that panics", opts: []smtpsink.Option{smtpsink.WithAuth(func(string, string) error { panic("the check") })}, before: "EHLO me\r\n"},
	{name: "Reply", opts: withAccounts, before: "EHLO me\r\n", rules: func(s *smtpsink.Sink) { s.On("*").Optional().Reply(454, "4.7.0", "later") }},
	{name: "a challenge of a rule's", opts: withAccounts, before: "EHLO me\r\n", rules: func(s *smtpsink.Sink) { s.On("AUTH").Optional().Reply(334, "", "") }},
	{name: "Drop", opts: withAccounts, before: "EHLO me\r\n", rules: func(s *smtpsink.Sink) { s.On("*").Optional().Drop() }},
	{name: "Reset", opts: withAccounts, before: "EHLO me\r\n", rules: func(s *smtpsink.Sink) { s.On("*").Optional().Reset() }},
	{name: "DropBeforeReply", opts: withAccounts, before: "EHLO me\r\n", rules: func(s *smtpsink.Sink) { s.On("*").Optional().DropBeforeReply() }},
	{name: "CutAfter", opts: withAccounts, before: "EHLO me\r\n", rules: func(s *smtpsink.Sink) { s.On("*").Optional().CutAfter(2) }},
	{name: "a rule that panics", opts: withAccounts, before: "EHLO me\r\n", rules: func(s *smtpsink.Sink) {
		s.On("*").Optional().Before(func(*smtpsink.Command) { panic("a rule") })
	}},
}

// sampled is which of the combinations below are tried: with 1 all of them, in half a
// minute.
func sampled(t *testing.T) int { return portion.Of(t, "one case of %d", 11, 37) }

// No piece of a secret is in anything that a sink shows, whatever the client does with it
// and whatever is done to the client; and ordinary commands show again.
func TestNoSecretIsShown(t *testing.T) {
	secrets, sampled := saslclient.SecretsOf("ann", hunter), sampled(t)
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
						s := startSecret(t, setting.opts, setting.before, setting.rules)
						s.converse(writes, n%3)
						s.check(secrets, fmt.Sprintf("%s, %s, split %d: %.300q", try.Name, form.name, n%3, writes))
					}
				}
			})
		})
	}
}

// The same where the client is gone, or the sink, after any number of bytes.
func TestNoSecretIsShownOfHalf(t *testing.T) {
	secrets, sampled := saslclient.SecretsOf("ann", hunter), sampled(t)
	for _, setting := range settings[:12] {
		t.Run(setting.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for i, try := range attempts() {
					all := strings.Join(try.Writes, "")
					for end := i % sampled; end < len(all); end += sampled {
						s := startSecret(t, setting.opts, setting.before, setting.rules)
						s.send(all[:end])
						if (end/sampled+i/sampled)%2 == 0 {
							s.nc.Close()
						}
						s.check(secrets, fmt.Sprintf("%s, %d bytes", try.Name, end))
					}
				}
			})
		})
	}
}

// secretSink is a sink that is to give nothing away, and a client.
type secretSink struct {
	t    *testing.T
	sink *smtpsink.Sink
	nc   net.Conn
	log  bytes.Buffer

	mu  sync.Mutex
	got bytes.Buffer // what the client has been told
}

func startSecret(t *testing.T, opts []smtpsink.Option, before string, rules func(*smtpsink.Sink)) *secretSink {
	t.Helper()
	s := &secretSink{t: t}
	sink, err := smtpsink.New(append([]smtpsink.Option{smtpsink.InMemory(), smtpsink.WithLog(&s.log)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	s.sink = sink
	if s.nc, err = sink.Dial(t.Context()); err != nil {
		t.Fatal(err)
	}
	go io.Copy(s, s.nc)
	synctest.Wait()
	for _, line := range strings.SplitAfter(before, "\r\n") {
		s.send(line)
	}
	if rules != nil {
		rules(sink)
	}
	sink.On("NEVER").Reply(250, "", "") // a rule that does not fire lists all steps
	return s
}

// Write takes what the client is told.
func (s *secretSink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got.Write(p)
}

func (s *secretSink) send(text string) {
	io.WriteString(s.nc, text) // which fails where the sink has hung up
	synctest.Wait()
}

// converse sends an attempt: at once, write by write, or byte by byte.
func (s *secretSink) converse(writes []string, split int) {
	saslclient.Attempt{Writes: writes}.Send(split, s.send, func(text string) { io.WriteString(s.nc, text) })
	s.send("NOOP\r\n")
	s.send("VRFY somebody\r\n")
}

// nonces are the challenges of SCRAM, "r=…" in base64: what is drawn by lot may look like a
// piece of anything.
var nonces = regexp.MustCompile(`334 cj[0-9A-Za-z+/=]+`)

// check looks through everything that the sink shows.
func (s *secretSink) check(secrets saslclient.Secrets, what string) {
	s.t.Helper()
	tb := &fakeTB{TB: s.t}
	tb.run(func(t smtpsink.TB) { s.sink.CheckRules(t) })
	shown := map[string]string{"CheckRules": tb.out.String()}
	tb = &fakeTB{TB: s.t}
	tb.run(func(t smtpsink.TB) { s.sink.AssertCount(t, 99) })
	shown["AssertCount"] = tb.out.String()
	s.nc.Close()
	synctest.Wait()
	shown["Close"] = fmt.Sprint(s.sink.Close())
	shown["the transcript"], shown["the log"] = s.sink.Transcript(), s.log.String()
	for where, text := range shown {
		if piece := secrets.In(nonces.ReplaceAllString(text, "334 …")); piece != "" {
			s.t.Fatalf("%s: %q is in %s\n%s", what, piece, where, text)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.HasSuffix(s.got.String(), "\r\n") && strings.Contains(s.got.String(), "252 ") && !strings.Contains(shown["the transcript"], "C: VRFY somebody\n") {
		s.t.Fatalf("%s: an ordinary command is not shown\n%s", what, shown["the transcript"])
	}
}
