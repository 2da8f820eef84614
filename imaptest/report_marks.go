package imaptest

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/report"
)

// marks gives commands what rules and holds did to them.
func (t *telling) marks() {
	for _, m := range t.srv.rec.history.Marks() {
		e := t.event(t.id(m.To))
		if m.To == 0 || e == nil {
			e = t.marked(m)
		}
		if e == nil {
			continue
		}
		mark := report.Mark{Kind: markKind(m), By: int(m.By)}
		if mark.Kind != report.MarkHold {
			mark.Text = didTo(m.Verb)
			if m.Ends && insideLiteral(e) {
				mark.Text += ", inside a literal"
			}
		}
		if mark.Kind == report.MarkHold {
			mark.By = t.held(e.ID, m)
		}
		if m.Ends && e.Running { // the client may have seen it before the server has noted it
			e.Running, e.End = false, cmp.Or(e.End, m.Seq)
		}
		e.Marks = append(e.Marks, mark)
		if lane := &t.data.Lanes[e.Lane]; m.Ends && lane.EndedBy == 0 && lane.Ended == byRule {
			lane.EndedBy = e.ID
		}
	}
}

// held is the event of a hold that has held a command, or that of its making.
func (t *telling) held(command int, m history.Mark) int {
	for _, seq := range t.holds {
		if act := t.acts[seq]; act.By == m.By && t.id(act.To) == command {
			return int(seq)
		}
	}
	return int(m.By)
}

// marked is what a mark is about that was made when there was no command: the connection
// itself, or the command whose literal was announced.
func (t *telling) marked(m history.Mark) *report.Event {
	lane, found := t.lanes[laneKey{m.Proto, m.Conn}]
	if !found {
		return nil
	}
	var next *report.Event
	for i := range t.data.Events {
		e := &t.data.Events[i]
		if e.Lane == lane && e.Kind == report.Command && e.Begin > m.Seq && (next == nil || e.Begin < next.Begin) {
			next = e
		}
	}
	if open := t.event(int(t.data.Lanes[lane].Begin)); next == nil || len(open.Lines) == 0 {
		return open
	}
	return next
}

// markKind says whether a verb holds, breaks, or changes something.
func markKind(m history.Mark) report.MarkKind {
	name, _, _ := strings.Cut(m.Verb, "(")
	switch {
	case strings.HasPrefix(name, "Hold"):
		return report.MarkHold
	case m.Ends:
		return report.MarkFault
	}
	switch name {
	case "No", "Bad", "Reply", "Dribble", "WrongLiteral", "WrongTag", "Bandwidth", "CutHandshake":
		return report.MarkFault
	}
	return report.MarkRule
}

// verbsDone says what a verb has done; %s is its argument, or arguments.
var verbsDone = map[string]string{
	"CutAfter":        "cut after %s bytes",
	"CutBeforeLine":   "cut before line %s",
	"StallBeforeLine": "silent from line %s on",
	"DropBeforeReply": "ran, and the connection was dropped before the answer",
	"Drop":            "the connection was dropped before it ran",
	"Reset":           "the connection was reset before it ran",
	"Stall":           "never answered",
	"HalfOpen":        "neither answered nor read",
	"No":              "answered NO by a rule",
	"Bad":             "answered BAD by a rule",
	"Bye":             "answered BYE by a rule",
	"Reply":           "answered by a rule",
	"Command":         "answered by the test",
	"Delay":           "delayed by %s",
	"Before":          "the test's code ran before it",
	"After":           "the test's code ran after it",
	"Dribble":         "sent in pieces (%s)",
	"Advertise":       "shown %s by a rule",
	"Conceal":         "not shown %s by a rule",
	"CloseAfter":      "the connection was closed after %s commands",
	"Bandwidth":       "slowed down to %s bytes a second",
}

// didTo says what a verb has done to a command.
func didTo(verb string) string {
	name, args, _ := strings.Cut(strings.TrimSuffix(verb, ")"), "(")
	done, known := verbsDone[name]
	switch {
	case !known:
		return verb
	case strings.Contains(done, "%s"):
		return fmt.Sprintf(done, args)
	}
	return done
}

// insideLiteral says whether what was sent last ends in a literal: its head, and then less
// than it said.
func insideLiteral(e *report.Event) bool {
	if len(e.Lines) == 0 || e.Lines[len(e.Lines)-1].Client {
		return false
	}
	text := e.Lines[len(e.Lines)-1].Text
	head, literal, found := strings.Cut(text, "}\n\t")
	if !found || strings.HasSuffix(text, ")") {
		return false
	}
	var size int
	if _, err := fmt.Sscanf(head[strings.LastIndexByte(head, '{')+1:], "%d", &size); err != nil {
		return false
	}
	return len(literal) < size || strings.Contains(literal, "[… ")
}
