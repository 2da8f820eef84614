// Package transcript keeps the end of what was said on all connections of a server, and
// writes it to a log: nothing as sent that was not.
package transcript

import (
	"io"
	"strings"
	"sync"
	"time"

	"github.com/go-mailtest/mailtest/internal/serve"
)

// Transcript records connections. Its methods may be called from any goroutine.
type Transcript struct {
	start  time.Time
	logMu  sync.Mutex // one line at a time
	log    io.Writer  // nil: no live transcript
	format func(Line) string
	next   func() uint64

	mu   sync.Mutex // guards what follows
	ring ring
}

// Line is a line of a transcript.
type Line struct {
	Seq  uint64 // its place in the order of all that happens; that of the lines before it, if they came together
	Conn int
	From serve.Side
	At   time.Duration // since the transcript was begun
	Text string        // without its last "\n"; a line break inside it is "\n\t"
}

// New begins a transcript of so many bytes, 0 for none, and a log of all, nil for none,
// in which lines are as format has them. next gives a line its place among other things
// that happen.
func New(limit int, log io.Writer, next func() uint64, format func(Line) string) *Transcript {
	return &Transcript{start: time.Now(), log: log, next: next, format: format, ring: ring{limit: limit}}
}

// Began is when the transcript was begun.
func (t *Transcript) Began() time.Time { return t.start }

// Open begins to record a connection. What it returns is nil if nothing is kept.
func (t *Transcript) Open(conn int) serve.Recorder {
	if t.ring.limit == 0 && t.log == nil {
		return nil
	}
	return &recorder{t: t, conn: conn}
}

// Lines are those that are left, of the connections that are wanted; nil wants all.
// cut says that what came before them is gone.
func (t *Transcript) Lines(wanted func(conn int) bool) (lines []Line, cut bool) {
	if wanted == nil {
		wanted = func(int) bool { return true }
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ring.lines(wanted), t.ring.dropped > t.ring.reset
}

// Forget begins anew: nobody is to miss what there was.
func (t *Transcript) Forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ring.forget()
}

// Limit is how many bytes are kept.
func (t *Transcript) Limit() int { return t.ring.limit }

// Indent puts the lines inside a line below its beginning.
func Indent(text string, width int) string {
	return strings.ReplaceAll(text, "\n\t", "\n"+strings.Repeat(" ", width))
}

// writeLog writes lines of one side.
func (t *Transcript) writeLog(conn int, from serve.Side, text []byte) {
	for line := range eachLine(text) {
		io.WriteString(t.log, t.format(Line{Conn: conn, From: from, Text: strings.TrimSuffix(string(line), "\n")}))
	}
}
