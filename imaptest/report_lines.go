package imaptest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/serve"
	"github.com/go-mailtest/mailtest/internal/transcript"
)

// imapLines gives each command the lines that were said of it. A line of the client is of the
// command whose tag it begins with, or goes on with the one that runs; one of the server is of
// the command that runs, until that has its tagged line, and then nobody has asked for it.
func (t *telling) imapLines(commands map[int][]*report.Event) {
	lines, _ := t.srv.rec.transcript.Lines(nil)
	for conn, said := range byConn(lines) {
		lane, found := t.lanes[laneKey{history.IMAP, conn}]
		if !found {
			continue
		}
		d := &dialogue{telling: t, lane: lane, since: t.srv.rec.transcript.Began(), waiting: commands[conn]}
		for _, line := range said {
			d.imap(line)
		}
	}
}

// smtpLines does so with the steps of SMTP, one after the other.
func (t *telling) smtpLines(steps map[int][]*report.Event) {
	if t.srv.rec.smtp == nil {
		return
	}
	lines, _ := t.srv.rec.smtp.Lines(nil)
	for conn, said := range byConn(lines) {
		if lane, found := t.smtpLane(conn); found {
			t.smtpConn(lane, t.srv.rec.smtp.Began(), steps[conn], said)
		}
	}
}

func byConn(lines []transcript.Line) map[int][]transcript.Line {
	out := make(map[int][]transcript.Line)
	for _, line := range lines {
		out[line.Conn] = append(out[line.Conn], line)
	}
	return out
}

// lineOfReport is a line as a report has it.
func (t *telling) lineOfReport(line transcript.Line, since time.Time) report.Line {
	return report.Line{Seq: line.Seq, At: t.at(since.Add(line.At)), Client: line.From == serve.FromClient, Text: line.Text}
}

// dialogue goes through the lines of a connection of IMAP.
type dialogue struct {
	*telling
	lane    int
	since   time.Time
	waiting []*report.Event // commands that are yet to come, in their order
	running *report.Event   // nil: none
	started bool            // there has been a command
}

func (d *dialogue) imap(line transcript.Line) {
	said := d.lineOfReport(line, d.since)
	if said.Client {
		if len(d.waiting) > 0 && (d.running == nil || strings.HasPrefix(line.Text, d.waiting[0].Tag+" ")) {
			d.running, d.waiting, d.started = d.waiting[0], d.waiting[1:], true
			for len(d.waiting) > 0 && d.running.Begin < line.Seq && d.waiting[0].Begin < line.Seq {
				d.running, d.waiting = d.waiting[0], d.waiting[1:] // whose lines are no longer known
			}
		}
		if d.running != nil {
			d.running.Lines = append(d.running.Lines, said)
		}
		return
	}
	switch {
	case d.running != nil:
		d.running.Lines = append(d.running.Lines, said)
		if strings.HasPrefix(line.Text, d.running.Tag+" ") {
			d.running = nil
		}
	case !d.started:
		if open := d.event(int(d.data.Lanes[d.lane].Begin)); open != nil {
			open.Lines = append(open.Lines, said)
		}
	default:
		d.data.Events = append(d.data.Events, report.Event{
			ID: int(line.Seq), Lane: d.lane, Kind: report.Push, Begin: line.Seq, End: line.Seq, At: said.At,
			Name: strings.TrimPrefix(line.Text, "* "), Lines: []report.Line{said},
		})
	}
}

// smtpConn gives the steps of a connection their lines: a step has those from the client's on
// that made it to the next one's. Replies come in the order of the steps.
func (t *telling) smtpConn(lane int, since time.Time, steps []*report.Event, said []transcript.Line) {
	owed, replies := 0, 0 // the step whose reply is next, and how many it has had
	for _, line := range said {
		one := t.lineOfReport(line, since)
		if one.Client {
			if e := stepOf(steps, line.Seq, line.Text); e != nil {
				e.Lines = append(e.Lines, one)
				if e.Name == "DATA" && strings.HasPrefix(line.Text, "(") {
					e.Args = line.Text
				}
			}
			continue
		}
		var e *report.Event
		switch {
		case len(steps) == 0 || line.Seq < steps[0].Begin:
			e = t.event(int(t.data.Lanes[lane].Begin))
		default:
			e = steps[min(owed, len(steps)-1)]
			if !e.Running {
				e.End = max(e.End, line.Seq)
			}
			if replies++; strings.HasPrefix(line.Text, "354") || strings.HasPrefix(line.Text, "334") {
				replies--
			}
			if replies >= t.replies(e) {
				owed, replies = owed+1, 0
			}
		}
		if e != nil {
			e.Lines = append(e.Lines, one)
		}
	}
}

// replies is how many a step has: with LMTP a message has one for each recipient.
func (t *telling) replies(e *report.Event) int {
	n := 0
	for _, id := range t.moved {
		if id == e.ID {
			n++
		}
	}
	return max(n, 1)
}

// stepOf is the step of which a line of the client is: it was there just before the step
// began, or while it ran.
func stepOf(steps []*report.Event, seq uint64, text string) *report.Event {
	i, _ := slices.BinarySearchFunc(steps, seq, func(e *report.Event, seq uint64) int { return cmp.Compare(e.Begin, seq) })
	switch {
	case i > 0 && (steps[i-1].End == 0 || steps[i-1].End > seq || steps[i-1].Name == "AUTH" && text == smtpMasked):
		return steps[i-1]
	case i < len(steps):
		return steps[i]
	case i > 0:
		return steps[i-1]
	}
	return nil
}

// smtpMasked is what SMTP's transcript has in place of a response to AUTH.
const smtpMasked = "…"
