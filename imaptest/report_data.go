package imaptest

import (
	"cmp"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// telling makes of what was recorded the data of a report. An event's ID is its number in
// the order of all that happened.
type telling struct {
	srv    *Server
	began  time.Time
	now    time.Time
	data   report.Data
	lanes  map[laneKey]int
	acts   map[uint64]history.Act
	doings map[string][]uint64  // the numbers of the test's deeds, in order, by what it called
	holds  []uint64             // and of its holds
	moved  map[uint64]int       // events that are told as part of another, the EOD of a message: its ID
	rcpts  map[int][]rcptAnswer // of the ends of a message, by the ID of the command that sent it
	mail   mailTelling
	events map[int]int // the places of the first so many events, by ID
	once   foundOnce
}

type laneKey struct {
	proto history.Proto
	conn  int
}

// tell is the data of a report.
func (s *Server) tell() *report.Data { return s.newTelling(foundOnce{}).tell() }

// newTelling is one after what was told before.
func (s *Server) newTelling(before foundOnce) *telling {
	return &telling{
		srv: s, began: s.rec.history.Began(), now: time.Now(), lanes: make(map[laneKey]int), acts: make(map[uint64]history.Act), moved: make(map[uint64]int),
		rcpts: make(map[int][]rcptAnswer), doings: make(map[string][]uint64), events: make(map[int]int), once: before.next(),
	}
}

func (t *telling) tell() *report.Data {
	h := t.srv.rec.history
	t.data.Dropped = h.Dropped()
	for _, act := range h.Acts() {
		t.acts[act.Seq] = act
		switch act.Kind {
		case history.Deed:
			name := t.once.called(act)
			t.doings[name] = append(t.doings[name], act.Seq)
		case history.Hold:
			t.holds = append(t.holds, act.Seq)
		}
	}
	t.conns()
	imap, smtp := t.commands(), t.steps()
	t.imapLines(imap)
	t.smtpLines(smtp)
	for _, list := range []map[int][]*report.Event{imap, smtp} {
		for _, events := range list {
			for _, e := range events {
				t.data.Events = append(t.data.Events, *e)
			}
		}
	}
	t.deeds()
	t.marks()
	t.tellMail()
	t.test()
	slices.SortFunc(t.data.Events, func(a, b report.Event) int { return cmp.Compare(a.Begin, b.Begin) })
	return &t.data
}

// at is a time since the start.
func (t *telling) at(when time.Time) time.Duration { return max(when.Sub(t.began), 0) }

// took is how long something took that may last.
func (t *telling) took(from, to time.Time) time.Duration {
	if to.IsZero() {
		to = t.now
	}
	return max(to.Sub(from), 0)
}

// conns makes a lane and an event of each connection.
func (t *telling) conns() {
	t.data.Lanes = []report.Lane{{Kind: report.LaneTest}}
	users := t.smtpUsers()
	for _, c := range t.srv.rec.history.Conns() {
		lane := report.Lane{
			Kind: report.LaneKind(strings.ToLower(string(c.Proto))), Number: c.Number, Begin: c.Opened, End: c.Closed, Ended: c.Why,
			EndedBy: t.endedBy(c),
		}
		if c.Proto == history.IMAP {
			lane.User, lane.TLS = t.srv.rec.whose(c.Number)
		} else {
			lane.User = users[c.Number]
		}
		t.lanes[laneKey{c.Proto, c.Number}] = len(t.data.Lanes)
		t.data.Events = append(t.data.Events, report.Event{
			ID: int(c.Opened), Lane: len(t.data.Lanes), Kind: report.Open, Begin: c.Opened, End: c.Opened, At: t.at(c.At),
		})
		t.data.Lanes = append(t.data.Lanes, lane)
	}
}

// endedBy is the act of the test that has ended a connection, 0 for none.
func (t *telling) endedBy(c history.Conn) int {
	deeds := t.doings[c.Why]
	before, _ := slices.BinarySearch(deeds, c.Closed)
	if before == 0 {
		return 0
	}
	return int(deeds[before-1])
}

// commands are the events of IMAP's commands, by connection.
func (t *telling) commands() map[int][]*report.Event {
	out := make(map[int][]*report.Event)
	for _, e := range t.srv.rec.everything() {
		lane, found := t.lanes[laneKey{history.IMAP, e.Conn}]
		if !found {
			continue // forgotten
		}
		event := &report.Event{
			ID: int(e.Seq), Lane: lane, Kind: report.Command, Begin: e.Seq, End: e.done, At: t.at(e.Start), Took: t.took(e.Start, e.End),
			Name: e.Name, Args: e.Args, Tag: e.Tag, User: e.User, Mailbox: e.Mailbox, Running: e.Running(),
			Status: string(e.Status), Text: strings.TrimPrefix(e.Result(), string(e.Status)+" "), BytesIn: e.BytesIn, BytesOut: e.BytesOut,
		}
		if ended := t.data.Lanes[lane].End; ended == 0 && e.Cut && t.srv.closing.Load() {
			event.End, event.Running = 0, true // it ran until the server was closed
		}
		out[e.Conn] = append(out[e.Conn], event)
	}
	return out
}

// smtpUsers are the accounts that have authenticated, by connection.
func (t *telling) smtpUsers() map[int]string {
	users := make(map[int]string)
	for _, step := range t.srv.smtpSteps() {
		if step.User != "" {
			users[step.Conn] = step.User
		}
	}
	return users
}

// smtpSteps are the steps of SMTP.
func (s *Server) smtpSteps() []smtpsink.Command {
	if s.sink == nil {
		return nil
	}
	return s.sink.Commands()
}

// deeds are the events of the test.
func (t *telling) deeds() {
	for _, seq := range slices.Sorted(maps.Keys(t.acts)) {
		act := t.acts[seq]
		e := report.Event{
			ID: int(act.Seq), Kind: kindOf[act.Kind], Begin: act.Seq, End: act.Done, At: t.at(act.At), Took: t.took(act.At, act.Ended),
			Name: t.once.called(act), Args: act.Args, Note: act.Note, Failed: act.Bad && act.Kind != history.Fail, Target: t.id(act.To), Source: t.once.place(act).line,
		}
		if act.Kind == history.Hold {
			maker := t.acts[act.By]
			e.Name, e.Source = cmp.Or(t.once.called(maker), e.Name), t.once.place(maker).line
		}
		if act.Kind == history.Rule {
			e.Args, e.Note = strings.TrimSpace(e.Args+" "+e.Note), ""
		}
		if act.Failure != nil {
			e.Text = act.Failure.Text
			t.data.Failures = append(t.data.Failures, failureOf(act, e))
		}
		t.data.Events = append(t.data.Events, e)
	}
}

// kindOf is what a report calls what the test does.
var kindOf = map[history.Kind]report.Kind{
	history.Deed: report.Act, history.Wait: report.Wait, history.Rule: report.Rule, history.Hold: report.Hold,
	history.Release: report.Release, history.Fail: report.Fail, history.Assert: report.Assert,
}

func failureOf(act history.Act, e report.Event) report.Failure {
	f := act.Failure
	out := report.Failure{
		Event: e.ID, Helper: e.Name, Title: f.Title, Got: f.Got, Want: f.Want, Account: f.Account, Mailbox: f.Mailbox, UIDs: f.UIDs,
		Source: e.Source, Text: f.Text,
	}
	if out.Helper == "Errorf" || out.Helper == "Fatalf" {
		out.Helper = "" // the test itself
	}
	return out
}

// id is the ID of the event with that number, or as part of which it is told.
func (t *telling) id(seq uint64) int {
	if id, found := t.moved[seq]; found {
		return id
	}
	return int(seq)
}

// event is the one of an ID.
func (t *telling) event(id int) *report.Event {
	for i := len(t.events); i < len(t.data.Events); i++ {
		t.events[t.data.Events[i].ID] = i
	}
	i, found := t.events[id]
	if !found {
		return nil
	}
	return &t.data.Events[i]
}

// test is what there is to say of the test itself.
func (t *telling) test() {
	s := t.srv
	test := &t.data.Test
	*test = report.Test{Took: t.took(t.began, time.Time{}), Virtual: s.virtual, Go: runtime.Version(), Account: s.first().name, Result: report.Running}
	if len(t.data.Failures) > 0 {
		test.Result, test.Source = report.Failed, t.data.Failures[0].Source
	}
	s.mu.Lock()
	test.Name = s.reportName
	s.mu.Unlock()
	if s.test != "" {
		test.Name = s.test
		switch {
		case s.t.Failed():
			test.Result = report.Failed
		case s.closing.Load() && test.Result != report.Failed:
			test.Result = report.Passed
		}
	}
	test.Rerun = rerun(test.Name)
	if s.rec.mail.forgot() {
		test.Facts = append(test.Facts, "what first became of the mail is no longer known")
	}
}

// rerun is the command that runs a test again.
func rerun(name string) string {
	if name == "" {
		return ""
	}
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + part + "$"
	}
	return "go test -run '" + strings.Join(parts, "/") + "'"
}
