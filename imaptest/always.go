package imaptest

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// Rules that always hold are options of a server. They disturb nothing, and are checked at
// the server's end, by CheckRules of a server that was made with New. A failure shows the
// command that broke the rule and what was said until then.

// KeepUnseen is broken when a message becomes \Seen otherwise than by STORE: by a FETCH of
// BODY[] that should have been BODY.PEEK[]. What the test itself does breaks nothing, nor does
// APPEND, which brings a message with the flags that it has.
func KeepUnseen() Option { return alwaysOption(func(a *always) { a.keepUnseen = true }) }

// NoLoss is broken when a client takes the last copy of a message from the account that it is in,
// with the mailbox, for one, or to another account. Copies are told by Message-ID and body, or
// by their bytes: a REPLACE by something else loses what was there. From the mailboxes that are
// named messages may go, and with them: NoLoss("Trash", "Junk").
func NoLoss(allowed ...string) Option {
	return alwaysOption(func(a *always) { a.noLoss, a.mayLose = true, append(a.mayLose, allowed...) })
}

// ReadOnly is broken when a client changes anything: a flag, a message, a mailbox, a
// subscription, rights, quotas, annotations, the keys of URLs. \Recent does not count, nor does
// what comes by SMTP, which is delivered: smtpsink's AssertNothingSent is for that.
func ReadOnly() Option { return alwaysOption(func(a *always) { a.readOnly = true }) }

// ForbidPlaintextLogin is broken when a client logs in so that others can read its password or
// token: by LOGIN, or by AUTHENTICATE or the AUTH of SMTP with a mechanism that does not hide it,
// without TLS. It does not matter whether the server lets it. A connection of Dial is without TLS
// until STARTTLS.
func ForbidPlaintextLogin() Option { return alwaysOption(func(a *always) { a.noPlaintext = true }) }

// MaxCommands is broken by the command after the n-th, of all IMAP connections together.
func MaxCommands(n int) Option {
	return maxOption("MaxCommands", n, func(a *always) { a.maxCommands = &n })
}

// MaxConns is broken by the IMAP connection after the n-th, from the beginning to the end.
// [WithLimits] is about how many are open at once.
func MaxConns(n int) Option { return maxOption("MaxConns", n, func(a *always) { a.maxConns = &n }) }

// MaxRoundTrips is broken when clients have had to wait for the server more than n times, as
// [Server.RoundTrips] counts it.
func MaxRoundTrips(n int) Option {
	return maxOption("MaxRoundTrips", n, func(a *always) { a.maxTrips = &n })
}

func alwaysOption(set func(*always)) Option {
	return optionFunc(func(c *config) error {
		set(&c.always)
		return nil
	})
}

func maxOption(name string, n int, set func(*always)) Option {
	return optionFunc(func(c *config) error {
		if n < 0 {
			return errors.New(name + ": " + fmt.Sprint(n) + " is no number of anything")
		}
		set(&c.always)
		return nil
	})
}

// always is which rules always hold.
type always struct {
	keepUnseen, noLoss, readOnly, noPlaintext bool

	mayLose                         []string
	maxCommands, maxConns, maxTrips *int
}

// any says that there are some, aboutMail that some are about mail.
func (a *always) any() bool {
	return a.aboutMail() || a.noPlaintext || a.maxCommands != nil || a.maxConns != nil || a.maxTrips != nil
}

func (a *always) aboutMail() bool { return a.keepUnseen || a.noLoss || a.readOnly }

// guard holds a server to them.
type guard struct {
	always
	srv *Server

	mu       sync.Mutex // guards what follows
	commands int
	conns    int
	last     Command             // that began
	running  map[int]guardedWork // the last one of each connection
	mail     *guardedMail
	breaches []*breach
}

// guardedWork is a command by whose number the store knows what it changes.
type guardedWork struct {
	Command
	number uint32
	ended  bool
}

// breach is a rule that was broken.
type breach struct {
	rule  string // KeepUnseen()
	what  string
	by    string // the command
	lines string // that had been said on its connection
	more  int    // how often after that
	said  bool
}

// newGuard is nil where there is nothing to guard.
func newGuard(s *Server) *guard {
	if !s.cfg.always.any() {
		return nil
	}
	g := &guard{always: s.cfg.always, srv: s}
	if g.aboutMail() {
		g.mail = &guardedMail{g: g}
		g.mail.unfollow = s.core().Follow(g.mail.note)
	}
	g.begin()
	return g
}

// begin begins anew with the mail as it is.
func (g *guard) begin() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.commands, g.conns, g.last, g.breaches = 0, 0, Command{}, nil
	g.running = make(map[int]guardedWork)
	if g.aboutMail() {
		g.mail.begin()
	}
}

// end is that of the server.
func (g *guard) end() {
	if g != nil && g.aboutMail() {
		g.mail.unfollow()
	}
}

// connected counts a connection.
func (g *guard) connected(conn int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conns++; g.maxConns != nil && g.conns > *g.maxConns {
		g.broken(fmt.Sprintf("MaxConns(%d)", *g.maxConns), fmt.Sprintf("connection %d is one too many", conn), author{conn: conn})
	}
}

// closed is the end of a connection.
func (g *guard) closed(conn int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.settle(conn)
	delete(g.running, conn)
}

// settle looks at what the last command of a connection has done, which has ended.
func (g *guard) settle(conn int) {
	if !g.aboutMail() {
		return
	}
	if work, found := g.running[conn]; found {
		work.ended = true
		g.running[conn] = work
	}
	g.mail.look(false)
}

// began is called for every command, before it runs.
func (g *guard) began(cmd *imapd.Command) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.settle(cmd.Conn)
	g.checkTrips()
	g.commands++
	g.last = commandOf(cmd)
	g.running[cmd.Conn] = guardedWork{Command: g.last, number: cmd.Number}
	if g.maxCommands != nil && g.commands > *g.maxCommands {
		g.broken(fmt.Sprintf("MaxCommands(%d)", *g.maxCommands), "this is one too many", byCommand(g.last))
	}
	if g.noPlaintext && !cmd.TLS && sendsSecret(g.last) {
		g.broken("ForbidPlaintextLogin()", plaintextLogin, byCommand(g.last))
	}
}

// checkTrips looks at what has been waited for up to the last command.
func (g *guard) checkTrips() {
	if trips := g.srv.RoundTrips(); g.maxTrips != nil && trips > *g.maxTrips {
		g.broken(fmt.Sprintf("MaxRoundTrips(%d)", *g.maxTrips), "a client has had to wait once more than that", byCommand(g.last))
	}
}

// ran is called when a command has run, and looks at what it has changed.
func (g *guard) ran(cmd *imapd.Command) {
	if !g.aboutMail() {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.settle(cmd.Conn)
	if cmd.Name == "RESETKEY" {
		g.mail.lookAtKeys(commandOf(cmd))
	}
}

// author is who has broken a rule.
type author struct {
	conn int    // whose last lines are shown, 0 for nobody's
	by   string // the line that says who it was
}

func byCommand(cmd Command) author {
	return author{cmd.Conn, fmt.Sprintf("    by   %s on connection %d", cmd, cmd.Conn)}
}

// broken notes that a rule was broken; g.mu is held.
func (g *guard) broken(rule, what string, by author) {
	for _, b := range g.breaches {
		if b.rule == rule {
			b.more++
			return
		}
	}
	g.breaches = append(g.breaches, &breach{rule: rule, what: what, by: by.by, lines: g.srv.rec.tailOf(by.conn)})
}

// report fails the test for each rule that was broken, once.
func (g *guard) report(t TB) {
	t.Helper()
	g.mu.Lock()
	g.checkTrips()
	g.checkSMTP()
	if g.aboutMail() {
		g.mail.look(true)
	}
	var texts []string
	shown := ""
	for _, b := range g.breaches {
		if b.said {
			continue
		}
		b.said = true
		if b.lines == shown {
			b.lines = "" // one command has broken several rules
		} else {
			shown = b.lines
		}
		texts = append(texts, b.String())
	}
	g.mu.Unlock()
	for _, text := range texts {
		g.srv.errorf(t, "%s", text)
	}
}

// String is the text of the failure.
func (b *breach) String() string {
	parts := []string{b.rule + ": " + b.what}
	if b.more > 0 {
		parts[0] += fmt.Sprintf("; and %d more after that", b.more)
	}
	for _, part := range []string{b.by, strings.TrimRight(b.lines, "\n")} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "\n")
}

// tailOf is what was said last on a connection.
func (rec *recorder) tailOf(num int) string {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	c := rec.conn(num)
	if c == nil {
		return ""
	}
	var sb strings.Builder
	rec.writeTail(&sb, c)
	return sb.String()
}
