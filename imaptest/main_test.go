package imaptest_test

import (
	"testing"

	"go.uber.org/goleak"
)

// No test leaves a goroutine behind: Close waits for all of them.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
