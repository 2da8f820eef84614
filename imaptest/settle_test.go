package imaptest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// What a client has sent before it hangs up is done when the server has settled, on every
// transport, whether it sends one command or many.
func TestSettle(t *testing.T) {
	for name, dial := range transports {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := imaptest.Start(t)
			for round := range 20 {
				last := round
				if round == 19 {
					last = 500 // more than is read at a time
				}
				c := faultClient(t, dial(t, srv))
				var commands strings.Builder
				for n := range last + 1 {
					fmt.Fprintf(&commands, "x%d CREATE box-%d-%d\r\n", n, round, n)
				}
				if _, err := io.WriteString(c.nc, commands.String()); err != nil {
					t.Fatal(err)
				}
				c.nc.Close()
				if err := srv.Settle(t.Context()); err != nil {
					t.Fatal(err)
				}
				srv.Mailbox(fmt.Sprintf("box-%d-%d", round, last)).AssertExists(t)
				if n := srv.ConnsOpen(); n != 0 {
					t.Errorf("%d connections are open", n)
				}
			}
		})
	}
}

// A command that runs is waited for, and named when that is in vain; one that idles is not,
// nor is a client that says nothing.
func TestSettleWaits(t *testing.T) {
	srv := imaptest.Start(t)
	idler := dialRaw(t, srv)
	idler.send("i IDLE")
	idler.line()
	if err := srv.Settle(t.Context()); err != nil {
		t.Error(err)
	}
	hold := srv.Hold("NOOP")
	c := dialRaw(t, srv)
	c.send("a NOOP")
	hold.Wait(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := srv.Settle(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "not settled, connection 1 of user") {
		t.Errorf("got %v", err)
	}
	hold.Release()
	c.line()
	if err := srv.Settle(t.Context()); err != nil {
		t.Error(err)
	}
}
