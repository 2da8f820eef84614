package report

import (
	"slices"
	"strconv"
	"strings"
)

// note says what came of an event, and what of that is not as one might expect.
func (r *record) note(e *event, s *said) {
	var notes, warns []string
	add := func(list *[]string, word string) {
		if word != "" {
			*list = append(*list, word)
		}
	}
	switch {
	case e.Kind == Command && e.outcome == isRun:
		add(&notes, "still running")
	case e.Kind == Command && e.outcome == isNone:
		if !slices.ContainsFunc(e.Marks, func(m Mark) bool { return m.Kind == MarkFault }) {
			add(&warns, "no answer, the connection ended")
		}
	case e.Kind == Command && e.outcome != isOK:
		add(&warns, strings.TrimSpace(e.Status+" "+e.Text))
	case s != nil && e.Kind == Command:
		add(&notes, s.came(e))
		add(&warns, r.unexpected(e, s))
	}
	if e.Kind == Assert {
		add(&notes, "held")
	}
	if e.Kind == Open && r.Lanes[e.Lane].TLS {
		add(&notes, "TLS")
	}
	add(&notes, r.endsOf(e))
	add(&notes, r.holdsOf(e))
	add(&notes, e.Note)
	e.note, e.warn = strings.Join(notes, ", "), strings.Join(warns, ", ")
}

// came is what an answer said.
func (s *said) came(e *event) string {
	switch strings.TrimPrefix(e.Name, "UID ") {
	case "SEARCH", "SORT":
		return s.finding(strings.HasPrefix(e.Name, "UID "))
	case "FETCH":
		switch {
		case len(s.sent) > 0:
			return "sent UID " + listed(distinct(s.sent))
		case s.unknown > 0:
			return "sent " + plural(s.unknown, "response")
		}
		return "sent nothing"
	case "SELECT", "EXAMINE":
		if n, err := strconv.Atoi(s.exists); err == nil {
			return plural(n, "message")
		}
	case "STATUS":
		if len(s.status) == 1 {
			if i := strings.LastIndexByte(s.status[0], '('); i >= 0 {
				return strings.Trim(s.status[0][i:], "()")
			}
		}
	case "LIST", "LSUB":
		if s.lists == 1 {
			return "1 mailbox"
		}
		return strconv.Itoa(s.lists) + " mailboxes"
	}
	return ""
}

func (s *said) finding(byUID bool) string {
	switch {
	case !s.whole && s.count != "":
		return "found " + shorten(s.count[strings.LastIndexByte(s.count, ')')+1:], 60)
	case len(s.numbers) == 0:
		return "found nothing"
	case byUID || slices.Equal(s.numbers, s.found) || len(s.found) < len(s.numbers):
		return "found " + listed(s.numbers)
	}
	return "found " + listed(s.numbers) + ": UID " + listed(s.found)
}

// unexpected is what was asked for and not given, and what no longer is there.
func (r *record) unexpected(e *event, s *said) string {
	var words []string
	name := strings.TrimPrefix(e.Name, "UID ")
	if name == "FETCH" && s.unknown == 0 {
		var not []uint32
		sent := distinct(s.sent)
		for _, uid := range s.asked {
			if _, found := slices.BinarySearch(sent, uid); !found {
				not = append(not, uid)
			}
		}
		if len(not) > 0 {
			words = append(words, "not "+listed(not))
		}
	}
	var gone, never []uint32
	for _, uid := range s.missing {
		if r.wasThere(boxKey{e.User, e.Mailbox}, uid, e.Begin) {
			gone = append(gone, uid)
		} else {
			never = append(never, uid)
		}
	}
	if len(gone) > 0 {
		words = append(words, "no UID "+listed(gone)+" any more")
	}
	if len(never) > 0 {
		words = append(words, "no UID "+listed(never))
	}
	if name == "STORE" && len(words) == 0 && len(r.made[e]) == 0 {
		words = append(words, "nothing changed")
	}
	return strings.Join(words, ", ")
}

// wasThere says whether a mailbox ever had a UID before.
func (r *record) wasThere(key boxKey, uid uint32, before uint64) bool {
	if r.came == nil {
		r.came = make(map[place]uint64)
		for _, b := range r.Start {
			for _, row := range b.Rows {
				r.came[place{key: boxKey{b.Account, b.Name}, uid: row.UID}] = 0
			}
		}
		for _, c := range r.changes {
			at := place{key: boxKey{c.Account, c.Mailbox}, uid: c.UID}
			if _, known := r.came[at]; c.Op == Added && !known {
				r.came[at] = c.Seq
			}
		}
	}
	seq, found := r.came[place{key: key, uid: uid}]
	return found && seq < before
}

// endsOf are the connections that an event ended.
func (r *record) endsOf(e *event) string {
	ends := r.ended[e]
	switch len(ends) {
	case 0:
		return ""
	case 1:
		return "ends connection " + ends[0]
	}
	return "ends connections " + several(ends, maxListed)
}

// holdsOf is which connection a hold stops.
func (r *record) holdsOf(e *event) string {
	target := r.byID[e.Target]
	if e.Kind != Hold || target == nil {
		return ""
	}
	return "stops connection " + strconv.Itoa(r.Lanes[target.Lane].Number)
}

// markText is what a mark says.
func (r *record) markText(m Mark) string {
	if m.Text == "" && m.Kind == MarkHold {
		if by := r.byID[m.By]; by != nil && by.End != 0 {
			return "held for " + duration(by.Took) + " by the test"
		}
		return "held by the test"
	}
	return m.Text
}

func distinct(numbers []uint32) []uint32 {
	out := slices.Clone(numbers)
	slices.Sort(out)
	return slices.Compact(out)
}
