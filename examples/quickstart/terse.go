package main

import (
	"errors"
	"fmt"
	"io"
)

// terse is an imaptest.TB for a program, which has no *testing.T. A test does
// not need it.
type terse struct {
	w      io.Writer
	failed bool
}

func (t *terse) Helper()        {}
func (t *terse) Name() string   { return "quickstart" }
func (t *terse) Cleanup(func()) {}
func (t *terse) Failed() bool   { return t.failed }

func (t *terse) Logf(format string, a ...any) { fmt.Fprintf(t.w, format+"\n", a...) }

func (t *terse) Errorf(format string, a ...any) {
	t.failed = true
	t.Logf("FAILED: "+format, a...)
}

func (t *terse) Fatalf(format string, a ...any) {
	panic(fmt.Sprintf(format, a...))
}

func (t *terse) result() error {
	if t.failed {
		return errors.New("the assertions above failed")
	}
	return nil
}
