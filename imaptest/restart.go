package imaptest

// Restart drops every connection, as a server does that is restarted. The mail
// stays, and so do the ports: clients can connect again at once. It waits until
// the connections are gone.
func (s *Server) Restart() {
	s.engine.DropConns()
	for {
		changed := s.engine.Changed()
		if len(s.engine.Sessions()) == 0 {
			return
		}
		<-changed
	}
}

// Shutdown says BYE [UNAVAILABLE] to every client, at the end of the command that
// runs, and closes the connections. New ones are served as before.
func (s *Server) Shutdown(text string) { s.engine.Shutdown(text) }
