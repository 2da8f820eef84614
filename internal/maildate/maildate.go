// Package maildate reads the dates of mail: those of Date, Resent-Date and
// Received fields. It is the one reader of them, so that what the server sorts
// by is what a fixture is filed under.
//
//	t, err := maildate.Parse("Fri, 21 Nov 1997 09:55:06 -0600")
//
// It reads every form of RFC 5322, section 3.3, and the obsolete ones of
// section 4.3: comments and folding between any two tokens, years of two and
// three digits, zones by name, seconds left out. Of what is malformed it reads
// what can only mean one thing: a time, a zone or a day of the week that is
// missing, the order of asctime, hyphens between day, month and year. It
// invents nothing: a day that its month does not have, or an hour 24, is an
// error.
package maildate

import (
	"errors"
	"fmt"
	"time"
)

// What is wrong with a date.
var (
	errNoDay   = errors.New("no day, month and year")
	errYear    = errors.New("the year is not one from 1900 to 9999") // RFC 5322, section 3.3; IMAP has four digits
	errTime    = errors.New("no time of day from 00:00:00 to 23:59:60")
	errNumeric = errors.New("day, month and year in numbers alone")
)

// Parse reads a date-time in the zone in which it was written; a leap second
// is the first of the next minute. A zone that is missing or unknown, and the
// single letters of the military, are UTC (RFC 5322, section 4.3).
func Parse(s string) (time.Time, error) {
	d := read(s)
	if d.err == nil {
		d.err = d.timeErr
	}
	if d.err != nil {
		return time.Time{}, fmt.Errorf("date %.80q: %w", s, d.err)
	}
	return time.Date(d.year, d.month, d.day, d.hour, d.minute, d.second, 0, d.zone), nil
}

// Day reads the date alone, without time and zone, as SEARCH SENTON looks at
// it (RFC 9051, section 6.4.4): midnight of that day in UTC. A time that is
// invalid makes no difference.
func Day(s string) (time.Time, error) {
	d := read(s)
	if d.err != nil {
		return time.Time{}, fmt.Errorf("date %.80q: %w", s, d.err)
	}
	return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC), nil
}

// Received reads the date of a Received field, which is behind its last
// semicolon (RFC 5322, section 3.6.7).
func Received(s string) (time.Time, error) { return Parse(behindSemicolon(s)) }
