package imaptest

import "time"

// TB is what the helpers need of a *testing.T, *testing.B or *testing.F.
type TB interface {
	Helper()
	Name() string
	Cleanup(func())
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Failed() bool
}

// DefaultPatience is how long a wait may take.
const DefaultPatience = 10 * time.Second

// margin is kept of a test's deadline, so that a wait that is in vain ends
// with its own message and not with the panic of the test binary.
const margin = 2 * time.Second

// limit is how long a wait in t may take: that of WithPatience, or less where
// the test's deadline is near.
func (s *Server) limit(t TB) time.Duration {
	patience := s.cfg.patience
	deadline, ok := testDeadline(t)
	if !ok {
		return patience
	}
	return max(min(patience, time.Until(deadline)-margin), 0)
}

// testDeadline is that of the test, if it has one. In a testing/synctest
// bubble it panics, because real time means nothing there.
func testDeadline(t TB) (deadline time.Time, ok bool) {
	timed, has := t.(interface{ Deadline() (time.Time, bool) })
	if !has {
		return time.Time{}, false
	}
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return timed.Deadline()
}
