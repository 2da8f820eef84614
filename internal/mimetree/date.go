package mimetree

import (
	"strconv"
	"strings"
	"time"
)

// Date is the time of the Date field, in its zone. Obsolete forms are read too
// (RFC 5322, section 4.3): zones by name, years of two digits, comments; and
// so are a time, a zone or a day of the week that are missing. It is false
// where day, month and year cannot be found.
func (m *Message) Date() (time.Time, bool) {
	return parseDate(get(m.root.fields, "Date"))
}

func parseDate(s string) (time.Time, bool) {
	sc := scanner{s: s}
	d := dateReader{zone: time.UTC}
	for _, word := range strings.Fields(closeColons(sc.until(""))) {
		d.read(strings.Trim(word, ","))
	}
	t := time.Date(d.year, d.month, d.day, d.hour, d.minute, d.second, 0, d.zone)
	// time.Date would make the third of March of the 31st of February.
	leap := time.Duration(d.second/60) * time.Second
	return t, d.hasYear && d.month != 0 && !d.bad && t.Add(-leap).Day() == d.day
}

// closeColons takes away the white space around colons: "09 : 55".
func closeColons(s string) string {
	if !strings.Contains(s, " :") && !strings.Contains(s, ": ") {
		return s
	}
	parts := strings.Split(s, ":")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return strings.Join(parts, ":")
}

// dateReader takes the words of a date in any sensible order. That of
// asctime, "Fri Nov 21 09:55:06 1997", is one.
type dateReader struct {
	year, day, hour, minute, second int
	month                           time.Month
	zone                            *time.Location
	hasYear, hasTime, bad           bool
}

func (d *dateReader) read(word string) {
	month := monthOf(word)
	for _, name := range []string{"GMT", "UTC"} { // GMT+0200
		if offset, ok := strings.CutPrefix(word, name); ok && offset != "" {
			word = offset
		}
	}
	switch {
	case word == "":
	case word[0] == '+' || word[0] == '-':
		d.setZone(word)
	case strings.Contains(word, ":"):
		d.setTime(word)
	case month != 0 && d.month == 0:
		d.month = month
	case isNumber(word):
		d.setNumber(word)
	case strings.Count(word, "-") == 2: // 21-Nov-1997
		for _, part := range strings.Split(word, "-") {
			d.read(part)
		}
	default:
		d.setZoneName(word)
	}
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// monthOf knows months by their first three letters, 0 for others.
func monthOf(word string) time.Month {
	if len(word) < 3 {
		return 0
	}
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	if i := strings.Index(names, strings.ToLower(word[:3])); i >= 0 && i%3 == 0 {
		return time.Month(i/3 + 1)
	}
	return 0
}

// setNumber takes the day, and then the year: RFC 5322, section 4.3, says of
// which century those of two and three digits are.
func (d *dateReader) setNumber(word string) {
	n, err := strconv.Atoi(word)
	switch {
	case err != nil || len(word) > 4:
		d.bad = true
	case d.day == 0 && len(word) <= 2:
		d.day = n
	case d.hasYear:
	case len(word) <= 2 && n < 50:
		d.year, d.hasYear = 2000+n, true
	case len(word) <= 3:
		d.year, d.hasYear = 1900+n, true
	default:
		d.year, d.hasYear = n, true
	}
}

// setTime reads hour:minute[:second]; a leap second is one.
func (d *dateReader) setTime(word string) {
	parts := strings.Split(word, ":")
	limits := []int{23, 59, 60}
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if i >= len(limits) || err != nil || n < 0 || n > limits[i] {
			d.bad = true
			return
		}
		*[]*int{&d.hour, &d.minute, &d.second}[i] = n
	}
	d.hasTime = true
}

// setZone reads +hhmm.
func (d *dateReader) setZone(word string) {
	digits := strings.ReplaceAll(word[1:], ":", "")
	n, err := strconv.Atoi(digits)
	if len(digits) != 4 || !isNumber(digits) || err != nil {
		return
	}
	seconds := (n/100*60 + n%100) * 60
	if word[0] == '-' {
		seconds = -seconds
	}
	if seconds != 0 {
		d.zone = time.FixedZone("", seconds)
	}
}

// setZoneName knows the names of RFC 5322, section 4.3. All others, and the
// single letters of the military, are -0000. A word before the time is a day
// of the week.
func (d *dateReader) setZoneName(word string) {
	hours := map[string]int{
		"EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8,
	}[strings.ToUpper(word)]
	if d.hasTime && hours != 0 {
		d.zone = time.FixedZone(strings.ToUpper(word), hours*3600)
	}
}
