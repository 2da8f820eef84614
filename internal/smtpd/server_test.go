package smtpd_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"github.com/go-mailtest/mailtest/internal/dialogue"
	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/serve"
	"github.com/go-mailtest/mailtest/internal/smtpd"
	"github.com/go-mailtest/mailtest/internal/testcert"
	"github.com/go-mailtest/mailtest/internal/transcript"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server is an engine whose backend keeps what it takes. Recipients whose name
// begins with "nobody" are refused, and those with "full" get no copy.
type server struct {
	t        testing.TB
	cfg      smtpd.Config
	accounts accounts
	hooks    map[string]*smtp.SMTPError // by stage
	engine   *smtpd.Server

	mu       sync.Mutex // guards what follows
	messages []string
	said     *transcript.Transcript
	told     int // transactions whose client has been answered
}

func newServer(t testing.TB) *server {
	s := &server{t: t, accounts: accounts{}, hooks: map[string]*smtp.SMTPError{}}
	s.said = transcript.New(1<<20, nil, history.New(1).Next, nil)
	s.cfg = smtpd.Config{
		Backend: s, Hostname: "localhost", MaxSize: 1 << 20, Clock: time.Now, TLS: testcert.ServerConfig,
		Hooks: smtpd.Hooks{Step: s.step, Open: func(conn int) serve.Recorder { return s.said.Open(conn) }, Bug: func(err error) { t.Error(err) }},
	}
	return s
}

func (s *server) start() {
	s.engine = smtpd.NewServer(s.cfg)
	s.t.Cleanup(func() {
		if stuck, ok := s.engine.Close(); !ok {
			s.t.Errorf("connections %v are stuck", stuck)
		}
	})
}

// dial connects in memory.
func (s *server) dial(name string) *dialogue.Peer {
	client, nc := memnet.Pipe()
	s.engine.Go(nc, false)
	s.t.Cleanup(func() { client.Close() })
	return dialogue.NewPeer(name, client)
}

// hook answers a stage in the engine's place: "STAGE CODE ENHANCED TEXT".
func (s *server) hook(text string) {
	stage, reply, _ := strings.Cut(text, " ")
	s.hooks[stage] = refusalOf(reply)
}

func (s *server) step(cmd *smtpd.Command, _ smtpd.Control) error {
	if reply := s.hooks[cmd.Stage]; reply != nil {
		return reply
	}
	return nil
}

func (s *server) transcript() string {
	var sb strings.Builder
	lines, _ := s.said.Lines(nil)
	for _, line := range lines {
		head := fmt.Sprintf("%d: %c: ", line.Conn, line.From)
		sb.WriteString(head + strings.ReplaceAll(line.Text, "\n\t", "\n"+head) + "\n")
	}
	return sb.String()
}

func (s *server) taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.messages
}

// Mail begins a transaction.
func (s *server) Mail(_ smtpd.Session, from string, opts *smtpd.MailOptions) (smtpd.Transaction, error) {
	return &taking{server: s, from: from, opts: *opts}, nil
}

// taking is a transaction.
type taking struct {
	*server
	from string
	opts smtpd.MailOptions
	to   []string
}

// Rcpt refuses nobody.
func (t *taking) Rcpt(addr string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(addr, "nobody@") {
		return refusalOf("550 5.1.1 no such user here")
	}
	t.to = append(t.to, addr)
	return nil
}

// Data takes the message for who has room.
func (t *taking) Data(raw []byte, answers []error, _ <-chan struct{}) {
	var to []string
	for i, rcpt := range t.to {
		answer := &answers[min(i, len(answers)-1)]
		if strings.HasPrefix(rcpt, "full@") {
			*answer = refusalOf("552 5.2.2 mailbox full")
		}
		if *answer == nil {
			to = append(to, rcpt)
		}
	}
	if len(to) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.messages = append(t.messages, t.from+": "+strings.Join(to, ", ")+"\n"+string(raw))
}

// Answered counts.
func (t *taking) Answered() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.told++
}

// accounts are passwords by name.
type accounts map[string]string

// Password: see [smtpd.Accounts].
func (a accounts) Password(name string) (account, password string, found bool) {
	password, found = a[name]
	return name, password, found
}

// Token: see [smtpd.Accounts].
func (a accounts) Token(string, string) (string, bool) { return "", false }

// HasTokens: see [smtpd.Accounts].
func (a accounts) HasTokens() bool { return false }
