//go:build !unix

package growth

import "time"

// ProcessorTime is the time of the clock, where that of the processor is not to be had.
func ProcessorTime() time.Duration { return time.Since(started) }

var started = time.Now()
