package api

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// reporter is a test that is none: what a helper reports is an error.
type reporter struct {
	name     string    // each request's own: what one was told is told to the next, too
	deadline time.Time // of waits; zero: none but the server's patience

	mu       sync.Mutex
	reported []string
	cleanups []func()
}

// do calls f, and gives back what it reported. A helper that stops its test ends f.
func (r *reporter) do(f func(t imaptest.TB)) error {
	panicked := make(chan any, 1)
	go func() {
		defer func() { panicked <- recover() }()
		f(r)
	}()
	if p := <-panicked; p != nil {
		panic(p)
	}
	return r.take()
}

// take is what has been reported since it was last asked.
func (r *reporter) take() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.reported) == 0 {
		return nil
	}
	err := errors.New(strings.Join(r.reported, "\n"))
	r.reported = nil
	return err
}

// end runs what was to be done at the test's end, last things first.
func (r *reporter) end() error {
	return r.do(func(imaptest.TB) {
		for f := r.cleanup(); f != nil; f = r.cleanup() {
			f()
		}
	})
}

// cleanup takes the last thing that is still to be done, nil if there is none.
func (r *reporter) cleanup() (f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last := len(r.cleanups) - 1; last >= 0 {
		f, r.cleanups = r.cleanups[last], r.cleanups[:last]
	}
	return f
}

func (r *reporter) Helper()             {}
func (r *reporter) Name() string        { return r.name }
func (r *reporter) Logf(string, ...any) {}

func (r *reporter) Cleanup(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cleanups = append(r.cleanups, f)
}

func (r *reporter) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reported = append(r.reported, strings.TrimSpace(fmt.Sprintf(format, args...)))
}

func (r *reporter) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// Failed is for what has not been answered yet: a server outlives the mistakes of its tests.
func (r *reporter) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.reported) > 0
}

// Deadline bounds waits, as that of a *testing.T does.
func (r *reporter) Deadline() (time.Time, bool) { return r.deadline, !r.deadline.IsZero() }
