package imaptest

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// How much of the wire is kept: the last lines of each of the last
// connections, each line up to a length.
const (
	keptLines = 64
	keptBytes = 400
	keptConns = 64
)

// How much of it a failure shows.
const (
	shownLines = 16
	shownConns = 3
)

// recorder keeps the end of every conversation.
type recorder struct {
	logMu sync.Mutex // one line at a time
	log   io.Writer  // nil: no live transcript

	mu    sync.Mutex // guards conns
	conns []*connLog // in the order of connecting, the last keptConns of them
}

func newRecorder(log io.Writer) *recorder { return &recorder{log: log} }

// connLog is the end of one conversation.
type connLog struct {
	num int

	mu        sync.Mutex // guards what follows
	user      string
	mailboxes []string // those that were selected, in order
	lines     ring
}

// ring holds the last lines. Their buffers are used again.
type ring struct {
	buf  [][]byte
	next int
}

// add makes room for a line and returns its buffer, empty.
func (r *ring) add() *[]byte {
	if len(r.buf) < keptLines {
		r.buf = append(r.buf, nil)
		r.next = len(r.buf) % keptLines
		return &r.buf[len(r.buf)-1]
	}
	slot := &r.buf[r.next]
	r.next = (r.next + 1) % keptLines
	*slot = (*slot)[:0]
	return slot
}

// last returns the last n lines in order.
func (r *ring) last(n int) []string {
	size := len(r.buf)
	start := 0
	if size == keptLines {
		start = r.next
	}
	var out []string
	for i := max(0, size-n); i < size; i++ {
		out = append(out, string(r.buf[(start+i)%size]))
	}
	return out
}

// open begins the record of a connection.
func (rec *recorder) open(num int) func(imapd.Side, []byte) {
	c := &connLog{num: num}
	rec.mu.Lock()
	if len(rec.conns) == keptConns {
		rec.conns = slices.Delete(rec.conns, 0, 1)
	}
	rec.conns = append(rec.conns, c)
	rec.mu.Unlock()
	return func(from imapd.Side, line []byte) {
		c.add(from, line)
		if rec.log != nil {
			rec.live(num, from, line)
		}
	}
}

func (c *connLog) add(from imapd.Side, line []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	slot := c.lines.add()
	*slot = append(append(*slot, byte(from), ':', ' '), line[:min(len(line), keptBytes)]...)
	if cut := len(line) - keptBytes; cut > 0 {
		*slot = fmt.Appendf(*slot, " [… %d more bytes]", cut)
	}
}

// live writes a line to the log of WithLog.
func (rec *recorder) live(num int, from imapd.Side, line []byte) {
	rec.logMu.Lock()
	defer rec.logMu.Unlock()
	fmt.Fprintf(rec.log, "%d %c: %s\n", num, from, bytes.TrimRight(line, "\r\n"))
}

// session notes whose connection it is and what it selects.
func (rec *recorder) session(s imapd.Session) {
	rec.mu.Lock()
	i := slices.IndexFunc(rec.conns, func(c *connLog) bool { return c.num == s.Conn })
	if i < 0 {
		rec.mu.Unlock()
		return
	}
	c := rec.conns[i]
	rec.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.user = s.User
	if s.Mailbox != "" && !slices.Contains(c.mailboxes, s.Mailbox) {
		c.mailboxes = append(c.mailboxes, s.Mailbox)
	}
}

// tail is the end of the conversations that had to do with a mailbox, or of
// the last ones if none had.
func (rec *recorder) tail(m Mailbox) string {
	rec.mu.Lock()
	conns := slices.Clone(rec.conns)
	rec.mu.Unlock()
	touched := slices.DeleteFunc(slices.Clone(conns), func(c *connLog) bool { return !c.touched(m) })
	if len(touched) > 0 {
		conns = touched
	}
	var sb strings.Builder
	for _, c := range conns[max(0, len(conns)-shownConns):] {
		c.write(&sb)
	}
	return sb.String()
}

func (c *connLog) touched(m Mailbox) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.user == m.account.name && slices.Contains(c.mailboxes, m.name)
}

func (c *connLog) write(sb *strings.Builder) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.lines.buf) == 0 {
		return
	}
	user := c.user
	if user == "" {
		user = "not logged in"
	}
	fmt.Fprintf(sb, "last lines on connection %d (%s):\n", c.num, user)
	for _, line := range c.lines.last(shownLines) {
		line = strings.TrimRight(line, "\r\n")
		sb.WriteString("    " + strings.ReplaceAll(line, "\r\n", "\n       ") + "\n")
	}
}
