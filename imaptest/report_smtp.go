package imaptest

import (
	"strconv"
	"strings"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// steps are the events of SMTP's commands, by connection. The end of a message is told with
// the command that sent it; a greeting and a handshake are the connection's.
func (t *telling) steps() map[int][]*report.Event {
	out := make(map[int][]*report.Event)
	for _, step := range t.srv.smtpSteps() {
		lane, found := t.smtpLane(step.Conn)
		if !found {
			continue // forgotten
		}
		events := out[step.Conn]
		switch step.Stage {
		case "CONNECT", "TLS":
			continue
		case "EOD":
			if n := len(events); n > 0 {
				t.ended(events[n-1], step)
				continue
			}
		}
		out[step.Conn] = append(events, t.step(lane, step))
	}
	for _, events := range out {
		for _, e := range events {
			e.Note = answersFor(t.rcpts[e.ID])
		}
	}
	return out
}

// rcptAnswer is what was answered for a recipient of LMTP.
type rcptAnswer struct{ rcpt, answer string }

// answersFor says who was answered what, if it was not the same for all: "250 for ann, no answer
// for bob".
func answersFor(list []rcptAnswer) string {
	var answers []string
	rcpts := make(map[string][]string)
	for _, one := range list {
		if rcpts[one.answer] == nil {
			answers = append(answers, one.answer)
		}
		rcpts[one.answer] = append(rcpts[one.answer], one.rcpt)
	}
	if len(answers) < 2 {
		return ""
	}
	for i, answer := range answers {
		answers[i] = answer + " for " + joinNames(rcpts[answer])
	}
	return clip(strings.Join(answers, "; "), maxHeld)
}

// smtpLane is the lane of a connection of SMTP.
func (t *telling) smtpLane(conn int) (lane int, found bool) {
	for _, proto := range []history.Proto{history.SMTP, history.LMTP} {
		if lane, found = t.lanes[laneKey{proto, conn}]; found {
			return lane, true
		}
	}
	return 0, false
}

func (t *telling) step(lane int, step smtpsink.Command) *report.Event {
	e := &report.Event{
		ID: int(step.Seq), Lane: lane, Kind: report.Command, Begin: step.Seq, End: step.Seq, At: t.at(step.Start), Took: t.took(step.Start, step.End),
		Name: step.Stage, Args: stepArgs(step), User: step.User, Running: step.Running(),
	}
	if step.Running() {
		e.End = 0
	}
	answered(e, step)
	return e
}

// ended takes the end of a message into the command that sent it. With LMTP there is one for
// each recipient: what went wrong is said, if anything, and for whom.
func (t *telling) ended(e *report.Event, eod smtpsink.Command) {
	t.moved[eod.Seq] = e.ID
	first := e.Status == "354" || e.Status == "" && !e.Running
	e.End, e.Running = eod.Seq, eod.Running()
	if e.Running {
		e.End = 0
	}
	e.Took += t.took(eod.Start, eod.End)
	if t.data.Lanes[e.Lane].Kind == report.LaneLMTP && !e.Running {
		answer := "no answer"
		if eod.Code != 0 {
			answer = strconv.Itoa(eod.Code)
		}
		t.rcpts[e.ID] = append(t.rcpts[e.ID], rcptAnswer{eod.Arg, answer})
	}
	if first || eod.Code >= 400 || eod.Cut {
		answered(e, eod)
	}
	if eod.Code/100 == 2 || eod.Cut {
		t.data.Sent = append(t.data.Sent, report.Sent{Seq: eod.Seq, Event: e.ID, From: eod.From, To: eod.To, Message: -1})
	}
}

// answered is the reply of a step.
func answered(e *report.Event, step smtpsink.Command) {
	e.Status, e.Text = "", strings.TrimSpace(step.Enhanced+" "+step.Text)
	if step.Code != 0 {
		e.Status = strconv.Itoa(step.Code)
	}
}

// stepArgs are what stands behind the verb: an address is shown as it is written.
func stepArgs(step smtpsink.Command) string {
	if step.Stage == "MAIL" || step.Stage == "RCPT" {
		if !strings.ContainsAny(step.Arg, "<> ") {
			return "<" + step.Arg + ">"
		}
	}
	return step.Arg
}
