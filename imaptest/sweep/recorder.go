package sweep

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// recorder is the testing.TB of one run: what it is told is part of the report and fails
// no test. What it does not do itself the test does for it.
type recorder struct {
	testing.TB
	name   string
	calm   func()
	player *player
	ctx    context.Context
	cancel context.CancelFunc

	mu       sync.Mutex      // guards what follows
	owners   map[string]bool // goroutines that may end themselves: the scenario's, and those of programs
	failures []string
	stray    string // of a FailNow in another goroutine
	failed   bool
	skipped  bool
	frozen   bool // what fails now comes of the scenario's being ended
	logs     strings.Builder
	cleanups []func()
}

func newRecorder(t testing.TB, name string) *recorder {
	r := &recorder{TB: t, name: name}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	return r
}

func (r *recorder) Helper()                         {}
func (r *recorder) Name() string                    { return r.name }
func (r *recorder) Context() context.Context        { return r.ctx }
func (r *recorder) Attr(string, string)             {}
func (r *recorder) Output() io.Writer               { return recorderWriter{r} }
func (r *recorder) Log(args ...any)                 { r.log(fmt.Sprintln(args...)) }
func (r *recorder) Logf(format string, args ...any) { r.log(fmt.Sprintf(format, args...)) }

// recorderWriter is the output of a run.
type recorderWriter struct{ r *recorder }

// Write keeps p.
func (w recorderWriter) Write(p []byte) (int, error) {
	w.r.mu.Lock()
	defer w.r.mu.Unlock()
	return w.r.logs.Write(p)
}

func (r *recorder) log(text string) {
	io.WriteString(recorderWriter{r}, strings.TrimSuffix(text, "\n")+"\n")
}

func (r *recorder) fail(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.frozen {
		return
	}
	r.failed = true
	if text = strings.TrimSpace(text); text != "" {
		r.failures = append(r.failures, text)
	}
}

// freeze keeps what there is, thaw goes on.
func (r *recorder) freeze() { r.setFrozen(true) }
func (r *recorder) thaw()   { r.setFrozen(false) }

func (r *recorder) setFrozen(frozen bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.frozen = frozen
}

// Fail and the others fail the run.
func (r *recorder) Fail()                             { r.fail("") }
func (r *recorder) Error(args ...any)                 { r.fail(fmt.Sprintln(args...)) }
func (r *recorder) Errorf(format string, args ...any) { r.fail(fmt.Sprintf(format, args...)) }
func (r *recorder) Fatal(args ...any)                 { r.fail(fmt.Sprintln(args...)); r.stop() }
func (r *recorder) Fatalf(format string, args ...any) { r.fail(fmt.Sprintf(format, args...)); r.stop() }
func (r *recorder) FailNow()                          { r.fail(""); r.stop() }

// stop ends the caller's goroutine, which should be the scenario's.
func (r *recorder) stop() {
	caller := goroutine()
	r.mu.Lock()
	if !r.frozen && len(r.owners) > 0 && !r.owners[caller] {
		r.stray = "FailNow in another goroutine than the scenario's"
		if n := len(r.failures); n > 0 {
			r.stray += ": " + r.failures[n-1]
		}
	}
	r.mu.Unlock()
	runtime.Goexit()
}

// own says that the caller's goroutine is the scenario's, or a program's.
func (r *recorder) own() {
	caller := goroutine()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.owners == nil {
		r.owners = make(map[string]bool)
	}
	r.owners[caller] = true
}

// Failed says whether the run has failed.
func (r *recorder) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

// Skip and the others end the scenario: it has not come to its end.
func (r *recorder) Skip(args ...any)                 { r.skip(fmt.Sprintln(args...)) }
func (r *recorder) Skipf(format string, args ...any) { r.skip(fmt.Sprintf(format, args...)) }
func (r *recorder) SkipNow()                         { r.skip("") }

func (r *recorder) skip(text string) {
	r.mu.Lock()
	r.skipped = true
	r.mu.Unlock()
	r.fail("skipped: " + text)
	runtime.Goexit()
}

// Skipped says whether the scenario has skipped.
func (r *recorder) Skipped() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.skipped
}

// Cleanup calls f when the scenario has ended.
func (r *recorder) Cleanup(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cleanups = append(r.cleanups, f)
}

// cleanup calls what Cleanup was given, the last first.
func (r *recorder) cleanup() {
	r.cancel()
	for {
		r.mu.Lock()
		n := len(r.cleanups)
		if n == 0 {
			r.mu.Unlock()
			return
		}
		f := r.cleanups[n-1]
		r.cleanups = r.cleanups[:n-1]
		r.mu.Unlock()
		f()
	}
}

// goroutine is the number of the caller's goroutine, bubble that of its bubble, "" for none:
// a stack begins with "goroutine 18 [running, synctest bubble 3]:".
func goroutine() string {
	fields := strings.Fields(stackHead())
	return fields[1]
}

func bubble() string { return bubbleIn(stackHead()) }

func bubbleIn(head string) string {
	_, rest, found := strings.Cut(head, "synctest bubble ")
	if !found {
		return ""
	}
	return rest[:strings.IndexAny(rest+"]", "],:")]
}

func stackHead() string {
	buf := make([]byte, 128)
	head, _, _ := bytes.Cut(buf[:runtime.Stack(buf, false)], []byte("\n"))
	return string(head)
}
