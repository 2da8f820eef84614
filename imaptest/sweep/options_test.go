package sweep_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// Every built-in disturbance has a name that needs no escapes, and prints as Go.
func TestNames(t *testing.T) {
	for _, d := range sweep.Disturbances() {
		if d.Name == "" || strings.Trim(d.Name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.") != "" {
			t.Errorf("%q is no name for -run", d.Name)
		}
		if !strings.HasSuffix(d.String(), ")") {
			t.Errorf("%s is printed as %q", d.Name, d)
		}
	}
}

// Retry waits a virtual minute between tries, and stops the test with the last error.
func TestRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun, tries := time.Now(), 0
		sweep.Retry(t, 3, func() error {
			if tries++; tries < 3 {
				return errors.New("not yet")
			}
			return nil
		})
		if took := time.Since(begun); tries != 3 || took != 2*time.Minute {
			t.Errorf("%d tries in %v, want 3 in 2m", tries, took)
		}
	})
	sweep.Calm(t) // outside a sweep it does nothing
}

// A team adds a disturbance of its own, and leaves out all others.
func TestAlso(t *testing.T) {
	var made, fired atomic.Int64
	sweep.Run(t, careful, letters(1), sweep.Only("Mine"), sweep.Also(sweep.Disturbance{
		Name: "Maintenance", Group: "Mine", Go: `Bye("[UNAVAILABLE] maintenance")`,
		At: func(p sweep.Point) bool { return p.Kind == sweep.Command && p.Name == "UID MOVE" },
		Do: func(e *sweep.Env) {
			made.Add(1)
			e.Rule().Before(func(*imaptest.Command) { fired.Add(1) }).Bye("[UNAVAILABLE] maintenance")
		},
	}))
	if made.Load() != 1 || fired.Load() != 1 {
		t.Errorf("made %d times, fired %d times, want once", made.Load(), fired.Load())
	}
}

// What may fail may, and checks can be switched off by name.
func TestForgiven(t *testing.T) {
	sweep.Run(t, resigned, letters(2), sweep.Only(sweep.Answers), sweep.MayFail())
	sweep.Run(t, resigned, letters(2), sweep.Only(sweep.Answers), sweep.Unchecked(sweep.Assertions))
	sweep.Run(t, copies(true), letters(2), sweep.Unchecked(sweep.NoDuplicates, sweep.SameState))
	sweep.Run(t, copies(false), letters(2), sweep.Only(sweep.Answers), sweep.Unchecked(sweep.NoDuplicates, sweep.SameState, sweep.NoLoss))
	sweep.Run(t, teller, letters(2), sweep.Unchecked(sweep.SameResult))
	sweep.Run(t, waiter, letters(2), sweep.Unchecked(sweep.Ends))
}

// A client that can only be given an address is swept over sockets, one run after the other.
func TestRealTime(t *testing.T) {
	var most, now atomic.Int64
	sweep.Run(t, func(t testing.TB, srv *imaptest.Server) string {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer now.Add(-1)
		addr := srv.Addr()
		for range 2 {
			sweep.Retry(t, 20, func() error { return noop(t.Context(), addr) })
			sweep.Calm(t)
		}
		return ""
	}, sweep.RealTime(time.Minute), sweep.Serial(), sweep.Only(sweep.Breaks, sweep.Answers))
	if most.Load() != 1 {
		t.Errorf("%d runs at once", most.Load())
	}
}

// In real time the mail is looked at when the server has done what it was sent: a client that
// hangs up without a look at the answer ends the same each time.
func TestRealTimeSettles(t *testing.T) {
	sweep.Run(t, func(t testing.TB, srv *imaptest.Server) string {
		nc, err := new(net.Dialer).DialContext(t.Context(), "tcp", srv.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		c := &client{nc: nc, r: bufio.NewReader(nc), timeout: timeout}
		c.line()
		c.cmd("LOGIN %s %s", imaptest.DefaultUser, imaptest.DefaultPassword)
		c.cmd("SELECT INBOX")
		io.WriteString(nc, "a UID COPY 1:* Archive\r\nb UID MOVE 1:* Archive\r\nc APPEND Archive {3+}\r\nx:y\r\n")
		return ""
	}, letters(20), sweep.RealTime(time.Minute), sweep.Only(sweep.Odd), sweep.Unchecked(sweep.NoDuplicates))
}

// noop connects to an address, says NOOP and LOGOUT.
func noop(ctx context.Context, addr string) error {
	nc, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer nc.Close()
	for _, line := range []string{"", "a NOOP\r\n", "b LOGOUT\r\n"} {
		if _, err := io.WriteString(nc, line); err != nil {
			return err
		}
		buf := make([]byte, 4096)
		n, err := nc.Read(buf)
		if err != nil {
			return err
		}
		if answer := string(buf[:n]); line != "" && !strings.Contains(answer, line[:1]+" OK") && !strings.Contains(answer, "* BYE Logging out") {
			return errors.New(answer)
		}
	}
	return nil
}
