package smtpsink

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
)

// trackingListener notes the connections that it accepts, so that Close can
// drop them, and say which of them do not end.
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
	s := l.sink
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		nc.Close()
		return nil, net.ErrClosed
	}
	s.conns++
	w := newWireConn(nc, s, s.conns, l.implicit)
	s.open[w] = struct{}{}
	return w, nil
}

// forgetConn is called when go-smtp has done with a connection.
func (s *Sink) forgetConn(w *wireConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, w)
}

// dropAll closes all connections; go-smtp has yet to notice.
func (s *Sink) dropAll() {
	s.mu.Lock()
	open := slices.Collect(maps.Keys(s.open))
	s.mu.Unlock()
	for _, w := range open {
		w.shut()
	}
}

// stuck says which connections have not ended, and what was said on them last.
func (s *Sink) stuck() string {
	s.mu.Lock()
	var nums []int
	for w := range s.open {
		nums = append(nums, w.num)
	}
	s.mu.Unlock()
	slices.Sort(nums)
	lines := s.dialogue.kept()
	var out []string
	for _, num := range nums {
		last := ""
		for _, line := range lines {
			if line.conn == num {
				last = fmt.Sprintf(" after %c: %s", line.side, oneLine(line.text))
			}
		}
		out = append(out, fmt.Sprintf("connection %d%s", num, strings.TrimRight(last, " ")))
	}
	if len(out) == 0 {
		return "a message that is being filed"
	}
	return strings.Join(out, "; ")
}

// noteBug keeps what Close is to report.
func (s *Sink) noteBug(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bugs = append(s.bugs, err)
}
