package imaptest_test

import (
	"crypto/tls"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// TestWhyConnsEnd: the reason is known for which a connection has ended, whoever ended it.
func TestWhyConnsEnd(t *testing.T) {
	for name, test := range map[string]struct {
		opts []imaptest.Option
		do   func(t *testing.T, srv *imaptest.Server, c *faultConn)
		want string
	}{
		"LOGOUT":     {do: func(_ *testing.T, _ *imaptest.Server, c *faultConn) { c.ask("a", "LOGOUT") }, want: "LOGOUT"},
		"hung up":    {do: func(_ *testing.T, _ *imaptest.Server, c *faultConn) { c.nc.Close() }, want: "the client hung up"},
		"half":       {do: func(_ *testing.T, _ *imaptest.Server, c *faultConn) { c.send("a FETCH 1"); c.nc.Close() }, want: "the client hung up"},
		"idling":     {do: func(_ *testing.T, _ *imaptest.Server, c *faultConn) { c.send("a IDLE"); synctest.Wait(); c.nc.Close() }, want: "the client hung up"},
		"DropConns":  {do: func(_ *testing.T, srv *imaptest.Server, _ *faultConn) { srv.DropConns() }, want: "DropConns"},
		"Restart":    {do: func(_ *testing.T, srv *imaptest.Server, _ *faultConn) { srv.Restart() }, want: "Restart"},
		"Shutdown":   {do: func(_ *testing.T, srv *imaptest.Server, _ *faultConn) { srv.Shutdown("so long") }, want: "Shutdown"},
		"Close":      {do: func(_ *testing.T, srv *imaptest.Server, _ *faultConn) { srv.Close() }, want: ""},
		"autologout": {opts: []imaptest.Option{imaptest.WithAutologout(time.Minute)}, do: func(*testing.T, *imaptest.Server, *faultConn) { time.Sleep(time.Hour) }, want: "autologout"},
		"drop":       {do: func(_ *testing.T, srv *imaptest.Server, c *faultConn) { srv.On("NOOP").Drop(); c.ask("a", "NOOP") }, want: "a rule"},
		"cut":        {do: func(_ *testing.T, srv *imaptest.Server, c *faultConn) { srv.On("NOOP").CutAfter(3); c.ask("a", "NOOP") }, want: "a rule"},
		"bye":        {do: func(_ *testing.T, srv *imaptest.Server, c *faultConn) { srv.On("NOOP").Bye("no"); c.ask("a", "NOOP") }, want: "a rule"},
		"stall": {do: func(_ *testing.T, srv *imaptest.Server, c *faultConn) {
			srv.On("NOOP").Stall()
			c.send("a NOOP")
			synctest.Wait()
			c.nc.Close()
		}, want: "the client hung up"},
		"deleted": {do: func(t *testing.T, srv *imaptest.Server, c *faultConn) {
			c.ask("a", "SELECT Archive")
			srv.Mailbox("Archive").Delete(t)
			c.ask("b", "NOOP")
		}, want: "BYE "},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := imaptest.Start(t, append(test.opts, imaptest.InMemory())...)
				nc, err := srv.Dial(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				c := faultClient(t, nc)
				test.do(t, srv, c)
				synctest.Wait()
				conns := srv.Conns()
				if len(conns) != 1 || conns[0].Number != 1 || conns[0].User != "user" || conns[0].TLS {
					t.Fatalf("got %+v", conns)
				}
				got := conns[0]
				if got.Ended.IsZero() != (test.want == "") || len(got.Why) < len(test.want) || got.Why[:len(test.want)] != test.want {
					t.Errorf("ended %v: %q, want %q", got.Ended, got.Why, test.want)
				}
			})
		})
	}
}

// TestWhyTLSConnsEnd: a handshake that fails is a reason too, and TLS is said.
func TestWhyTLSConnsEnd(t *testing.T) {
	srv := imaptest.Start(t)
	if _, err := tls.Dial("tcp", srv.TLSAddr(), &tls.Config{ServerName: "localhost"}); err == nil {
		t.Fatal("a certificate was taken that nobody knows")
	}
	c := srv.Client(t)
	if err := c.Logout().Wait(); err != nil {
		t.Fatal(err)
	}
	srv.WaitLogout(t)
	srv.WaitConns(t, 0)
	if got := srv.Conns(); len(got) != 2 || got[0].Why != "the TLS handshake failed" || got[0].User != "" || got[1].Why != "LOGOUT" {
		t.Errorf("got %+v", got)
	}
}

// TestWhyRefusedConnsEnd: so is a limit.
func TestWhyRefusedConnsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithLimits(imaptest.Limits{Conns: 1}))
		for range 2 {
			if _, err := srv.Dial(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if got := srv.Conns(); len(got) != 2 || got[0].Why != "" || got[1].Why != "a limit" {
			t.Errorf("got %+v", got)
		}
	})
}

// TestCut: the journal says of an answer that was cut that it was, whoever cut it, and has no
// answer then.
func TestCut(t *testing.T) {
	for name, test := range map[string]struct {
		do   func(srv *imaptest.Server, c *faultConn)
		cut  bool
		sent int64
	}{
		"whole": {func(srv *imaptest.Server, c *faultConn) { srv.On("NOOP").CutAfter(21); c.ask("a", "NOOP") }, false, 21},
		"rule":  {func(srv *imaptest.Server, c *faultConn) { srv.On("NOOP").CutAfter(18); c.ask("a", "NOOP") }, true, 18},
		"literal": {func(srv *imaptest.Server, c *faultConn) {
			srv.On("NOOP").Insert("* X {9}").CutAfter(8)
			c.ask("a", "NOOP")
		}, true, 8},
		"never sent": {func(srv *imaptest.Server, c *faultConn) { srv.On("NOOP").DropBeforeReply(); c.ask("a", "NOOP") }, true, 0},
		"line":       {func(srv *imaptest.Server, c *faultConn) { srv.On("NOOP").CutBeforeLine(1); c.ask("a", "NOOP") }, true, 0},
		"instead":    {func(srv *imaptest.Server, c *faultConn) { srv.On("NOOP").Drop(); c.ask("a", "NOOP") }, true, 0},
		"dropped": {func(srv *imaptest.Server, c *faultConn) {
			srv.On("NOOP").Stall()
			c.send("a NOOP")
			synctest.Wait()
			srv.DropConns()
		}, true, 0},
		"runs": {func(srv *imaptest.Server, c *faultConn) { srv.On("NOOP").Stall(); c.send("a NOOP") }, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := imaptest.Start(t, imaptest.InMemory())
				nc, err := srv.Dial(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				c := faultClient(t, nc)
				test.do(srv, c)
				synctest.Wait()
				list := srv.Commands()
				cmd := list[len(list)-1]
				if cmd.Cut != test.cut || (cmd.Result() == "") != (test.cut || name == "runs") || cmd.BytesOut != test.sent || cmd.Seq <= list[0].Seq {
					t.Errorf("got %+v, want cut %v after %d bytes", cmd, test.cut, test.sent)
				}
			})
		})
	}
}
