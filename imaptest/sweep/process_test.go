package sweep_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// Outside a sweep a program is tried again like any other code, and a test can kill it by
// hand: what it would do after that it never does, however long its time-outs are.
func TestProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		file := filepath.Join(t.TempDir(), "said")
		starts, ends := 0, 0
		sweep.Program(t, srv, 3, func(p *sweep.Process) error {
			if starts++; starts == 1 {
				return errors.New("not yet")
			}
			if starts == 2 {
				srv.On("NOOP").Nth(1).Before(func(*imaptest.Command) { p.Kill() }).Drop()
			}
			c, err := dialOn(t.Context(), p.Dial, timeout)
			if err != nil {
				return err
			}
			defer func() { ends++; c.close() }()
			_, err = c.cmd("NOOP")
			os.WriteFile(file, []byte("it goes on"), 0o666)
			srv.ClearRules()
			return err
		})
		time.Sleep(24 * time.Hour)
		if starts != 3 || ends != 1 {
			t.Errorf("%d starts, %d ends, want 3 and 1", starts, ends)
		}
		if n := srv.ConnsOpened(); n != 2 {
			t.Errorf("%d connections, want 2", n)
		}
	})
}

// A program is killed in real time as well.
func TestKillsInRealTime(t *testing.T) {
	var starts atomic.Int64
	sweep.Run(t, func(t testing.TB, srv *imaptest.Server) string {
		run := func() {
			sweep.Program(t, srv, 20, func(p *sweep.Process) error {
				starts.Add(1)
				return sessionOn(t.Context(), p.Dial, func(c *client, uids []string) error {
					for _, uid := range uids {
						if _, err := c.cmd("UID MOVE %s Archive", uid); err != nil {
							return err
						}
					}
					return nil
				})
			})
		}
		run()
		sweep.Calm(t)
		run()
		return ""
	}, letters(2), sweep.RealTime(time.Minute), sweep.Only(sweep.Kills))
	if n := starts.Load(); n != 37 { // 2 undisturbed runs start it twice, and 11 disturbed ones three times
		t.Errorf("%d starts, want 37", n)
	}
}

// A program that fails for good, panics or ends its goroutine does so where it was called.
func TestProgramEnds(t *testing.T) {
	if inChild() {
		t.Run("gives up", func(t *testing.T) {
			sweep.Run(t, programOf(func(t testing.TB, _ *sweep.Process) error { return errors.New("no use") }), letters(1))
		})
		t.Run("panics", func(t *testing.T) {
			sweep.Run(t, programOf(func(testing.TB, *sweep.Process) error { panic("what now?") }), letters(1))
		})
		t.Run("stops", func(t *testing.T) {
			sweep.Run(t, programOf(func(t testing.TB, _ *sweep.Process) error { t.Fatal("enough"); return nil }), letters(1))
		})
		return
	}
	out := child(t, "-test.run=^TestProgramEnds$")
	for _, want := range []string{
		"not at a good end: FAILED 3 tries: no use", "not at a good end: PANIC what now?: sweep_test.TestProgramEnds", "not at a good end: FAILED enough",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func programOf(f func(t testing.TB, p *sweep.Process) error) sweep.Scenario {
	return func(t testing.TB, srv *imaptest.Server) string {
		sweep.Program(t, srv, 3, func(p *sweep.Process) error { return f(t, p) })
		return ""
	}
}

// sharing has three goroutines that use one connection, each under a lock that it holds until it has
// read the answer.
func sharing(t testing.TB, srv *imaptest.Server) string {
	sweep.Program(t, srv, 3, func(p *sweep.Process) error {
		c, err := dialOn(t.Context(), p.Dial, timeout)
		if err != nil {
			return err
		}
		defer c.close()
		var lock sync.Mutex
		errs := make(chan error, 3)
		for range cap(errs) {
			go func() {
				lock.Lock()
				defer lock.Unlock()
				_, err := c.cmd("NOOP")
				errs <- err
			}()
		}
		return errors.Join(<-errs, <-errs, <-errs)
	})
	return ""
}

// Goroutines of a killed program that wait for its locks do not stop the time of who comes after
// it.
func TestKilledUnderLock(t *testing.T) {
	sweep.Run(t, sharing, sweep.Only(sweep.Kills, sweep.Breaks))
}
