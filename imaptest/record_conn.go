package imaptest

import (
	"bytes"
	"fmt"
	"time"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// connRecorder records one connection: at once into the transcript, from which it takes
// back what turns out not to have been sent, and into the log when that is known.
type connRecorder struct {
	rec *recorder
	num int

	// rec.mu guards what follows.
	sending []int // the pieces of the transcript that are being sent, the oldest first
	log     []logEntry
}

// logEntry is what is yet to be written to the log.
type logEntry struct {
	from imapd.Side
	text []byte
	done bool
}

var _ imapd.Recorder = (*connRecorder)(nil)

// Client takes lines of the client.
func (c *connRecorder) Client(text []byte) {
	at := time.Since(c.rec.start)
	c.rec.mu.Lock()
	defer c.rec.mu.Unlock()
	c.rec.transcript.add(c.num, imapd.FromClient, at, text, len(text))
	c.addLog(imapd.FromClient, text, true)
}

// Sending takes lines that are about to be written.
func (c *connRecorder) Sending(text []byte, room int) {
	at := time.Since(c.rec.start)
	c.rec.mu.Lock()
	defer c.rec.mu.Unlock()
	c.sending = append(c.sending, c.rec.transcript.add(c.num, imapd.FromServer, at, text, room))
	c.addLog(imapd.FromServer, text, false)
}

func (c *connRecorder) addLog(from imapd.Side, text []byte, done bool) {
	if c.rec.log != nil {
		c.log = append(c.log, logEntry{from, bytes.Clone(text), done})
	}
}

// Show changes the text of the last Sending.
func (c *connRecorder) Show(text []byte) { c.change(len(c.sending)-1, text) }

func (c *connRecorder) change(i int, text []byte) {
	c.rec.mu.Lock()
	defer c.rec.mu.Unlock()
	c.rec.transcript.replace(c.sending[i], text)
	if e := c.nthSending(i); e != nil {
		e.text = bytes.Clone(text)
	}
}

// nthSending is the n-th entry of the log that is being sent, nil without a log.
func (c *connRecorder) nthSending(n int) *logEntry {
	for i := range c.log {
		if c.log[i].done {
			continue
		}
		if n--; n < 0 {
			return &c.log[i]
		}
	}
	return nil
}

// Sent says that the oldest Sending has been written.
func (c *connRecorder) Sent() {
	c.rec.mu.Lock()
	defer c.rec.mu.Unlock()
	if e := c.nthSending(0); e != nil {
		e.done = true
	}
	c.sending = c.sending[1:]
}

// Unsent says that of the oldest Sending only this has been written.
func (c *connRecorder) Unsent(text []byte) {
	c.change(0, text)
	c.Sent()
}

// Log writes what is known for sure.
func (c *connRecorder) Log() {
	if c.rec.log == nil {
		return
	}
	c.rec.logMu.Lock()
	defer c.rec.logMu.Unlock()
	for _, e := range c.takeLog() {
		for line := range eachLine(e.text) {
			fmt.Fprintf(c.rec.log, "%d %c: %s", c.num, e.from, line)
		}
	}
}

// takeLog takes the entries before the first that is still being sent.
func (c *connRecorder) takeLog() []logEntry {
	c.rec.mu.Lock()
	defer c.rec.mu.Unlock()
	n := 0
	for n < len(c.log) && c.log[n].done {
		n++
	}
	out := c.log[:n:n]
	c.log = c.log[n:]
	return out
}
