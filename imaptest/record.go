package imaptest

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/serve"
	"github.com/go-mailtest/mailtest/internal/transcript"
)

// keptConns is how many connections are remembered after they have ended.
const keptConns = 1000

// recorder sees everything that goes over the wire.
type recorder struct {
	transcript *transcript.Transcript
	history    *history.History
	smtp       *transcript.Transcript // nil without SMTP
	mail       mailLog

	mu      sync.Mutex // guards what follows
	conns   []*connLog // in the order of connecting
	opened  int
	journal journal
	earlier []*entry // that the journal no longer has, because of Mark or because they are too many
}

func newRecorder(log io.Writer, limit int, bounds bounds) *recorder {
	rec := &recorder{history: history.New(bounds.acts)}
	next := rec.history.Next
	rec.transcript = transcript.New(limit, log, next, func(line transcript.Line) string {
		return fmt.Sprintf("%d %c: %s\n", line.Conn, line.From, line.Text)
	})
	rec.mail.bounds, rec.mail.history = bounds, rec.history
	return rec
}

// connLog is what is remembered of a connection.
type connLog struct {
	num       int
	user      string
	lastUser  string // who was logged in before UNAUTHENTICATE, or is
	tls       bool
	mailboxes []string // those that were selected or named, in order
	loggedOut bool     // LOGOUT was answered
	ended     bool
}

// open begins the record of a connection.
func (rec *recorder) open(num int) serve.Recorder {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.opened++
	rec.history.Open(history.IMAP, num)
	rec.forgetConns()
	rec.conns = append(rec.conns, &connLog{num: num})
	return rec.transcript.Open(num)
}

// forgetConns makes room by forgetting the oldest that have ended.
func (rec *recorder) forgetConns() {
	if len(rec.conns) < keptConns {
		return
	}
	if i := slices.IndexFunc(rec.conns, func(c *connLog) bool { return c.ended }); i >= 0 {
		rec.conns = slices.Delete(rec.conns, i, i+1)
	}
}

func (rec *recorder) conn(num int) *connLog {
	i, found := slices.BinarySearchFunc(rec.conns, num, func(c *connLog, num int) int { return c.num - num })
	if !found {
		return nil
	}
	return rec.conns[i]
}

// session notes whose connection it is and what it selects.
func (rec *recorder) session(s imapd.Session) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	c := rec.conn(s.Conn)
	if c == nil {
		return
	}
	if c.user = s.User; s.User != "" {
		c.lastUser = s.User
	}
	c.note(s.Mailbox)
}

// note remembers a mailbox that a connection has to do with.
func (c *connLog) note(mailbox string) {
	if mailbox != "" && !slices.Contains(c.mailboxes, mailbox) {
		c.mailboxes = append(c.mailboxes, mailbox)
	}
}

// closed notes the end of a connection.
func (rec *recorder) closed(num int, why string) {
	rec.history.Close(history.IMAP, num, why)
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if c := rec.conn(num); c != nil {
		c.ended = true
	}
}

// begin puts a command into the journal.
func (rec *recorder) begin(cmd *imapd.Command) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	e, forgotten := rec.journal.add(cmd)
	rec.remember(forgotten)
	e.Seq = rec.history.Next()
	cmd.Entry, cmd.Number = e, uint32(e.Seq)
	if c := rec.conn(cmd.Conn); c != nil {
		c.tls = cmd.TLS
		c.note(destination(cmd))
	}
}

// end notes how a command is being answered, or that its answer was lost.
func (rec *recorder) end(cmd *imapd.Command) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	e := cmd.Entry.(*entry)
	e.finish(cmd)
	e.User, e.attempt, e.done = cmd.EndUser, cmd.Attempt, rec.history.Next()
	if c := rec.conn(cmd.Conn); c != nil {
		c.loggedOut = c.loggedOut || cmd.Name == "LOGOUT" && strings.HasPrefix(cmd.Result, "OK")
	}
}
