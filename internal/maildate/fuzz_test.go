package maildate

import (
	"testing"
	"time"
)

// FuzzParse checks that what was read is read again from the form that RFC
// 5322 gives it, and that nothing is read of which the day cannot be.
func FuzzParse(f *testing.F) {
	for _, tt := range valid {
		f.Add(tt.in)
	}
	for in := range lenient {
		f.Add(in)
	}
	for _, tt := range unreadable {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		Received(s)
		got, err := Parse(s)
		if err != nil {
			if !got.IsZero() {
				t.Errorf("%q: %v beside %v", s, got, err)
			}
			return
		}
		if got.Year() < 1899 || got.Year() > 10000 {
			t.Errorf("%q: year %d", s, got.Year())
		}
		if _, err := Day(s); err != nil {
			t.Errorf("%q is a date and has no day: %v", s, err)
		}
		if got.Year() < 1900 || got.Year() > 9999 {
			return // the last second of 9999
		}
		form := got.Format("Mon, 02 Jan 2006 15:04:05 -0700")
		if again, err := Parse(form); err != nil || !again.Equal(got.Truncate(time.Second)) {
			t.Errorf("%q: %v became %v, %v", s, form, again, err)
		}
	})
}
