package maildate

import (
	"strconv"
	"strings"
	"time"
)

// reader takes the tokens of a date in any sensible order. That of asctime,
// "Fri Nov 21 09:55:06 1997", is one.
type reader struct {
	toks []token
	*date
}

// date is what has been read.
type date struct {
	year, day, hour, minute, second int
	month                           time.Month
	zone                            *time.Location
	hasYear, hasDay, hasTime        bool
	err                             error // of day, month and year
	timeErr                         error
}

// usualTokens are no more than those of most dates.
const usualTokens = 16

func read(s string) (d date) {
	var room [usualTokens]token
	d.zone = time.UTC
	r := reader{appendTokens(room[:0], s), &d}
	for len(r.toks) > 0 {
		r.next()
	}
	if d.err == nil {
		d.err = d.checkDay()
	}
	return d
}

// checkDay: time.Date would make the first of March of the 30th of February.
func (d *date) checkDay() error {
	switch {
	case !d.hasDay || d.month == 0 || !d.hasYear:
		return errNoDay
	case d.year < 1900:
		return errYear
	case time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC).Day() != d.day:
		return errNoDay
	}
	return nil
}

// next takes one thing that a date is made of.
func (r *reader) next() {
	t := r.toks[0]
	switch {
	case t.isNumber() && r.follows(1, ":"), t.isNumber() && r.dottedTime():
		r.readTime()
		return
	case t.isNumber():
		r.setNumber(t.text)
	case t.isWord():
		r.setWord(t.text)
	case t.text == "+", t.text == "-":
		r.readZone()
		return
	case t.text == "/", t.text == "." && !r.hasTime && !r.hasYear && r.numberFollows():
		r.fail(errNumeric)
	}
	r.toks = r.toks[1:]
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// follows says whether the token n places on is that text.
func (r *reader) follows(n int, text string) bool { return n < len(r.toks) && r.toks[n].text == text }

func (r *reader) numberFollows() bool { return len(r.toks) > 1 && r.toks[1].isNumber() }

// dottedTime is 09.55.06 behind a whole date.
func (r *reader) dottedTime() bool {
	return r.hasYear && r.hasDay && !r.hasTime && r.follows(1, ".") && r.follows(3, ".") && r.toks[2].isNumber()
}

// setNumber takes the day, and then the year. Those of two and three digits
// are of the century that RFC 5322, section 4.3, says.
func (r *reader) setNumber(text string) {
	n, err := strconv.Atoi(text)
	switch {
	case !r.hasDay && len(text) <= 2 && err == nil:
		r.day, r.hasDay = n, true
	case r.hasDay && r.hasYear:
		if !r.hasTime {
			r.timeErr = errTime
		}
	case !r.hasDay && r.month == 0:
		r.fail(errNoDay)
	case len(text) < 2 || len(text) > 4 || err != nil:
		r.fail(errYear)
	case len(text) == 2 && n < 50:
		r.year, r.hasYear = 2000+n, true
	case len(text) <= 3:
		r.year, r.hasYear = 1900+n, true
	default:
		r.year, r.hasYear = n, true
	}
}

// readTime reads hour:minute[:second] and passes over a fraction. An hour or a
// minute of one digit is common.
func (r *reader) readTime() {
	limits := [...]int{23, 59, 60}
	values := [...]*int{&r.hour, &r.minute, &r.second}
	mark := r.toks[1].text
	for i := 0; ; i++ {
		n, err := strconv.Atoi(r.toks[0].text)
		bad := i >= len(limits) || err != nil || len(r.toks[0].text) > 2
		if bad || n > limits[i] || r.hasTime {
			r.timeErr = errTime
		} else {
			*values[i] = n
		}
		r.toks = r.toks[1:]
		if !r.follows(0, mark) {
			break
		}
		r.toks = r.toks[1:]
		if len(r.toks) == 0 || !r.toks[0].isNumber() {
			r.timeErr = errTime
			break
		}
	}
	r.hasTime = true
	if r.follows(0, ".") && r.numberFollows() {
		r.toks = r.toks[2:]
	}
}

// setWord takes a month or a zone. Others, such as the day of the week, say
// nothing; a zone stands behind the time.
func (r *reader) setWord(text string) {
	if month := monthOf(text); month != 0 && r.month == 0 {
		r.month = month
		return
	}
	if !r.hasTime {
		return
	}
	switch name := strings.ToUpper(text); {
	case name == "AM" || name == "PM": // 12:00 of which is never certain
		r.timeErr = errTime
	default:
		if hours := zones[name]; hours != 0 && r.zone == time.UTC {
			r.zone = time.FixedZone(name, hours*3600)
		}
	}
}

// monthOf knows months by their first three letters, 0 for others.
func monthOf(word string) time.Month {
	if len(word) < 3 {
		return 0
	}
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	begin := [3]byte{word[0] | 0x20, word[1] | 0x20, word[2] | 0x20}
	for i := 0; i < len(names); i += 3 {
		if names[i] == begin[0] && names[i+1] == begin[1] && names[i+2] == begin[2] {
			return time.Month(i/3 + 1)
		}
	}
	return 0
}

// zones are the names of RFC 5322, section 4.3. All others are -0000.
var zones = map[string]int{
	"EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8,
}

// readZone reads +hhmm or +hh:mm. A sign before the year is a hyphen. What is
// no zone is UTC.
func (r *reader) readZone() {
	sign, n := r.toks[0].text, 1
	digits := ""
	if r.numberFollows() {
		digits, n = r.toks[1].text, 2
	}
	if !r.hasTime && (!r.hasYear || len(digits) != 4) {
		r.toks = r.toks[1:]
		return
	}
	if len(digits) == 2 && r.follows(2, ":") && len(r.toks) > 3 && r.toks[3].isNumber() {
		digits, n = digits+r.toks[3].text, 4
	}
	r.toks = r.toks[n:]
	hhmm, err := strconv.Atoi(digits)
	if len(digits) != 4 || err != nil || hhmm%100 > 59 {
		return
	}
	r.zone = time.UTC
	seconds := (hhmm/100*60 + hhmm%100) * 60
	if sign == "-" {
		seconds = -seconds
	}
	if seconds != 0 {
		r.zone = time.FixedZone("", seconds)
	}
}
