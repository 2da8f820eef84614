package search

import "time"

// Clock is one of the days that a message has.
type Clock struct {
	prefix string // of its keys: SENT of SENTBEFORE
	cost   Cost
	day    func(m Message) (day time.Time, ok bool) // midnight in UTC
}

// Received is the internal date, disregarding time and zone (RFC 9051, section 6.4.4).
func Received() Clock {
	return Clock{"", CostFacts, func(m Message) (time.Time, bool) { return day(m.InternalDate()), true }}
}

// Saved is when the message came into its mailbox (RFC 8514, section 4.3).
func Saved() Clock {
	return Clock{"SAVED", CostFacts, func(m Message) (time.Time, bool) { return day(m.SaveDate()), true }}
}

// Sent is the day of the Date header, disregarding time and zone (RFC 9051, section
// 6.4.4); a message without one that can be read was sent on no day.
func Sent() Clock {
	return Clock{"SENT", CostHeader, func(m Message) (time.Time, bool) { return m.Tree().SentDay() }}
}

// Before is met by messages of a day before that of t, as t writes it.
func (c Clock) Before(t time.Time) Condition { return c.compare("BEFORE", t, time.Time.Before) }

// On is met by messages of the day of t.
func (c Clock) On(t time.Time) Condition { return c.compare("ON", t, time.Time.Equal) }

// Since is met by messages of the day of t, or of a later one.
func (c Clock) Since(t time.Time) Condition {
	return c.compare("SINCE", t, func(have, want time.Time) bool { return !have.Before(want) })
}

func (c Clock) compare(name string, t time.Time, holds func(have, want time.Time) bool) Condition {
	want := day(t)
	return key(c.cost, c.prefix+name, want, func(m Message) bool {
		have, ok := c.day(m)
		return ok && holds(have, want)
	})
}

// day is the date of t as it is written, without time and zone.
func day(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// Older is met by messages that were received so long ago, or longer (RFC 5032,
// section 3).
func Older(age time.Duration) Condition {
	return byAge("OLDER", age, func(have time.Duration) bool { return have >= age })
}

// Younger is met by messages that were received so long ago, or later.
func Younger(age time.Duration) Condition {
	return byAge("YOUNGER", age, func(have time.Duration) bool { return have <= age })
}

// byAge looks at the time at which the condition is bound.
func byAge(name string, age time.Duration, holds func(time.Duration) bool) Condition {
	return resolved(name, age, func(b *binder) Condition {
		now := b.scope.Now
		return key(CostFacts, name, age, func(m Message) bool { return holds(now.Sub(m.InternalDate())) })
	})
}
