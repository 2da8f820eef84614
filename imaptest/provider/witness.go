package provider

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
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
	first    string // what failed first
	skipped  string // why it goes no further
	cleanups []func()
}

// run runs a test in a goroutine of its own, which FailNow ends, and then what it has to clean
// up. A panic of the test is one of the subtest to which it belongs.
func (w *witness) run(test func()) {
	done := make(chan struct{})
	var panicked string
	go func() {
		defer close(done)
		defer w.clean()
		defer func() {
			if why := recover(); why != nil {
				panicked = fmt.Sprintf("%v\n\n%s", why, debug.Stack())
			}
		}()
		test()
	}()
	<-done
	if panicked != "" {
		panic(panicked)
	}
}

// skip notes why the test goes no further here.
func (w *witness) skip(why string) {
	w.TB.Helper()
	w.mu.Lock()
	w.skipped, _, _ = strings.Cut(cmp.Or(strings.TrimSpace(why), "without a word"), "\n")
	w.mu.Unlock()
	w.TB.Skip(why)
}

func (w *witness) Skip(args ...any) {
	w.TB.Helper()
	w.skip(fmt.Sprintln(args...))
}

func (w *witness) Skipf(format string, args ...any) {
	w.TB.Helper()
	w.skip(fmt.Sprintf(format, args...))
}

func (w *witness) SkipNow() {
	w.TB.Helper()
	w.skip("")
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
