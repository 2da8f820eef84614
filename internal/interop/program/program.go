// Package program says whether a program that a test needs can be used. A machine
// may have it by half: without a module that it loads, with a library that is gone,
// so that it hangs. Such a program is as good as none, and the test skips and says
// why; where the environment says CI=true it fails.
package program

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// TB is what is needed of a *testing.T.
type TB interface {
	Helper()
	Skipf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Program is a program of another project. Before a test talks to it, it is run once
// to see whether it works, which involves no server.
type Program struct {
	Name  string        // of its file
	Dirs  []string      // where it may be if it is not in PATH
	Probe []string      // arguments with which it loads what it needs, and ends
	Shows []string      // regular expressions, each of which its output matches then
	Limit time.Duration // how long that may take; zero: 10 s
}

const defaultLimit = 10 * time.Second

// Need gives the path of a program that works. If there is none the test ends here.
func Need(t TB, p Program) string {
	t.Helper()
	path, err := p.Find()
	if err != nil {
		Unusable(t, p.Name, err)
	}
	return path
}

// Unusable ends a test that needs what is not there, or does not work: it is skipped,
// or has failed in CI.
func Unusable(t TB, what string, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s cannot be used, and CI has it: %v", what, err)
	}
	t.Skipf("%s cannot be used: %v", what, err)
}

// Find gives the path of the program, or says why it cannot be used.
func (p Program) Find() (string, error) {
	path, err := p.Look()
	if err != nil {
		return "", err
	}
	key := strings.Join(append([]string{path}, p.Probe...), "\x00") + os.Getenv("NODE_PATH")
	check, _ := probed.LoadOrStore(key, sync.OnceValue(func() error { return p.probe(path) }))
	return path, check.(func() error)()
}

// probed has what was found out in this process: a program that hangs does so once.
var probed sync.Map // of func() error, by path and arguments

// Look gives the path of the program, which may not work.
func (p Program) Look() (string, error) {
	path, err := exec.LookPath(p.Name)
	for _, dir := range p.Dirs {
		if err == nil {
			break
		}
		path, err = exec.LookPath(filepath.Join(dir, p.Name))
	}
	if err != nil {
		return "", errors.New("it is not installed")
	}
	return filepath.Abs(path)
}

// probe runs the program.
func (p Program) probe(path string) error {
	limit := p.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, p.Probe...)
	cmd.WaitDelay = 100 * time.Millisecond // for children that keep its output open
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return fmt.Errorf("%s %s does not end within %v\n%s", path, strings.Join(p.Probe, " "), limit, out)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", path, strings.Join(p.Probe, " "), err, out)
	}
	for _, want := range p.Shows {
		if !regexp.MustCompile(want).Match(out) {
			return fmt.Errorf("%s %s shows no %q\n%s", path, strings.Join(p.Probe, " "), want, out)
		}
	}
	return nil
}
