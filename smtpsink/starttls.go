package smtpsink

import "crypto/tls"

// startTLS is STARTTLS: RFC 3207. What the client has told before TLS is
// forgotten (section 4.2). What was sent in the clear behind the command may be
// somebody else's, and is not looked at.
func (w *wireConn) startTLS(arg string) error {
	switch {
	case arg != "":
		return w.reply(501, "5.5.4", "STARTTLS takes no argument")
	case w.isTLS:
		return w.refuse(badSequence("TLS is active already"))
	case w.inTransaction():
		return w.refuse(badSequence("a transaction is under way"))
	case w.br.Buffered() > 0:
		w.br.Discard(w.br.Buffered())
		return w.refuse(badSequence("STARTTLS must be the last command of a group"))
	}
	w.reply(220, "2.0.0", "begin the TLS handshake")
	if _, err := w.finish(); err != nil {
		return err
	}
	if err := w.flush(); err != nil {
		return err
	}
	secure := tls.Server(w.tracked, w.sink.tlsConfig())
	if err := secure.Handshake(); err != nil {
		w.sink.dialogue.add(w.num, 'S', "(no TLS: "+err.Error()+")")
		return w.hangUp()
	}
	w.nc, w.isTLS, w.hello, w.helo, w.auth = secure, true, noHello, "", ""
	w.br.Reset(secure)
	return nil
}

// tlsState is that of the connection, nil in the clear.
func (w *wireConn) tlsState() *tls.ConnectionState {
	tc, ok := w.nc.(*tls.Conn)
	if !ok {
		return nil
	}
	state := tc.ConnectionState()
	return &state
}
