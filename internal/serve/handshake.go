package serve

import (
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
)

// NoTLS is the note of a TLS handshake that has failed. What most often lies behind one is a
// client that was not given the certificate authority.
func NoTLS(err error) []byte { return []byte("(no TLS: " + noTLS(err) + ")\n") }

func noTLS(err error) string {
	const trust = ": does it trust the server's certificate, as ClientTLSConfig does?"
	var remote *net.OpError
	is := func(target error) bool { return errors.Is(err, target) }
	switch {
	case errors.As(err, &remote) && remote.Op == "remote error" && strings.Contains(remote.Err.Error(), "certificate"):
		return "the client says " + strings.TrimPrefix(remote.Err.Error(), "tls: ") + trust
	case is(io.EOF), is(io.ErrUnexpectedEOF), is(syscall.ECONNRESET), is(syscall.EPIPE):
		return "the client hung up in the handshake" + trust
	case is(net.ErrClosed), is(io.ErrClosedPipe):
		return "the client had not ended the handshake when the connection was closed" + trust
	}
	return err.Error()
}
