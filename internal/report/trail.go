package report

import (
	"slices"
	"strings"
)

// trail is what became of the message in question, a line for each event that touched it,
// and last what did not happen to it.
type trail struct {
	Subject string
	Where   string
	Lines   []trailLine
	More    int // lines that were left out before the last
	Never   string
}

type trailLine struct {
	Num  int
	Who  string // "IMAP 1"
	Name string // "UID FETCH"
	What string // "sent it"
	Mark []markView
}

// maxTrail is how many lines a trail has, or one more; of others, the first and the last.
const maxTrail = 6

// envelopes puts the MAIL and RCPT of a message in question with the command that brought
// it: who it is from and to is where many an error is.
func (r *record) envelopes() {
	for i, e := range r.events {
		if kind := r.Lanes[e.Lane].Kind; !e.about || kind != LaneSMTP && kind != LaneLMTP {
			continue
		}
		for j := i - 1; j >= 0; j-- {
			before := r.events[j]
			if before.Lane != e.Lane {
				continue
			}
			if before.Name != "MAIL" && before.Name != "RCPT" && before.Name != "BDAT" {
				break
			}
			before.touch(e.touched...)
			if before.Name == "MAIL" {
				break
			}
		}
	}
}

// trailOf is the trail of the first message in question, nil if there is none.
func (r *record) trailOf() *trail {
	if len(r.focus) == 0 {
		return nil
	}
	p := r.focus[0]
	out := &trail{Subject: r.shown[p.message].Subject, Where: r.boxName(p.key) + " UID " + text(p.uid)}
	var touched, flagged, told bool
	for _, e := range r.events {
		if !slices.Contains(e.touched, p.message) || e.Kind == Fail {
			continue
		}
		what, ok := r.did(e, p.message)
		if !ok {
			continue
		}
		touched = touched || e.Kind == Command && r.Lanes[e.Lane].Kind == LaneIMAP
		told = told || e.Kind == Push
		flagged = flagged || strings.HasPrefix(what, "changed its flags")
		out.Lines = append(out.Lines, trailLine{e.num, r.laneName(e.Lane), r.title(e), what, r.marksOf(e)})
	}
	switch f := r.Failures[0]; {
	case !touched && !told && slices.ContainsFunc(r.Lanes, func(l Lane) bool { return l.Kind == LaneIMAP }):
		out.Never = "no client asked for it, and none was told of it"
	case !flagged && (strings.Contains(f.Helper, "Flags") || strings.HasSuffix(f.Title, ": flags")):
		out.Never = "nothing changed its flags"
	}
	if n := len(out.Lines); n > maxTrail+1 {
		out.More = n - maxTrail
		out.Lines = slices.Concat(out.Lines[:3], out.Lines[n-maxTrail+3:])
	}
	return out
}

// did is what an event did to a message, in a few words.
func (r *record) did(e *event, message int) (what string, ok bool) {
	var added, removed, flagged *Change
	for _, c := range r.made[e] {
		if c.Message != message {
			continue
		}
		switch c.Op {
		case Added:
			added = c
		case Removed:
			removed = c
		case Flagged:
			flagged = c
		}
	}
	switch {
	case added != nil && removed != nil:
		return "moved it to " + r.boxName(boxKey{added.Account, added.Mailbox}), true
	case added != nil && strings.HasSuffix(e.Name, "COPY"):
		return "copied it to " + r.boxName(boxKey{added.Account, added.Mailbox}), true
	case added != nil:
		return "put it into " + r.boxName(boxKey{added.Account, added.Mailbox}), true
	case removed != nil:
		return "took it away", true
	case flagged != nil:
		return "changed its flags: " + flagWords(e.before, flagged.Flags), true
	}
	return r.saw(e, message)
}

// saw is what an event that changed nothing of a message has to do with it.
func (r *record) saw(e *event, message int) (what string, ok bool) {
	if kind := r.Lanes[e.Lane].Kind; kind == LaneSMTP || kind == LaneLMTP {
		return shorten(e.Args, 60), true
	}
	if !slices.ContainsFunc(r.focus, func(p place) bool { return p.message == message }) {
		return "", false
	}
	switch name := strings.TrimPrefix(e.Name, "UID "); {
	case e.Kind == Push && strings.Contains(e.Name, "EXPUNGE"):
		return "told that it is gone", true
	case e.Kind == Push:
		return "told of it", true
	case name == "SEARCH" || name == "SORT":
		return "found it", true
	case name == "FETCH" && e.outcome == isNone:
		return "began to send it", true
	case name == "FETCH" && e.outcome == isOK:
		return "sent it", true
	case name == "STORE" && e.outcome == isOK:
		return "named it, nothing changed", true
	case e.outcome == isOK && e.Kind == Command && name != "COPY" && name != "MOVE" && name != "EXPUNGE":
		return "told of it", true
	}
	return "named it", true
}
