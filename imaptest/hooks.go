package imaptest

import (
	"errors"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/serve"
)

// The engine's hooks: limits come before rules, because a provider's do too.

func (s *Server) open(conn int) serve.Recorder {
	s.origin.of(s.mail)
	return s.rec.open(conn)
}

func (s *Server) connecting(conn int, ctl imapd.Control) error {
	if s.guard != nil {
		s.guard.connected(conn)
	}
	if s.limits != nil {
		if err := s.limits.connect(); err != nil {
			ctl.Blame(byLimit)
			return err
		}
	}
	if !s.hasRules() {
		return nil
	}
	return s.play(place{at: onConnect, cmd: &Command{Conn: conn}}, ctl)
}

func (s *Server) connClosed(conn int, why string) {
	if s.limits != nil {
		s.limits.closed(conn)
	}
	if s.guard != nil {
		s.guard.closed(conn)
	}
	s.inside.Closed(conn)
	s.rec.closed(conn, why)
}

func (s *Server) login(conn int, user string) error {
	if s.limits == nil {
		return nil
	}
	return s.limits.login(conn, user)
}

func (s *Server) beforeCommand(cmd *imapd.Command, invalid error, ctl imapd.Control) error {
	if s.limits != nil && invalid == nil {
		if err := s.limits.before(cmd); err != nil {
			blameBye(err, ctl, byLimit)
			return err
		}
	}
	if !s.hasRules() {
		return nil
	}
	asked := commandOf(cmd)
	return s.play(place{at: onCommand, cmd: &asked, invalid: invalid}, ctl)
}

// atLiteral makes a command of what there is of it only where a rule waits for its
// n-th literal: it may have thousands.
func (s *Server) atLiteral(cmd *imapd.Command, n int, invalid error, ctl imapd.Control) error {
	if !s.hasRules() || !s.wantsLiteral(n) {
		return nil
	}
	asked := commandOf(cmd)
	p := place{at: onCommand, cmd: &asked, literal: n, invalid: invalid}
	if err := s.play(p, ctl); err != nil || invalid == nil {
		return err
	}
	p.literal = 0
	for _, r := range s.rules.All() {
		if r.Matches(p) {
			return imapd.ErrTake // it will be answered when it is whole
		}
	}
	return nil
}

// commandBegins puts a command into the journal.
func (s *Server) commandBegins(cmd *imapd.Command) {
	s.rec.begin(cmd)
	if s.guard != nil {
		s.guard.began(cmd)
	}
}

func (s *Server) commandRan(cmd *imapd.Command, ctl imapd.Control) {
	if s.guard != nil {
		s.guard.ran(cmd)
	}
	if s.limits != nil {
		s.limits.ran(cmd, ctl)
	}
}

// hasRules is asked first, so that a server without any does no more.
func (s *Server) hasRules() bool { return s.rules.Any() }

// commandOf is a command as rules see it.
func commandOf(cmd *imapd.Command) Command {
	return Command{
		Conn: cmd.Conn, User: cmd.User, Tag: cmd.Tag, Name: cmd.Name, Args: argsOf(cmd), Mailbox: cmd.Mailbox, Start: cmd.Start,
	}
}

// Why a connection has ended that said BYE where it had to do something else.
const (
	byLimit = "a limit"
	byRule  = "a rule"
)

// blameBye notes who is to blame if an answer ends the connection.
func blameBye(err error, ctl imapd.Control, whom string) {
	var answer *imap.Error
	if errors.As(err, &answer) && answer.Type == imap.StatusResponseTypeBye {
		ctl.Blame(whom)
	}
}
