package imaptest

import "github.com/go-mailtest/mailtest/internal/report"

// Told is the data of a report.
func Told(s *Server) *report.Data { return s.tell() }

// Unrecorded keeps no history: for benchmarks of what it costs.
func Unrecorded() Option {
	return optionFunc(func(c *config) error { c.unrecorded = true; return nil })
}
