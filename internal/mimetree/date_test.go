package mimetree

import (
	"testing"
	"time"
)

func TestDate(t *testing.T) {
	utc := func(year int, month time.Month, day, hour, minute, second int) time.Time {
		return time.Date(year, month, day, hour, minute, second, 0, time.UTC)
	}
	for value, want := range map[string]time.Time{
		// RFC 5322, appendix A.
		"Fri, 21 Nov 1997 09:55:06 -0600":                                 utc(1997, 11, 21, 15, 55, 6),
		"Tue, 1 Jul 2003 10:52:37 +0200":                                  utc(2003, 7, 1, 8, 52, 37),
		"Thu, 13 Feb 1969 23:32:54 -0330":                                 utc(1969, 2, 14, 3, 2, 54),
		"Thu,\r\n 13\r\n Feb\r\n 1969\r\n 23:32\r\n -0330 (Newfoundland)": utc(1969, 2, 14, 3, 2, 0),
		"21 Nov 97 09:55:06 GMT":                                          utc(1997, 11, 21, 9, 55, 6),
		"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600":                 utc(1997, 11, 21, 15, 55, 6),
		// Section 4.3: centuries and zones.
		"1 Jan 49 00:00 +0000":    utc(2049, 1, 1, 0, 0, 0),
		"1 Jan 50 00:00 +0000":    utc(1950, 1, 1, 0, 0, 0),
		"1 Jan 103 00:00 +0000":   utc(2003, 1, 1, 0, 0, 0),
		"1 Jan 2000 00:00:00 EST": utc(2000, 1, 1, 5, 0, 0),
		"1 Jan 2000 00:00:00 EDT": utc(2000, 1, 1, 4, 0, 0),
		"1 Jan 2000 00:00:00 cst": utc(2000, 1, 1, 6, 0, 0),
		"1 Jan 2000 00:00:00 CDT": utc(2000, 1, 1, 5, 0, 0),
		"1 Jan 2000 00:00:00 MST": utc(2000, 1, 1, 7, 0, 0),
		"1 Jan 2000 00:00:00 MDT": utc(2000, 1, 1, 6, 0, 0),
		"1 Jan 2000 00:00:00 PST": utc(2000, 1, 1, 8, 0, 0),
		"1 Jan 2000 00:00:00 PDT": utc(2000, 1, 1, 7, 0, 0),
		"1 Jan 2000 00:00:00 Z":   utc(2000, 1, 1, 0, 0, 0),
		"1 Jan 2000 00:00:00 A":   utc(2000, 1, 1, 0, 0, 0),
		"1 Jan 2000 00:00:00 CET": utc(2000, 1, 1, 0, 0, 0),
		"1 Jan 2000 00:00:00":     utc(2000, 1, 1, 0, 0, 0),
		// What is seen in the wild.
		"Fri Nov 21 09:55:06 1997":                     utc(1997, 11, 21, 9, 55, 6),
		"21-Nov-1997 09:55:06 +0100":                   utc(1997, 11, 21, 8, 55, 6),
		"Fri, 21 November 1997 9:55 +0000":             utc(1997, 11, 21, 9, 55, 0),
		"Fri, 21 Nov 1997 09:55:06 GMT+0100":           utc(1997, 11, 21, 8, 55, 6),
		"Fri, 21 Nov 1997 09:55:06 +01:00":             utc(1997, 11, 21, 8, 55, 6),
		"Sat, 31 Dec 2016 23:59:60 +0000":              utc(2017, 1, 1, 0, 0, 0), // a leap second
		"Thu, 29 Feb 2024 00:00:00 +1400 (Kiritimati)": utc(2024, 2, 28, 10, 0, 0),
	} {
		got, ok := Parse([]byte("Date: " + value + "\r\n\r\n")).Date()
		if !ok || !got.Equal(want) {
			t.Errorf("%q\n got %v, %v\nwant %v", value, got, ok, want)
		}
	}
}

func TestDateUnreadable(t *testing.T) {
	for _, value := range []string{
		"", "yesterday", "Fri, 21 Nov", "Nov 1997", "31 Feb 2024 00:00 +0000", "0 Jan 2000 00:00:00 +0000",
		"1 Jan 2000 24:00:00 +0000", "1 Jan 2000 10:60 +0000", "1 Jan 2000 10:00:00:00", "1 Jan 20000 10:00",
		"2000-01-01T00:00:00Z", "1 Jan 99999999999999999999 10:00",
	} {
		if got, ok := parseDate(value); ok {
			t.Errorf("%q was read as %v", value, got)
		}
	}
}

// The zone that was written is kept: SEARCH SENTON asks for the day as it
// stands (RFC 9051, section 6.4.4).
func TestDateKeepsZone(t *testing.T) {
	got, _ := parseDate("Wed, 1 May 2024 01:00:00 +0200")
	if got.Day() != 1 || got.Hour() != 1 {
		t.Errorf("got %v, want the first of May at one o'clock", got)
	}
}
