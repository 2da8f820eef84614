package imaptest

import (
	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/report"
)

// foundOnce is what need not be found out again in the next telling of a server: its messages as
// a report has them, and where in the test they came from.
type foundOnce struct {
	before, messages map[any]*report.Message // by EmailID, and what was sent by where it lies
	places           map[history.Where]actPlace
}

// next is for the telling after one that has found this.
func (f foundOnce) next() foundOnce {
	out := foundOnce{before: f.messages, messages: make(map[any]*report.Message, len(f.messages)), places: f.places}
	if out.places == nil {
		out.places = make(map[history.Where]actPlace)
	}
	return out
}

// message is the one of a key.
func (f foundOnce) message(key any, raw func() []byte) *report.Message {
	m := f.before[key]
	if m == nil {
		m = report.ParseMessage(raw())
	}
	f.messages[key] = m
	return m
}

// actPlace is the place in the test of what that does.
type actPlace struct{ helper, line string }

// place is that of an act. The same line does much again and again.
func (f foundOnce) place(act history.Act) actPlace {
	where := act.Where()
	p, found := f.places[where]
	if !found {
		p = actPlace{where.Helper(), where.Line()}
		f.places[where] = p
	}
	return p
}

// called is what the test called.
func (f foundOnce) called(act history.Act) string {
	if act.Name != "" {
		return act.Name
	}
	return f.place(act).helper
}
