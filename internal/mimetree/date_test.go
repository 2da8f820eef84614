package mimetree

import (
	"testing"
	"time"
)

// What of a Date is read by whom; internal/maildate has the forms.
func TestDate(t *testing.T) {
	at := func(value string) time.Time {
		t.Helper()
		got, err := time.Parse(time.RFC3339, value)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	var none time.Time
	for value, want := range map[string]struct{ date, day, sent time.Time }{
		"Fri,21 Nov 1997 09:55:06 -0600":       {at("1997-11-21T15:55:06Z"), at("1997-11-21T00:00:00Z"), at("1997-11-21T15:55:06Z")},
		"Thu,\r\n 13 Feb 69(c)23:32\r\n -0330": {at("1969-02-14T03:02:00Z"), at("1969-02-13T00:00:00Z"), at("1969-02-14T03:02:00Z")},
		"31 Dec 2016 23:59:60 +0000":           {at("2017-01-01T00:00:00Z"), at("2016-12-31T00:00:00Z"), at("2017-01-01T00:00:00Z")},
		"21 Nov 1997 24:00:00 -0600":           {none, at("1997-11-21T00:00:00Z"), at("1997-11-21T00:00:00Z")},
		"29 Feb 2023 10:00:00 +0000":           {none, none, none},
		"31 Apr 2024 10:00:00 +0000":           {none, none, none},
		"yesterday":                            {none, none, none},
		"":                                     {none, none, none},
	} {
		m := Parse([]byte("Date: " + value + "\r\n\r\n"))
		date, _ := m.Date()
		day, _ := m.SentDay()
		sent, _ := m.SentDate()
		if !date.Equal(want.date) || !day.Equal(want.day) || !sent.Equal(want.sent) {
			t.Errorf("%q\n got %v, day %v, sent %v\nwant %v, day %v, sent %v", value, date, day, sent, want.date, want.day, want.sent)
		}
		if got := m.IMAPEnvelope().Date; !got.Equal(want.date) || got.IsZero() != want.date.IsZero() {
			t.Errorf("%q: the envelope says %v, want %v", value, got, want.date)
		}
	}
}
