package history

import (
	"slices"
	"time"
)

// Proto is what is spoken on a connection.
type Proto string

// The protocols.
const (
	IMAP Proto = "IMAP"
	SMTP Proto = "SMTP"
	LMTP Proto = "LMTP"
)

// Conn is a connection.
type Conn struct {
	Proto  Proto
	Number int // 1, 2, … in the order of connecting, of each protocol
	Opened uint64
	At     time.Time
	Closed uint64    // 0 while it is open
	Ended  time.Time // zero while it is open
	Why    string    // "LOGOUT", "the client hung up", "DropConns"
}

// Open notes that a client has connected.
func (h *History) Open(proto Proto, number int) {
	if h.limit == 0 {
		return
	}
	c := &Conn{Proto: proto, Number: number, Opened: h.Next(), At: time.Now()}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.conns = keep(h.conns, c, h.limit)
}

// Close notes that a connection has ended, and why.
func (h *History) Close(proto Proto, number int, why string) {
	if h.limit == 0 {
		return
	}
	seq, now := h.Next(), time.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended {
		return
	}
	for _, c := range slices.Backward(h.conns) {
		if c.Proto == proto && c.Number == number {
			c.Closed, c.Ended, c.Why = seq, now, why
			return
		}
	}
}

// Conns are the connections, in the order of connecting.
func (h *History) Conns() []Conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]Conn, len(h.conns))
	for i, c := range h.conns {
		out[i] = *c
	}
	return out
}
