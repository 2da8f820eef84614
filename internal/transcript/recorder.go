package transcript

import (
	"bytes"
	"time"

	"github.com/go-mailtest/mailtest/internal/serve"
)

// recorder records one connection: at once into the transcript, from which it takes
// back what turns out not to have been sent, and into the log when that is known.
type recorder struct {
	t    *Transcript
	conn int

	// t.mu guards what follows.
	sending []int // the pieces of the transcript that are being sent, the oldest first
	log     []logEntry
}

// logEntry is what is yet to be written to the log.
type logEntry struct {
	from serve.Side
	text []byte
	done bool
}

var _ serve.Recorder = (*recorder)(nil)

// Client takes lines of the client.
func (r *recorder) Client(text []byte) {
	at := time.Since(r.t.start)
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	r.t.ring.add(r.t.next(), r.conn, serve.FromClient, at, text, len(text))
	r.addLog(serve.FromClient, text, true)
}

// Sending takes lines that are about to be written.
func (r *recorder) Sending(text []byte, room int) {
	at := time.Since(r.t.start)
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	r.sending = append(r.sending, r.t.ring.add(r.t.next(), r.conn, serve.FromServer, at, text, room))
	r.addLog(serve.FromServer, text, false)
}

func (r *recorder) addLog(from serve.Side, text []byte, done bool) {
	if r.t.log != nil {
		r.log = append(r.log, logEntry{from, bytes.Clone(text), done})
	}
}

// Show changes the text of the last Sending.
func (r *recorder) Show(text []byte) { r.change(len(r.sending)-1, text) }

func (r *recorder) change(i int, text []byte) {
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	r.t.ring.replace(r.sending[i], text)
	if e := r.nthSending(i); e != nil {
		e.text = bytes.Clone(text)
	}
}

// nthSending is the n-th entry of the log that is being sent, nil without a log.
func (r *recorder) nthSending(n int) *logEntry {
	for i := range r.log {
		if r.log[i].done {
			continue
		}
		if n--; n < 0 {
			return &r.log[i]
		}
	}
	return nil
}

// Sent says that the oldest Sending has been written.
func (r *recorder) Sent() {
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	if e := r.nthSending(0); e != nil {
		e.done = true
	}
	r.sending = r.sending[:copy(r.sending, r.sending[1:])] // one as a rule, which needs no new room then
}

// Unsent says that of the oldest Sending only this has been written.
func (r *recorder) Unsent(text []byte) {
	r.change(0, text)
	r.Sent()
}

// Log writes what is known for sure.
func (r *recorder) Log() {
	if r.t.log == nil {
		return
	}
	r.t.logMu.Lock()
	defer r.t.logMu.Unlock()
	for _, e := range r.takeLog() {
		r.t.writeLog(r.conn, e.from, e.text)
	}
}

// takeLog takes the entries before the first that is still being sent.
func (r *recorder) takeLog() []logEntry {
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	n := 0
	for n < len(r.log) && r.log[n].done {
		n++
	}
	out := r.log[:n:n]
	r.log = r.log[n:]
	return out
}
