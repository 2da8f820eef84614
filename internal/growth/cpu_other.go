//go:build !unix

package growth

import "time"

// now is the time of the clock, where that of the processor is not to be had.
func now() time.Duration { return time.Since(started) }

var started = time.Now()
