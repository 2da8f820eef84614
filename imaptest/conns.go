package imaptest

import (
	"time"

	"github.com/go-mailtest/mailtest/internal/history"
)

// Conn is a connection of a client.
type Conn struct {
	Number int    // 1, 2, … in the order of connecting
	User   string // who logged in, the last one if several did; "" for nobody
	TLS    bool
	Opened time.Time
	Ended  time.Time // zero while it is open

	// Why is why it ended: "LOGOUT", "the client hung up", "a rule", "a limit", "DropConns",
	// "Restart" (that of Reset too), "Shutdown", "autologout", "the TLS handshake failed", or the
	// BYE that the server said for another reason. Close says "Close".
	Why string
}

// Conns are the connections that there were, in the order of connecting; the last 10,000 if
// there were more.
func (s *Server) Conns() []Conn {
	var out []Conn
	for _, c := range s.rec.history.Conns() {
		if c.Proto != history.IMAP {
			continue
		}
		one := Conn{Number: c.Number, Opened: c.At, Ended: c.Ended, Why: c.Why}
		one.User, one.TLS = s.rec.whose(c.Number)
		out = append(out, one)
	}
	return out
}

// whose is the account of a connection, and whether it is one of TLS.
func (rec *recorder) whose(num int) (user string, tls bool) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if c := rec.conn(num); c != nil {
		return c.lastUser, c.tls
	}
	return "", false
}
