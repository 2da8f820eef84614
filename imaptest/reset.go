package imaptest

import (
	"sync"

	"github.com/go-mailtest/mailtest/memstore"
)

// origin is the mail when the server was started. It is kept when the first comes who could
// change it: many servers are started, and few are Reset.
type origin struct {
	once sync.Once
	snap *memstore.Snapshot
}

// of is the state of the mail when it was asked for first.
func (o *origin) of(mail *memstore.Store) *memstore.Snapshot {
	o.once.Do(func() { o.snap = mail.Snapshot() })
	return o.snap
}

// Reset brings the server back to where it was when it was started, for the next subtest:
// mail, accounts, rules, holds, journal, transcript, captured mail and counters. It drops the
// connections, and waits until they are gone; the ports stay. Unless the test has failed it
// checks the rules first, as [Server.CheckRules] does.
//
// UIDNEXT and modseqs do not go back, as with [Server.Restore]. What options have set stays.
func (s *Server) Reset(t TB) {
	t.Helper()
	if !t.Failed() {
		s.CheckRules(t)
	}
	s.ClearRules()
	s.restart()
	if s.sink != nil {
		s.sink.Reset(t)
	}
	s.mail.Restore(s.origin.of(s.mail))
	s.engine.Reset()
	if s.limits != nil {
		s.limits.reset()
	}
	s.rec.reset()
	if s.guard != nil {
		s.guard.begin()
	}
	s.broke.Store(false)
	s.refused.Store(0)
	s.handshakes.Store(0)
	if err := s.accept(); err != nil {
		s.errorf(t, "Reset: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown, s.firstFailure, s.failures = false, 0, 0
}

// reset forgets the connections and what was said on them.
func (rec *recorder) reset() {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.conns, rec.opened = nil, 0
	rec.earlier = nil
	rec.mail.reset()
	rec.transcript.Forget()
	rec.journal = journal{before: rec.journal.before + rec.journal.total}
	rec.history.Reset() // the last: it says that there is something new
}

// reset forgets what connections that are gone have done.
func (l *limiter) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.failed)
	clear(l.commands)
}
