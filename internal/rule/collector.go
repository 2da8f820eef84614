package rule

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// Collector takes the place of a test for a server that was made with New: what is called
// wrongly is an error of Close, or of CheckRules.
type Collector struct {
	mu   sync.Mutex // guards what follows
	errs []error
}

// Misuse is what a collector in the place of a test has collected, once.
func Misuse(t TB) []error {
	c, isCollector := t.(*Collector)
	if !isCollector {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	errs := c.errs
	c.errs = nil
	return errs
}

// Errorf notes an error with the line of the caller outside the packages that have rules.
func (c *Collector) Errorf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.errs = append(c.errs, fmt.Errorf("%s%s", callerLine(), fmt.Sprintf(format, args...)))
}

// Fatalf is Errorf: there is no test that could be stopped.
func (c *Collector) Fatalf(format string, args ...any) { c.Errorf(format, args...) }

// Helper has nothing to do: callerLine looks for itself.
func (c *Collector) Helper() {}

// Name is that of no test.
func (c *Collector) Name() string { return "" }

// Cleanup has no end to wait for.
func (c *Collector) Cleanup(func()) {}

// Logf has nowhere to write to.
func (c *Collector) Logf(string, ...any) {}

// Failed says whether something has been collected.
func (c *Collector) Failed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.errs) > 0
}

// ours are the packages whose callers are meant.
var ours = []string{"/imaptest.", "/smtpsink.", "/internal/rule."}

// callerLine is "mail_test.go:17: " of the nearest caller that is not one of ours.
func callerLine() string {
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		frame, more := frames.Next()
		if !slices.ContainsFunc(ours, func(name string) bool { return strings.Contains(frame.Function, name) }) {
			return fmt.Sprintf("%s:%d: ", filepath.Base(frame.File), frame.Line)
		}
		if !more {
			return ""
		}
	}
}
