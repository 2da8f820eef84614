//go:build race

package imaptest

import "runtime"

// races is how many data races were found so far.
func races() int { return runtime.RaceErrors() }
