package report

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Live makes of a report a page that is served, and that goes on.
type Live struct {
	Stream  string   // the URL of server-sent events with the messages that a [Stream] makes
	Actions []Action // what the page offers to do
}

// Action is a button of the live page.
type Action struct {
	Label string
	URL   string // to which a POST is sent when it is pressed
	File  bool   // a file is asked for, and its content is what is sent
}

// Looker looks at a Data that goes on, for a live page. Messages that were there before, the
// same ones, are not looked at again.
type Looker struct {
	Options Options
	known   map[*Message]*shown
}

// Look is what there is to be seen now.
func (k *Looker) Look(d *Data) (*Look, error) {
	r := k.Options.record(d, k.known)
	v, h := newView(r), r.head()
	limit := k.Options.limit()
	l, cut, err := v.look(limit)
	if err != nil {
		return nil, err
	}
	h.Cut = cut.said(limit)
	k.known = make(map[*Message]*shown, len(r.shown))
	for i, m := range r.Messages {
		k.known[m] = r.shown[i]
	}
	return l, h.view(l.whole)
}

// Stream makes the messages of a live page, for one browser: each is JSON, in one line, and
// says what has changed since the one before; the first says all.
type Stream struct {
	Options Options
	looker  Looker
	sent    *Look
}

// patch is what has changed in a list: the elements by index, and how many there are.
type patch struct {
	Length int                     `json:"n"`
	Put    map[int]json.RawMessage `json:"put,omitempty"`
}

// Next is the message for what a Data has now, nil if that is what was said before.
func (s *Stream) Next(d *Data) ([]byte, error) {
	s.looker.Options = s.Options
	l, err := s.looker.Look(d)
	if err != nil {
		return nil, err
	}
	return s.Tell(l)
}

// Tell is the message for a Look, nil if that is what was said before.
func (s *Stream) Tell(l *Look) ([]byte, error) {
	before := s.sent
	if before == nil {
		before = &Look{}
	}
	s.sent = l
	out := make(map[string]any)
	for name, part := range l.whole {
		if !bytes.Equal(before.whole[name], part) {
			out[name] = part
		}
	}
	for name := range before.whole {
		if _, still := l.whole[name]; !still {
			out[name] = nil
		}
	}
	for name, list := range l.lists {
		if was := before.lists[name]; !slices.EqualFunc(was, list, bytes.Equal) || before.lists == nil {
			out[name] = patchOf(was, list)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return json.Marshal(out)
}

func patchOf(was, is [][]byte) patch {
	p := patch{Length: len(is), Put: make(map[int]json.RawMessage)}
	for i, element := range is {
		if i >= len(was) || !bytes.Equal(was[i], element) {
			p.Put[i] = element
		}
	}
	return p
}
