package mimetree

import (
	"time"

	"github.com/go-mailtest/mailtest/internal/maildate"
)

// Date is the time of the Date field, in its zone. It is false where there is
// none that can be read.
func (m *Message) Date() (time.Time, bool) {
	t, err := maildate.Parse(m.dateField())
	return t, err == nil
}

// SentDay is the day of the Date field as it is written, disregarding time and
// zone, which SEARCH looks at (RFC 9051, section 6.4.4): midnight in UTC. It
// is there too where the time cannot be read.
func (m *Message) SentDay() (time.Time, bool) {
	t, err := maildate.Day(m.dateField())
	return t, err == nil
}

// SentDate is the sent date of RFC 5256, section 2.2: an invalid time is
// 00:00:00. It is false where INTERNALDATE stands in.
func (m *Message) SentDate() (time.Time, bool) {
	if t, ok := m.Date(); ok {
		return t, true
	}
	return m.SentDay()
}

// maxDate is how much of a Date field is looked at.
const maxDate = 4 << 10

// dateField is the Date field. What comes late in one that is long is no date.
func (m *Message) dateField() string {
	date := m.fields().get(m.work, "Date")
	return date[:min(len(date), maxDate)]
}
