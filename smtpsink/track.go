package smtpsink

import "net"

// trackingListener notes the connections that it accepts, so that Close can
// drop them.
type trackingListener struct {
	net.Listener
	sink     *Sink
	implicit bool // TLS from the first byte
}

// Accept refuses what comes after Close.
func (l trackingListener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	s, tracked := l.sink, &trackedConn{Conn: nc, sink: l.sink}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		nc.Close()
		return nil, net.ErrClosed
	}
	s.open[tracked] = struct{}{}
	s.conns++
	tracked.wire = newWireConn(tracked, s, s.conns, l.implicit)
	return tracked.wire, nil
}

// trackedConn forgets itself when it is closed.
type trackedConn struct {
	net.Conn
	sink *Sink
	wire *wireConn
}

func (c *trackedConn) Close() error {
	c.sink.mu.Lock()
	delete(c.sink.open, c)
	c.sink.mu.Unlock()
	return c.Conn.Close()
}
