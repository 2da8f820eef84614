package report

import (
	"fmt"
	"strings"
	"time"
)

// view is what the page is given: a Data with all that was found out about it. The live
// page gets the same, in pieces.
type view struct {
	Version  int          `json:"v"`
	Test     testView     `json:"test"`
	Lanes    []laneView   `json:"lanes"`
	Columns  []columnView `json:"cols"`
	Events   []eventView  `json:"-"` // these are encoded by element (look.go)
	Start    []boxView    `json:"start"`
	Changes  []changeView `json:"-"`
	Messages []*shown     `json:"-"`
	Sent     []sentView   `json:"sent,omitempty"`
	Story    []item       `json:"story"`
	Focus    []placeView  `json:"focus,omitempty"`
	Open     int          `json:"open,omitempty"` // the event that is shown first
	Dropped  int          `json:"dropped,omitempty"`
	Frame    string       `json:"frame"` // what stands before the HTML of a mail
}

type testView struct {
	Name    string `json:"name"`
	Account string `json:"account"`
	Virtual bool   `json:"virtual,omitempty"`
}

type laneView struct {
	Kind   LaneKind `json:"kind"`
	Number int      `json:"n,omitempty"`
	Name   string   `json:"name"`
	Who    string   `json:"who,omitempty"`
	Column int      `json:"col"`
	Begin  uint64   `json:"s"`
	End    uint64   `json:"e,omitempty"`
	Ended  string   `json:"why,omitempty"`
	TLS    bool     `json:"tls,omitempty"`
}

type columnView struct {
	Kind LaneKind `json:"kind"`
	Name string   `json:"name"`
	Who  string   `json:"who,omitempty"`
}

type eventView struct {
	ID      int        `json:"id"` // its number
	Lane    int        `json:"lane"`
	Kind    Kind       `json:"kind"`
	Class   outcome    `json:"cls"`
	Name    string     `json:"name"`
	Args    string     `json:"args,omitempty"`
	Result  string     `json:"res,omitempty"`
	Note    string     `json:"note,omitempty"`
	Warn    string     `json:"warn,omitempty"`
	Marks   []markView `json:"marks,omitempty"`
	Chips   []chip     `json:"chips,omitempty"`
	About   bool       `json:"hot,omitempty"`
	At      string     `json:"at"`
	Took    string     `json:"took,omitempty"`
	Gap     string     `json:"gap,omitempty"` // before it
	Seconds float64    `json:"t"`
	Lasted  float64    `json:"d,omitempty"`
	Begin   uint64     `json:"s"`
	End     uint64     `json:"e,omitempty"` // 0: it lasts
	Where   string     `json:"where"`       // connection, mailbox, file and line, in a line
	Box     string     `json:"box,omitempty"`
	Target  int        `json:"of,omitempty"`
	Message int        `json:"m,omitempty"` // 1 + index
	Lines   []lineView `json:"lines,omitempty"`
	Failure *failView  `json:"fail,omitempty"`
}

type markView struct {
	Kind MarkKind `json:"k"`
	Text string   `json:"x"`
	By   int      `json:"by,omitempty"`
}

type lineView struct {
	At     string `json:"t"`
	Client bool   `json:"c,omitempty"`
	Text   string `json:"x"`
}

type failView struct {
	Text string `json:"text"`
}

type boxView struct {
	Account string    `json:"acc"`
	Name    string    `json:"name"`
	Rows    []rowView `json:"rows,omitempty"`
}

type rowView struct {
	UID     uint32 `json:"u"`
	Message int    `json:"m"`
	Flags   string `json:"f,omitempty"`
}

type changeView struct {
	Seq     uint64 `json:"s"`
	Event   int    `json:"c,omitempty"` // its number
	Op      Op     `json:"op"`
	Account string `json:"acc"`
	Mailbox string `json:"box"`
	UID     uint32 `json:"u,omitempty"`
	Message int    `json:"m,omitempty"`
	Flags   string `json:"f,omitempty"`
	To      string `json:"to,omitempty"`
}

type sentView struct {
	Event   int    `json:"c,omitempty"`
	From    string `json:"from"`
	To      string `json:"to"`
	Message int    `json:"m"`
}

type placeView struct {
	Account string `json:"acc"`
	Mailbox string `json:"box"`
	UID     uint32 `json:"u"`
	Message int    `json:"m"`
}

// newView finds out all that is to be shown.
func newView(r *record) *view {
	v := &view{
		Version: 1, Frame: mailFrame, Dropped: r.Dropped,
		Test: testView{r.Test.Name, r.Test.Account, r.Test.Virtual},
	}
	for i, l := range r.Lanes {
		v.Lanes = append(v.Lanes, laneView{l.Kind, l.Number, r.laneName(i), l.User, r.column[i], l.Begin, l.End, l.Ended, l.TLS})
	}
	for _, c := range r.columns {
		v.Columns = append(v.Columns, columnView{c.kind, c.name(r.Lanes), c.who(r.Lanes)})
	}
	for i, e := range r.events {
		ev := r.eventView(e)
		ev.Gap = r.gapBefore(i)
		v.Events = append(v.Events, ev)
	}
	r.viewMail(v)
	v.Story = r.storyOf()
	for _, p := range r.focus {
		v.Focus = append(v.Focus, placeView{p.key.account, p.key.name, p.uid, p.message})
	}
	if r.open != nil {
		v.Open = r.open.num
	}
	return v
}

func (r *record) viewMail(v *view) {
	for _, b := range r.mailAtStart().sorted(r.Test.Account) {
		bv := boxView{Account: b.key.account, Name: b.key.name}
		for _, uid := range b.uids {
			row := b.rows[uid]
			bv.Rows = append(bv.Rows, rowView{uid, row.Message, strings.Join(row.Flags, " ")})
		}
		v.Start = append(v.Start, bv)
	}
	for _, c := range r.changes {
		if c.Op == Flagged && c.Whose != "" || c.Op == Set {
			continue
		}
		v.Changes = append(v.Changes, changeView{c.Seq, r.numOf(c.Event), c.Op, c.Account, c.Mailbox, c.UID, c.Message, strings.Join(c.Flags, " "), c.To})
	}
	v.Messages = r.shown
	for i, m := range v.Messages {
		if r.inQuestion(i) {
			m.mayLose(cutsOfAsked)
		} else {
			m.mayLose(cutsOfOthers)
		}
	}
	for _, s := range r.Sent {
		v.Sent = append(v.Sent, sentView{r.numOf(s.Event), s.From, strings.Join(s.To, ", "), s.Message})
	}
}

// numOf is the number of the event with an ID, 0 if there is none.
func (r *record) numOf(id int) int {
	if e := r.byID[id]; e != nil {
		return e.num
	}
	return 0
}

func (r *record) eventView(e *event) eventView {
	out := eventView{
		ID: e.num, Lane: e.Lane, Kind: e.Kind, Class: e.outcome, Name: r.title(e), Args: e.Args, Result: resultOf(e),
		Note: e.note, Warn: e.warn, Marks: r.marksOf(e), Chips: e.chips, About: e.about,
		At: clock(e.At, r.Test.Virtual), Seconds: e.At.Seconds(), Lasted: e.Took.Seconds(), Begin: e.Begin, End: e.End,
		Where: r.where(e), Box: e.Mailbox, Target: r.numOf(e.Target), Message: e.Message,
	}
	if e.Took >= time.Microsecond && e.Kind != Fail {
		out.Took = duration(e.Took)
	}
	if e.Kind == Rule {
		out.Args = strings.TrimSuffix(out.Args, " "+out.Name) // a Hold's verb is what made it
	}
	for _, line := range e.Lines {
		out.Lines = append(out.Lines, lineView{clock(line.At, r.Test.Virtual), line.Client, line.Text})
	}
	for _, f := range r.Failures {
		if f.Event == e.ID && e.Kind == Fail {
			out.Failure = &failView{f.Text}
			if out.Args == "" {
				out.Args = f.Title
			}
		}
	}
	return out
}

func (r *record) marksOf(e *event) []markView {
	var out []markView
	for _, m := range e.Marks {
		out = append(out, markView{m.Kind, r.markText(m), r.numOf(m.By)})
	}
	return out
}

// resultOf is the word for what came of an event.
func resultOf(e *event) string {
	switch {
	case e.Kind != Command:
		return ""
	case e.outcome == isRun:
		return "still running"
	case e.outcome == isNone:
		return "no answer"
	}
	return e.Status
}

// where is a line about the circumstances of an event.
func (r *record) where(e *event) string {
	var words []string
	l := r.Lanes[e.Lane]
	switch {
	case r.ofTest(e):
		words = append(words, "the test")
	case e.User != "":
		words = append(words, fmt.Sprintf("%s connection %d, %s", strings.ToUpper(string(l.Kind)), l.Number, e.User))
	default:
		words = append(words, fmt.Sprintf("%s connection %d", strings.ToUpper(string(l.Kind)), l.Number))
	}
	if e.Mailbox != "" && e.Kind == Command {
		words = append(words, "in "+e.Mailbox)
	}
	if e.Source != "" {
		words = append(words, e.Source)
	}
	words = append(words, "at "+clock(e.At, r.Test.Virtual))
	if e.Took >= time.Microsecond && e.Kind != Fail {
		words = append(words, "took "+duration(e.Took))
	}
	if e.BytesIn > 0 {
		words = append(words, bytesOf(e.BytesIn)+" in, "+bytesOf(e.BytesOut)+" out")
	}
	return strings.Join(words, " · ")
}
