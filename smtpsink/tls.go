package smtpsink

import (
	"crypto/tls"
	"errors"

	"github.com/go-mailtest/mailtest/internal/testcert"
)

// startTLS is STARTTLS: RFC 3207. What the client has told before TLS is
// forgotten (section 4.2). What stands in the clear behind the command may be
// somebody else's: there is no TLS then.
func (w *wireConn) startTLS(arg string) error {
	switch {
	case arg != "":
		return w.reply(501, "5.5.4", "STARTTLS takes no argument")
	case w.isTLS:
		return w.refuse(badSequence("TLS is active already"))
	case w.inTransaction():
		return w.refuse(badSequence("a transaction is under way"))
	case w.br.Buffered() > 0:
		return w.refuse(badSequence("STARTTLS must be the last command of a group"))
	}
	w.reply(220, "2.0.0", "begin the TLS handshake")
	if _, err := w.finish(); err != nil {
		return err
	}
	if err := w.flush(); err != nil {
		return err
	}
	w.secure()
	if err := w.handshake(); err != nil {
		return err
	}
	w.hello, w.helo, w.auth = noHello, "", ""
	return nil
}

// secure makes all that is read and written from now on go through TLS.
func (w *wireConn) secure() {
	w.nc, w.isTLS = tls.Server(w.raw, &tls.Config{MinVersion: tls.VersionTLS12, GetConfigForClient: w.chooseTLS}), true
	w.br.Reset(w.nc)
}

// handshake is done when nothing waits to be sent: a rule that hangs up in the
// middle of it has nothing to write.
func (w *wireConn) handshake() error {
	w.now = &Command{Conn: w.num, Stage: stageTLS}
	if err := w.nc.(*tls.Conn).Handshake(); err != nil {
		w.sink.dialogue.add(w.num, 'S', "(no TLS: "+err.Error()+")")
		return w.hangUp()
	}
	w.runAfter()
	return nil
}

// chooseTLS asks the rules, when the client has said that it wants TLS. The sink's
// own certificate is made here: it costs more than a sink.
func (w *wireConn) chooseTLS(*tls.ClientHelloInfo) (*tls.Config, error) {
	err := w.sink.askRules(w, w.now)
	var fault tlsFault
	switch {
	case errors.As(err, &fault):
		return fault.config()
	case err != nil:
		return nil, err
	case w.sink.cfg.tls != nil:
		return w.sink.cfg.tls, nil
	}
	return testcert.ServerConfig(), nil
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
