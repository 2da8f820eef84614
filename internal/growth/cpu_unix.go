//go:build unix

package growth

import (
	"syscall"
	"time"
)

// ProcessorTime is what the process has used of it: on a machine that is busy with
// others it says more than a clock.
func ProcessorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return time.Since(started)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

var started = time.Now()
