package imaptest

import (
	"time"

	"github.com/go-mailtest/mailtest/internal/patience"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// TB is what the helpers need of a *testing.T, *testing.B or *testing.F: Helper,
// Name, Cleanup, Logf, Errorf, Fatalf and Failed. It is one type for all packages
// of the module.
type TB = smtpsink.TB

// DefaultPatience is how long a wait may take; in a testing/synctest bubble it is 24 hours of
// the bubble's time.
const DefaultPatience = patience.Default

// limit is how long a wait in t may take: that of WithPatience, or less where
// the test's deadline is near.
func (s *Server) limit(t TB) time.Duration { return patience.Limit(t, s.cfg.Patience) }
