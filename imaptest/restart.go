package imaptest

import (
	"errors"
	"strconv"
)

// Restart drops every connection, as a server does that is restarted. The mail
// stays, and so do the ports: clients can connect again at once. It waits until
// those connections are gone, and not for clients that are back meanwhile. Where a rule's own
// code calls it, the connection for which that runs ends when it returns.
func (s *Server) Restart() {
	defer s.deed().done()
	s.restart()
}

// restart is Restart within another deed.
func (s *Server) restart() {
	s.broke.Store(true)
	s.engine.Restart(s.inside.Conn())
}

// Shutdown says BYE [UNAVAILABLE] to every client, at the end of the command that
// runs, and closes the connections. New ones are served as before.
func (s *Server) Shutdown(text string) {
	defer s.deed(strconv.Quote(text)).done()
	s.broke.Store(true)
	s.engine.Shutdown(text)
}

// Refuse closes the ports: connections are refused by the operating system, and
// by Dial in the same way, until [Server.Accept]. Those that are open stay.
func (s *Server) Refuse() {
	defer s.deed().done()
	s.refusing.Store(true)
	s.plain.Pause()
	s.tls.Pause()
}

// Accept opens the same ports again. The error says that another program has
// taken one meanwhile.
func (s *Server) Accept() error {
	defer s.deed().done()
	return s.accept()
}

// accept is Accept within another deed.
func (s *Server) accept() error {
	s.refusing.Store(false)
	return errors.Join(s.plain.Resume(), s.tls.Resume())
}
