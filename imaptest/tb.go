package imaptest

import (
	"time"

	"github.com/go-mailtest/mailtest/internal/patience"
)

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

// limit is how long a wait in t may take: that of WithPatience, or less where
// the test's deadline is near.
func (s *Server) limit(t TB) time.Duration { return patience.Limit(t, s.cfg.patience) }
