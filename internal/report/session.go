package report

import (
	"cmp"
	"slices"
	"strings"
)

// session is what a connection has been told of a mailbox: which UID each sequence number
// stands for.
type session struct {
	key   boxKey
	uids  []uint32
	known bool // the list is certain
}

// said is what was asked for and answered in an event.
type said struct {
	asked   []uint32 // the UIDs that it named and that there were
	missing []uint32 // those that it named one by one, and that there were not
	sent    []uint32 // of FETCH
	unknown int      // responses of FETCH whose UID is not known
	numbers []uint32 // of SEARCH, as they were sent
	found   []uint32 // their UIDs
	whole   bool     // numbers are all
	count   string   // what else was said of their count
	exists  string   // of SELECT
	status  []string
	lists   int
}

// moment is something that happens in a walk through a record: a change, the beginning of
// an event, a line.
type moment struct {
	seq    uint64
	change *Change
	event  *event
	line   *Line
}

// moments are all of them in their order.
func (r *record) moments() []moment {
	var out []moment
	for i := range r.changes {
		out = append(out, moment{seq: r.changes[i].Seq, change: &r.changes[i]})
	}
	for _, e := range r.events {
		out = append(out, moment{seq: e.Begin, event: e})
		for i := range e.Lines {
			if line := &e.Lines[i]; !line.Client && e.Kind != Open {
				out = append(out, moment{seq: max(line.Seq, e.Begin), event: e, line: line})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b moment) int { return cmp.Compare(a.seq, b.seq) })
	return out
}

// walk goes through all that happened, and finds out what each event was about.
func (r *record) walk() {
	now := r.mailAtStart()
	sessions := make([]session, len(r.Lanes))
	heard := make(map[*event]*said)
	for _, m := range r.moments() {
		switch {
		case m.change != nil:
			r.changed(now, m.change)
		case r.Lanes[m.event.Lane].Kind != LaneIMAP:
		case m.line == nil:
			heard[m.event] = r.begun(now, &sessions[m.event.Lane], m.event)
		default:
			if u, ok := parseUntagged(*m.line); ok {
				r.told(now, &sessions[m.event.Lane], m.event, heard[m.event], u)
			}
		}
	}
	before := r.mailAtStart()
	done := make(map[*event]bool)
	for _, c := range r.changes { // in order, those of one event together
		if e := r.byID[c.Event]; e != nil && !done[e] {
			done[e] = true
			e.chips = r.chipsOf(before, r.made[e])
		} else if e == nil {
			before.apply(c)
		}
	}
	for _, e := range r.events {
		r.note(e, heard[e])
	}
}

// changed takes in a change, and whether it is about a message in question.
func (r *record) changed(now *mail, c *Change) {
	message := c.Message
	row, found := now.box(boxKey{c.Account, c.Mailbox}).rows[c.UID]
	if found && c.UID != 0 {
		message = row.Message
	}
	if e := r.byID[c.Event]; e != nil && c.UID != 0 && r.inQuestion(message) {
		e.touch(message)
		if c.Op == Flagged {
			e.before = row.Flags
		}
	}
	c.Message = message
	now.apply(*c)
}

// touched notes that an event was about a message.
func (r *record) touched(now *mail, key boxKey, e *event, uid uint32) {
	if b := now.boxes[key]; b != nil {
		if message, found := b.known[uid]; found && r.inQuestion(message) {
			e.touch(message)
			e.uids = append(e.uids, uid)
		}
	}
}

// touch notes a message in question.
func (e *event) touch(messages ...int) {
	e.about = true
	e.touched = append(e.touched, messages...)
}

// begun takes in the beginning of a command.
func (r *record) begun(now *mail, s *session, e *event) *said {
	out := &said{}
	if e.Kind != Command {
		return out
	}
	name, byUID := strings.CutPrefix(e.Name, "UID ")
	switch name {
	case "SELECT", "EXAMINE":
		*s = session{key: boxKey{e.User, mailboxArg(e.Args)}, known: true}
	case "CLOSE", "UNSELECT", "LOGOUT":
		*s = session{}
	case "FETCH", "STORE", "COPY", "MOVE", "EXPUNGE":
		first, _, _ := strings.Cut(e.Args, " ")
		set, ok := parseSet(first)
		if !ok {
			break
		}
		if byUID {
			r.askedByUID(now, s, e, out, set)
		} else if s.known {
			for _, seq := range inSet(set, upTo(len(s.uids))) {
				out.asked = append(out.asked, s.uids[seq-1])
			}
		}
		if name != "FETCH" {
			for _, uid := range out.asked {
				r.touched(now, s.key, e, uid)
			}
		}
	}
	return out
}

func (r *record) askedByUID(now *mail, s *session, e *event, out *said, set []span) {
	b := now.boxes[s.key]
	if b == nil {
		return
	}
	out.asked = inSet(set, b.uids)
	for _, sp := range set {
		if _, found := b.rows[sp.first]; sp.single && !found {
			out.missing = append(out.missing, sp.first)
			r.touched(now, s.key, e, sp.first)
		}
	}
}

// mailboxArg is the name of a mailbox at the beginning of arguments.
func mailboxArg(args string) string {
	name := args
	if rest, quoted := strings.CutPrefix(args, `"`); quoted {
		name, _, _ = strings.Cut(rest, `"`)
	} else {
		name, _, _ = strings.Cut(args, " ")
	}
	if strings.EqualFold(name, "INBOX") {
		return "INBOX"
	}
	return name
}

// told takes in an untagged response.
func (r *record) told(now *mail, s *session, e *event, out *said, u untagged) {
	switch u.name {
	case "EXISTS":
		selecting := e.Name == "SELECT" || e.Name == "EXAMINE"
		if selecting {
			out.exists = text(u.num)
		}
		for _, uid := range s.grow(now, int(u.num)) {
			if !selecting {
				r.touched(now, s.key, e, uid)
			}
		}
	case "EXPUNGE":
		if uid := s.uid(u.num); uid != 0 {
			r.touched(now, s.key, e, uid)
			s.uids = slices.Delete(s.uids, int(u.num)-1, int(u.num))
		}
	case "VANISHED":
		set, _ := parseSet(strings.TrimPrefix(u.rest, "(EARLIER) "))
		gone := inSet(set, s.uids)
		s.uids = slices.DeleteFunc(s.uids, func(uid uint32) bool {
			_, found := slices.BinarySearch(gone, uid)
			return found
		})
	case "FETCH", "UIDFETCH":
		uid := u.uidOf()
		if uid == 0 {
			uid = s.uid(u.num)
		}
		if uid == 0 {
			out.unknown++
			break
		}
		out.sent = append(out.sent, uid)
		r.touched(now, s.key, e, uid)
	case "SEARCH", "SORT", "ESEARCH":
		r.searched(now, s, e, out, u)
	case "STATUS":
		out.status = append(out.status, u.rest)
	case "LIST", "LSUB":
		out.lists++
	}
}

func (r *record) searched(now *mail, s *session, e *event, out *said, u untagged) {
	out.numbers, out.whole = u.numbersOf()
	if u.name == "ESEARCH" {
		out.count = u.rest
	}
	for _, n := range out.numbers {
		uid := n
		if !strings.HasPrefix(e.Name, "UID ") {
			uid = s.uid(n)
		}
		if uid != 0 {
			out.found = append(out.found, uid)
			r.touched(now, s.key, e, uid)
		}
	}
}

// uid is that of a sequence number, 0 if it is not known.
func (s *session) uid(num uint32) uint32 {
	if !s.known || num == 0 || int(num) > len(s.uids) {
		return 0
	}
	return s.uids[num-1]
}

// grow takes in how many messages there are, and returns those that are new.
func (s *session) grow(now *mail, n int) []uint32 {
	b := now.boxes[s.key]
	if b == nil || !s.known || n < len(s.uids) {
		s.known = s.known && b != nil && n == len(s.uids)
		return nil
	}
	last := uint32(0)
	if len(s.uids) > 0 {
		last = s.uids[len(s.uids)-1]
	}
	for _, uid := range b.uids {
		if uid > last && len(s.uids) < n {
			s.uids = append(s.uids, uid)
		}
	}
	s.known = len(s.uids) == n
	i, _ := slices.BinarySearch(s.uids, last+1)
	return s.uids[i:]
}
