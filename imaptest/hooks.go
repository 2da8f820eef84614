package imaptest

import "github.com/go-mailtest/mailtest/internal/imapd"

// The engine's hooks: limits come before rules, because a provider's do too.

func (s *Server) connecting(conn int, ctl imapd.Control) error {
	if s.limits != nil {
		if err := s.limits.connect(); err != nil {
			return err
		}
	}
	if !s.hasRules() {
		return nil
	}
	return s.applyRules(onConnect, &Command{Conn: conn}, 0, ctl)
}

func (s *Server) connClosed(conn int) {
	if s.limits != nil {
		s.limits.closed(conn)
	}
	s.rec.closed(conn)
}

func (s *Server) login(conn int, user string) error {
	if s.limits == nil {
		return nil
	}
	return s.limits.login(conn, user)
}

func (s *Server) beforeCommand(cmd *imapd.Command, ctl imapd.Control) error {
	if s.limits != nil {
		if err := s.limits.before(cmd); err != nil {
			return err
		}
	}
	if !s.hasRules() {
		return nil
	}
	err := s.applyRules(onCommand, commandOf(cmd), 0, ctl)
	if err != nil {
		s.takeAfterRun(cmd.Conn) // it does not run
	}
	return err
}

// atLiteral makes a command of what there is of it only where a rule waits for its
// n-th literal: it may have thousands.
func (s *Server) atLiteral(cmd *imapd.Command, n int) error {
	if !s.waitsForLiteral(n) {
		return nil
	}
	return s.applyRules(onLiteral, commandOf(cmd), n, imapd.Control{})
}

func (s *Server) commandRan(cmd *imapd.Command, ctl imapd.Control) {
	if s.limits != nil {
		s.limits.ran(cmd, ctl)
	}
	if !s.hasRules() {
		return
	}
	for _, f := range s.takeAfterRun(cmd.Conn) {
		f(ctl)
	}
}
