package imaptest

import (
	"context"
	"fmt"
	"time"
)

// The looks of Settle: how many in a row must find it quiet, and how long after each other.
// Between two of them a goroutine goes on with what it has just read.
const (
	quietLooks = 3
	lookAgain  = time.Millisecond
)

// Settle waits until the server has done what it was asked: no command runs, but for IDLE, no
// connection has input that is yet to be read, and clients that have hung up are gone. What a
// client has sent before it vanished has been done then. It returns an error, and says who is
// busy, when ctx ends before. A test in a testing/synctest bubble has synctest.Wait.
func (s *Server) Settle(ctx context.Context) error {
	next := time.NewTimer(lookAgain)
	defer next.Stop()
	for quiet := 0; ; {
		if quiet++; !s.engine.IsQuiet() {
			quiet = 0
		}
		if quiet == quietLooks {
			return nil
		}
		select {
		case <-s.closed:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("imaptest: not settled, %s: %w", s.describeSessions(), ctx.Err())
		case <-next.C:
			next.Reset(lookAgain)
		}
	}
}
