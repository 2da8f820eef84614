package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// record is a Data in order, with what was found out about it.
type record struct {
	*Data
	events  []*event
	byID    map[int]*event
	shown   []*shown             // of Messages
	changes []Change             // by Seq
	made    map[*event][]*Change // what each event changed
	ended   map[*event][]string  // the numbers of the connections that each event ended
	came    map[place]uint64     // when each message came into its mailbox first
	columns []column
	column  []int // of each lane
	focus   []place
	open    *event // the one that is shown first, nil for none
}

// event is an Event in its place.
type event struct {
	Event
	num     int // from 1, in order of Begin: the number that readers see
	outcome outcome
	about   bool   // it touches a message in question
	touched []int  // the messages in question that it touches
	note    string // what came of it
	warn    string // what of it is not as it might be expected
	chips   []chip
	before  []string // the flags that a message in question had before it
	uids    []uint32 // the messages that it found, sent or named, in its Mailbox
}

// outcome is what came of an event, in the word that is its class in the page.
type outcome string

const (
	isOK   outcome = "ok"
	isNO   outcome = "no"   // NO, 4xx
	isBAD  outcome = "bad"  // BAD, 5xx, a failure
	isNone outcome = "none" // no answer
	isRun  outcome = "run"  // it still runs
)

// newRecord puts a Data in order.
func newRecord(d *Data) *record {
	d = d.sane()
	r := &record{Data: d, byID: make(map[int]*event), made: make(map[*event][]*Change), ended: make(map[*event][]string)}
	for i := range d.Events {
		e := &event{Event: d.Events[i], outcome: outcomeOf(&d.Events[i])}
		r.byID[e.ID] = e
		r.events = append(r.events, e)
		r.events = append(r.events, pushesOf(e)...)
	}
	slices.SortStableFunc(r.events, func(a, b *event) int { return cmp.Compare(a.Begin, b.Begin) })
	for i, e := range r.events {
		e.num = i + 1
	}
	r.changes = slices.Clone(d.Changes)
	slices.SortStableFunc(r.changes, func(a, b Change) int { return cmp.Compare(a.Seq, b.Seq) })
	for i := range r.changes {
		if e := r.byID[r.changes[i].Event]; e != nil {
			r.made[e] = append(r.made[e], &r.changes[i])
		}
	}
	for i, l := range r.Lanes {
		if e := r.byID[l.EndedBy]; e != nil && e.Lane != i {
			r.ended[e] = append(r.ended[e], strconv.Itoa(l.Number))
		}
	}
	r.columns, r.column = columnsOf(d.Lanes)
	if len(d.Failures) > 0 {
		r.open = r.byID[d.Failures[0].Event]
	}
	return r
}

func outcomeOf(e *Event) outcome {
	switch {
	case e.Kind == Fail, e.Failed:
		return isBAD
	case e.Kind != Command:
		return isOK
	case e.Running:
		return isRun
	}
	switch {
	case e.Status == "":
		return isNone
	case e.Status == "NO", strings.HasPrefix(e.Status, "4"):
		return isNO
	case e.Status == "BAD", strings.HasPrefix(e.Status, "5"), e.Status == "BYE" && e.Name != "LOGOUT":
		return isBAD
	}
	return isOK
}

// pushesOf are events for what an IDLE pushed: others may have happened between one and
// the next. What came at once is one event.
func pushesOf(e *event) []*event {
	if e.Kind != Command || e.Name != "IDLE" {
		return nil
	}
	var out []*event
	var last uint64
	for _, line := range e.Lines {
		u, ok := parseUntagged(line)
		if !ok || u.name == "RECENT" || u.name == "OK" || line.Seq == 0 {
			continue
		}
		if n := len(out); n > 0 && line.Seq <= last+2 { // with a RECENT between
			out[n-1].Lines = append(out[n-1].Lines, line)
			out[n-1].Name += ", " + u.title()
		} else {
			push := &event{Event: Event{Lane: e.Lane, Kind: Push, Begin: line.Seq, End: line.Seq, At: line.At,
				Name: u.title(), User: e.User, Mailbox: e.Mailbox, Lines: []Line{line}}, outcome: isOK}
			out = append(out, push)
		}
		last = line.Seq
	}
	return out
}

// laneName is what a lane is called.
func (r *record) laneName(lane int) string {
	l := r.Lanes[lane]
	if l.Kind == LaneTest {
		return "the test"
	}
	return strings.ToUpper(string(l.Kind)) + " " + strconv.Itoa(l.Number)
}

// title is the name of an event as it is shown.
func (r *record) title(e *event) string {
	switch {
	case e.Kind == Fail && (e.Name == "" || e.Name == "Errorf"):
		return "the test"
	case e.Kind == Open && e.Name == "":
		return "connection " + strconv.Itoa(r.Lanes[e.Lane].Number)
	}
	return e.Name
}

// ofTest says whether the test did it.
func (r *record) ofTest(e *event) bool { return r.Lanes[e.Lane].Kind == LaneTest }
