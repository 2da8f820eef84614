package provider

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// witness is the testing.TB of one run of a matrix: it keeps the words of the first failure.
// A silent one does not fail the test to which it belongs.
type witness struct {
	testing.TB
	silent bool

	mu       sync.Mutex // guards what follows
	failed   bool
	first    string
	cleanups []func()
}

// run runs a test in a goroutine of its own, which FailNow ends, and then what it has to clean
// up.
func (w *witness) run(test func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer w.clean()
		test()
	}()
	<-done
}

func (w *witness) clean() {
	for {
		w.mu.Lock()
		last := len(w.cleanups) - 1
		if last < 0 {
			w.mu.Unlock()
			return
		}
		f := w.cleanups[last]
		w.cleanups = w.cleanups[:last]
		w.mu.Unlock()
		f()
	}
}

// Cleanup has f called when the run has ended.
func (w *witness) Cleanup(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cleanups = append(w.cleanups, f)
}

// Failed says whether the run has failed.
func (w *witness) Failed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failed
}

// fail notes a failure, and says it where it counts.
func (w *witness) fail(text string) {
	w.TB.Helper()
	w.mu.Lock()
	if !w.failed {
		first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
		w.failed, w.first = true, first
	}
	w.mu.Unlock()
	if w.silent {
		w.TB.Log(text)
		return
	}
	w.TB.Error(text)
}

func (w *witness) Error(args ...any) {
	w.TB.Helper()
	w.fail(strings.TrimSuffix(fmt.Sprintln(args...), "\n"))
}

func (w *witness) Errorf(format string, args ...any) {
	w.TB.Helper()
	w.fail(fmt.Sprintf(format, args...))
}

func (w *witness) Fail() {
	w.TB.Helper()
	w.fail("it failed without a word")
}

func (w *witness) FailNow() {
	w.TB.Helper()
	w.Fail()
	runtime.Goexit()
}

func (w *witness) Fatal(args ...any) {
	w.TB.Helper()
	w.Error(args...)
	runtime.Goexit()
}

func (w *witness) Fatalf(format string, args ...any) {
	w.TB.Helper()
	w.Errorf(format, args...)
	runtime.Goexit()
}
