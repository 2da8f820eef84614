package maildate

import (
	"strings"
	"testing"
	"time"
)

func utc(year int, month time.Month, day, hour, minute, second int) time.Time {
	return time.Date(year, month, day, hour, minute, second, 0, time.UTC)
}

func zoned(hours int, year int, month time.Month, day, hour, minute, second int) time.Time {
	return time.Date(year, month, day, hour, minute, second, 0, time.FixedZone("", hours*3600))
}

// valid are forms that RFC 5322 has. Their moments are calculated by hand.
var valid = []struct {
	in      string
	want    time.Time
	section string
}{
	{"Fri, 21 Nov 1997 09:55:06 -0600", utc(1997, 11, 21, 15, 55, 6), "3.3"},
	{"Tue, 1 Jul 2003 10:52:37 +0200", utc(2003, 7, 1, 8, 52, 37), "3.3"},
	{"Thu, 13 Feb 1969 23:32:54 -0330", utc(1969, 2, 14, 3, 2, 54), "3.3"},
	{"21 Nov 1997 09:55:06 -0600", utc(1997, 11, 21, 15, 55, 6), "3.3: [ day-of-week \",\" ]"},
	{"Fri,21 Nov 1997 09:55:06 -0600", utc(1997, 11, 21, 15, 55, 6), "3.3: ([FWS] 1*2DIGIT FWS), the space is optional"},
	{"Sat,  1 Nov 1997 09:55:06 -0600", utc(1997, 11, 1, 15, 55, 6), "3.3"},
	{"Sat, 01 Nov 1997 09:55:06 -0600", utc(1997, 11, 1, 15, 55, 6), "3.3"},
	{"Fri, 21 Nov 1997 09:55 -0600", utc(1997, 11, 21, 15, 55, 0), "3.3: [ \":\" second ]"},
	{"Fri, 21 Nov 1997 09:55:60 -0600", utc(1997, 11, 21, 15, 56, 0), "3.3: through 23:59:60"},
	{"Sat, 31 Dec 2016 23:59:60 +0000", utc(2017, 1, 1, 0, 0, 0), "3.3"},
	{"Thu, 29 Feb 2024 00:00:00 +1400", utc(2024, 2, 28, 10, 0, 0), "3.3"},
	{"Tue, 29 Feb 2000 00:00:00 +0000", utc(2000, 2, 29, 0, 0, 0), "3.3"},
	{"fri, 21 nov 1997 09:55:06 -0600", utc(1997, 11, 21, 15, 55, 6), "1.2.2, RFC 5234, section 2.3: strings are without case"},
	{"Fri, 21 Nov 1997 09:55:06 +9959", utc(1997, 11, 17, 5, 56, 6), "3.3: the range -9959 through +9959"},
	{"Fri, 21 Nov 1997 09:55:06 -0000", utc(1997, 11, 21, 9, 55, 6), "3.3"},
	{"Thu,\r\n 13\r\n Feb\r\n 1969\r\n 23:32\r\n -0330 (Newfoundland Time)", utc(1969, 2, 14, 3, 2, 0), "A.5"},
	{"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", utc(1997, 11, 21, 15, 55, 6), "A.6.3"},
	{"21 Nov 97 09:55:06 GMT", utc(1997, 11, 21, 9, 55, 6), "A.6.2"},
	// Comments and folding between any two tokens.
	{"Fri,(c)21(c)Nov(c)1997(c)09(c):(c)55(c):(c)06(c)-0600(c)", utc(1997, 11, 21, 15, 55, 6), "4.3: CFWS"},
	{"(a)Fri(b),(c(d))21 Nov 1997 09:55:06 -0600", utc(1997, 11, 21, 15, 55, 6), "4.3"},
	{"Fri , 21 Nov 1997 09 : 55 : 06 -0600", utc(1997, 11, 21, 15, 55, 6), "4.3"},
	{"Fri,\r\n\t21(Mar, 22)Nov\r\n 1997 09:55\r\n :06 -0600", utc(1997, 11, 21, 15, 55, 6), "4.3"},
	{`Fri, 21 Nov 1997 09:55:06 -0600 (a \) 10:00 +0100)`, utc(1997, 11, 21, 15, 55, 6), "3.2.2"},
	// Years.
	{"1 Jan 00 00:00 +0000", utc(2000, 1, 1, 0, 0, 0), "4.3: 00 through 49"},
	{"1 Jan 49 00:00 +0000", utc(2049, 1, 1, 0, 0, 0), "4.3"},
	{"1 Jan 50 00:00 +0000", utc(1950, 1, 1, 0, 0, 0), "4.3: 50 through 99"},
	{"1 Jan 99 00:00 +0000", utc(1999, 1, 1, 0, 0, 0), "4.3"},
	{"1 Jan 103 00:00 +0000", utc(2003, 1, 1, 0, 0, 0), "4.3: three digits, by adding 1900"},
	{"1 Jan 099 00:00 +0000", utc(1999, 1, 1, 0, 0, 0), "4.3"},
	// Zones.
	{"1 Jan 2000 00:00:00 UT", utc(2000, 1, 1, 0, 0, 0), "4.3"},
	{"1 Jan 2000 00:00:00 GMT", utc(2000, 1, 1, 0, 0, 0), "4.3"},
	{"1 Jan 2000 00:00:00 EST", utc(2000, 1, 1, 5, 0, 0), "4.3"},
	{"1 Jan 2000 00:00:00 EDT", utc(2000, 1, 1, 4, 0, 0), "4.3"},
	{"1 Jan 2000 00:00:00 cst", utc(2000, 1, 1, 6, 0, 0), "4.3"},
	{"1 Jan 2000 00:00:00 CDT", utc(2000, 1, 1, 5, 0, 0), "4.3"},
	{"1 Jan 2000 00:00:00 MST", utc(2000, 1, 1, 7, 0, 0), "4.3"},
	{"1 Jan 2000 00:00:00 MDT", utc(2000, 1, 1, 6, 0, 0), "4.3"},
	{"1 Jan 2000 00:00:00 PST", utc(2000, 1, 1, 8, 0, 0), "4.3"},
	{"1 Jan 2000 00:00:00 PDT", utc(2000, 1, 1, 7, 0, 0), "4.3"},
	{"1 Jan 2000 00:00:00 A", utc(2000, 1, 1, 0, 0, 0), "4.3: equivalent to -0000"},
	{"1 Jan 2000 00:00:00 M", utc(2000, 1, 1, 0, 0, 0), "4.3"},
	{"1 Jan 2000 00:00:00 z", utc(2000, 1, 1, 0, 0, 0), "4.3"},
	{"1 Jan 2000 00:00:00 CET", utc(2000, 1, 1, 0, 0, 0), "4.3: other alphabetic zones"},
	{"1 Jan 2000 00:00:00(c)EST(d)", utc(2000, 1, 1, 5, 0, 0), "4.3"},
}

// lenient are forms that no RFC has, and that can mean one thing only.
var lenient = map[string]time.Time{
	"Fri Nov 21 09:55:06 1997":              utc(1997, 11, 21, 9, 55, 6), // asctime
	"Fri Nov 21 09:55:06 CST 1997":          utc(1997, 11, 21, 15, 55, 6),
	"Fri, Nov 21, 1997 09:55:06 -0600":      utc(1997, 11, 21, 15, 55, 6),
	"Fri 21 Nov 1997 09:55:06 -0600":        utc(1997, 11, 21, 15, 55, 6),
	"Friday, 21 November 1997 9:55 +0000":   utc(1997, 11, 21, 9, 55, 0),
	"Mon, 21 Nov 1997 09:55:06 -0600":       utc(1997, 11, 21, 15, 55, 6), // a Friday
	"21-Nov-1997 09:55:06 +0100":            utc(1997, 11, 21, 8, 55, 6),
	"Fri, 21-Nov-97 09:55:06 GMT":           utc(1997, 11, 21, 9, 55, 6),
	"Fri, 21 Nov 1997 09:55:06 GMT+0100":    utc(1997, 11, 21, 8, 55, 6),
	"Fri, 21 Nov 1997 09:55:06 UTC-0100":    utc(1997, 11, 21, 10, 55, 6),
	"Fri, 21 Nov 1997 09:55:06 +01:00":      utc(1997, 11, 21, 8, 55, 6),
	"Fri, 21 Nov 1997 09:55:06-0600":        utc(1997, 11, 21, 15, 55, 6),
	"Fri, 21 Nov 1997 09:55:06 -0600 (CST":  utc(1997, 11, 21, 15, 55, 6),
	"Fri, 21 Nov 1997 09:55:06 -0600 junk":  utc(1997, 11, 21, 15, 55, 6),
	"Fri, 21 Nov 1997 09:55:06.789 -0600":   utc(1997, 11, 21, 15, 55, 6),
	"Fri, 21 Nov 1997 09.55.06 -0600":       utc(1997, 11, 21, 15, 55, 6),
	"Fri, 21 Nov 1997 at 09:55:06 -0600":    utc(1997, 11, 21, 15, 55, 6),
	`"Fri, 21 Nov 1997 09:55:06 -0600"`:     utc(1997, 11, 21, 15, 55, 6),
	"Fri, 21 Nov 1997 09:55:06":             utc(1997, 11, 21, 9, 55, 6),
	"Fri, 21 Nov 1997":                      utc(1997, 11, 21, 0, 0, 0),
	"Fri, 21 Nov 1997 -0600":                utc(1997, 11, 21, 6, 0, 0),
	"Fri, 21 Nov 1997 09:55:06 EST5EDT":     utc(1997, 11, 21, 14, 55, 6),
	"Fri, 21 Nov 1997 09:55:06 -600":        utc(1997, 11, 21, 9, 55, 6), // no zone: UTC (RFC 5256, section 2.2)
	"Fri, 21 Nov 1997 09:55:06 -0660":       utc(1997, 11, 21, 9, 55, 6),
	"Fri, 21 Nov 1997 09:55:06 +1":          utc(1997, 11, 21, 9, 55, 6),
	"Fri, 21 Nov 1997 09:55:06 -0600 +0100": utc(1997, 11, 21, 8, 55, 6),
}

func TestParse(t *testing.T) {
	for _, tt := range valid {
		if got, err := Parse(tt.in); err != nil || !got.Equal(tt.want) {
			t.Errorf("%q\n got %v, %v\nwant %v (RFC 5322, section %s)", tt.in, got, err, tt.want, tt.section)
		}
	}
	for in, want := range lenient {
		if got, err := Parse(in); err != nil || !got.Equal(want) {
			t.Errorf("%q\n got %v, %v\nwant %v", in, got, err, want)
		}
	}
}

// TestAnyTokens puts what may stand between the tokens of the grammar between
// all of them: RFC 5322, section 4.3.
func TestAnyTokens(t *testing.T) {
	want := utc(1997, 11, 21, 15, 55, 6)
	parts := []string{"", "Fri", ",", "21", "Nov", "1997", "09", ":", "55", ":", "06", "-0600", ""}
	for _, between := range []string{" ", "\t", "\r\n ", "(c)", " (c) ", "(c)\r\n (d(e)f)\r\n\t", `(\)12:00)`} {
		in := strings.Join(parts, between)
		if got, err := Parse(in); err != nil || !got.Equal(want) {
			t.Errorf("%q\n got %v, %v\nwant %v", in, got, err, want)
		}
	}
}

// unreadable are no dates, and nothing is invented for them. dayOnly says that
// the day is certain and the time is not.
var unreadable = []struct {
	in      string
	dayOnly bool
}{
	{"", false}, {"yesterday", false}, {"Fri, 21 Nov", false}, {"Nov 1997", false}, {"(21 Nov 1997 09:55:06)", false},
	{"29 Feb 2023 00:00:00 +0000", false}, {"29 Feb 1900 00:00:00 +0000", false}, {"30 Feb 2024 00:00:00 +0000", false},
	{"31 Apr 2024 00:00:00 +0000", false}, {"31 Jun 2024 10:00:00 +0000", false}, {"31 Nov 2024 10:00:00 +0000", false},
	{"32 Jan 2024 10:00:00 +0000", false}, {"0 Jan 2000 00:00:00 +0000", false}, {"021 Nov 1997 09:55:06 -0600", false},
	{"29 Feb 23 00:00:00 +0000", false},
	{"1 Jan 2000 24:00:00 +0000", true}, {"1 Jan 2000 23:60:00 +0000", true}, {"1 Jan 2000 23:59:61 +0000", true},
	{"1 Jan 2000 10:60 +0000", true}, {"1 Jan 2000 10:00:00:00", true}, {"1 Jan 2000 010:00:00", true},
	{"1 Jan 2000 10: +0000", true}, {"1 Jan 2000 99999999999999999999:00", true},
	{"1 Jan 2000 10:00:00 PM", true}, {"1 Jan 2000 10:00PM +0000", true}, {"1 Jan 2000 1000 +0000", true},
	{"1 Jan 20000 10:00", false}, {"1 Jan 99999999999999999999 10:00", false}, {"1 Jan 1899 10:00:00 +0000", false},
	{"1 Jan 0000 10:00:00 +0000", false}, {"1 Jan 5 10:00:00 +0000", false},
	{"2000-01-01T00:00:00Z", false}, {"01/02/2000 10:00", false}, {"1/2/00", false}, {"01.02.2000 10:00", false},
}

func TestUnreadable(t *testing.T) {
	for _, tt := range unreadable {
		got, err := Parse(tt.in)
		if err == nil || !got.IsZero() {
			t.Errorf("%q was read as %v", tt.in, got)
		}
		if err != nil && !strings.Contains(err.Error(), "date ") {
			t.Errorf("%q: error %q does not name the date", tt.in, err)
		}
		day, err := Day(tt.in)
		if want := utc(2000, 1, 1, 0, 0, 0); tt.dayOnly && !day.Equal(want) || tt.dayOnly != (err == nil) {
			t.Errorf("%q: day %v, %v", tt.in, day, err)
		}
	}
}

// SEARCH SENTON asks for the day as it is written, disregarding time and zone
// (RFC 9051, section 6.4.4): a leap second is on the day before the next.
func TestDay(t *testing.T) {
	for in, want := range map[string]time.Time{
		"Sat, 31 Dec 2016 23:59:60 +0000": utc(2016, 12, 31, 0, 0, 0),
		"Wed, 1 May 2024 01:00:00 +0200":  utc(2024, 5, 1, 0, 0, 0),
		"Wed, 1 May 2024 23:00:00 -0200":  utc(2024, 5, 1, 0, 0, 0),
	} {
		if got, err := Day(in); err != nil || !got.Equal(want) {
			t.Errorf("%q\n got %v, %v\nwant %v", in, got, err, want)
		}
	}
}

// The zone that was written is kept.
func TestParseKeepsZone(t *testing.T) {
	got, err := Parse("Wed, 1 May 2024 01:00:00 +0200")
	want := zoned(2, 2024, 5, 1, 1, 0, 0)
	if err != nil || got.Format(time.RFC3339) != want.Format(time.RFC3339) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

// RFC 5322, section 3.6.7, and appendix A.4.
func TestReceived(t *testing.T) {
	want := utc(1997, 11, 21, 16, 5, 43)
	for _, in := range []string{
		"from node.example by x.y.test; 21 Nov 1997 10:05:43 -0600",
		"from x (helo; 1 Jan 2000 00:00) by y;\r\n Fri,21 Nov 1997 10:05:43 -0600 (CST; or so)",
		`from "a;b" by y; 21 Nov 1997 10:05:43 -0600`,
		"from x by y for z; id; 21 Nov 1997 10:05:43 -0600",
		"21 Nov 1997 10:05:43 -0600",
	} {
		if got, err := Received(in); err != nil || !got.Equal(want) {
			t.Errorf("%q\n got %v, %v\nwant %v", in, got, err, want)
		}
	}
	if got, err := Received("from x by y; 29 Feb 2023 10:05:43 -0600"); err == nil {
		t.Errorf("got %v", got)
	}
}
