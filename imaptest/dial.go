package imaptest

import (
	"context"
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/go-mailtest/mailtest/internal/memnet"
)

// refusal is how long it takes to be refused.
const refusal = time.Millisecond

// Dial opens a connection in memory, with InMemory and without. Like Addr it
// is plain text with STARTTLS. A connection that is refused takes a millisecond, as it
// takes time in a network: a client that tries again at once does not stop the time of a
// testing/synctest bubble.
func (s *Server) Dial(ctx context.Context) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	switch {
	case s.refusing.Load():
		return nil, s.refuse(ctx, syscall.ECONNREFUSED)
	case s.closing.Load():
		return nil, s.refuse(ctx, fmt.Errorf("%w: the server has been closed", syscall.ECONNREFUSED))
	}
	client, server := memnet.Pipe()
	s.engine.Go(server)
	return client, nil
}

func (s *Server) refuse(ctx context.Context, why error) error {
	s.refused.Add(1)
	wait := time.NewTimer(refusal)
	defer wait.Stop()
	select {
	case <-wait.C:
		return &net.OpError{Op: "dial", Net: "mem", Err: why}
	case <-ctx.Done():
		return ctx.Err()
	}
}
