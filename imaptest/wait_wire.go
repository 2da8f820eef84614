package imaptest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/imapd"
)

// WaitCommand waits until a command that matches a pattern has been answered,
// and returns it: the first one in the journal. IDLE counts when it has begun.
// What patterns look like is said at [Server.AssertCommands]. Like all waits it
// sleeps until something happens, and stops the test when it is in vain.
func (s *Server) WaitCommand(t TB, want string) Command {
	t.Helper()
	found := s.WaitCommands(t, 1, want)
	if len(found) == 0 {
		return Command{} // t.Fatalf of a fake TB returned
	}
	return found[0]
}

// WaitCommands waits until n commands that match a pattern have been answered,
// and returns them, as WaitCommand does.
func (s *Server) WaitCommands(t TB, n int, want string) []Command {
	t.Helper()
	p := newPattern(want)
	if wrong := s.wrongCommands(p); wrong != "" || n < 1 {
		s.fatalf(t, "WaitCommands(%d, %q): %s", n, want, cmp.Or(wrong, "that waits for nothing"))
		return nil
	}
	var found []Command
	s.waitFor(t, condition{
		what:    strings.TrimPrefix(fmt.Sprintf("%d of %s", n, want), "1 of "),
		changed: s.sessionChanges,
		done: func() bool {
			found = s.answered(p)
			return len(found) >= n
		},
	}, func(why string) history.Failure {
		wanted := want
		if n != 1 {
			wanted = fmt.Sprintf("%d of %s", n, want)
		}
		got := "no such command"
		if len(found) > 0 {
			got = plural(len(found), "such command")
		}
		all := s.Commands()
		return textFailure(s.explainJournal("commands: "+why, gotWant(got, wanted), all, func(i int) bool { return p.matches(all[i]) }))
	})
	if len(found) > n {
		found = found[:n]
	}
	return found
}

// answered are the commands that match and have been answered, and any IDLE that
// has begun.
func (s *Server) answered(p pattern) []Command {
	var out []Command
	for _, cmd := range s.Commands() {
		if p.matches(cmd) && (!cmd.Running() || cmd.Name == "IDLE") {
			out = append(out, cmd)
		}
	}
	return out
}

// WaitConns waits until exactly n connections are open, and none is being shut down. Those
// that the server has dropped are not open, though the client may have yet to notice: after
// DropConns or Shutdown it waits for clients that are back. Where a rule drops a connection,
// and may not have yet, wait for what a client does anew: WaitCommands(t, 2, "LOGIN").
func (s *Server) WaitConns(t TB, n int) {
	t.Helper()
	if n < 0 {
		s.fatalf(t, "WaitConns(%d): that is no number of connections", n)
		return
	}
	s.waitFor(t, condition{
		what:    fmt.Sprint(n),
		changed: s.sessionChanges,
		done: func() bool {
			sessions := s.engine.Sessions()
			leaving := slices.ContainsFunc(sessions, func(session imapd.Session) bool { return session.Leaving })
			return !leaving && len(sessions) == n
		},
	}, func(why string) history.Failure {
		return s.failure(t, "connections: "+why, gotWant(s.describeSessions(), plural(n, "connection")), Mailbox{}, nil)
	})
}

// WaitLogout waits until some client has logged out and is gone. When the last client
// that had logged in hangs up without LOGOUT it stops the test at once, unless the
// connection was the server's to break: by a rule, DropConns, Restart or Shutdown, after
// which clients come back.
func (s *Server) WaitLogout(t TB) {
	t.Helper()
	s.waitFor(t, condition{
		changed: s.sessionChanges,
		done: func() bool {
			_, loggedOut := s.rec.ends()
			return loggedOut > 0
		},
		hopeless: func() string {
			if ended, _ := s.rec.ends(); len(ended) > 0 && s.ConnsOpen() == 0 && !s.hasRules() && !s.broke.Load() {
				return "every client hung up without LOGOUT"
			}
			return ""
		},
	}, func(why string) history.Failure {
		ended, _ := s.rec.ends()
		got := s.describeSessions()
		if len(ended) > 0 {
			got += "; ended without LOGOUT: connection " + strings.Trim(fmt.Sprint(ended), "[]")
		}
		return s.failure(t, "LOGOUT: "+why, gotWant(got, "a client that has logged out"), Mailbox{}, nil)
	})
}

// ends are the connections of clients that had logged in and ended without LOGOUT, and
// how many ended with it.
func (rec *recorder) ends() (without []int, loggedOut int) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	for _, c := range rec.conns {
		switch {
		case c.ended && c.loggedOut:
			loggedOut++
		case c.ended && c.user != "":
			without = append(without, c.num)
		}
	}
	return without, loggedOut
}
