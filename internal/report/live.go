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

// Look is what a live page is told at one time, whoever asks: all of it, in parts.
type Look struct {
	whole map[string]json.RawMessage
	lists map[string][]json.RawMessage // of which a message has only what changed
}

// grow are those lists.
var grow = []string{"ev", "changes", "msgs"}

// NewLook looks at what a Data has now.
func NewLook(d *Data, o Options) (*Look, error) {
	r := o.record(d)
	v, h := newView(r), r.head()
	h.Cut = v.bound(o.limit(), o.limit())
	var err error
	if v.headView, err = h.view(); err != nil {
		return nil, err
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	l := &Look{lists: make(map[string][]json.RawMessage)}
	if err := json.Unmarshal(data, &l.whole); err != nil {
		return nil, err
	}
	for _, name := range grow {
		var list []json.RawMessage
		if err := json.Unmarshal(l.whole[name], &list); err != nil {
			return nil, err
		}
		l.lists[name] = list
		delete(l.whole, name)
	}
	return l, nil
}

// Stream makes the messages of a live page, for one browser: each is JSON, in one line, and
// says what has changed since the one before; the first says all.
type Stream struct {
	Options Options
	sent    *Look
}

// patch is what has changed in a list: the elements by index, and how many there are.
type patch struct {
	Length int                     `json:"n"`
	Put    map[int]json.RawMessage `json:"put,omitempty"`
}

// Next is the message for what a Data has now, nil if that is what was said before.
func (s *Stream) Next(d *Data) ([]byte, error) {
	l, err := NewLook(d, s.Options)
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
		if was := before.lists[name]; !slices.EqualFunc(was, list, sameJSON) || before.lists == nil {
			out[name] = patchOf(was, list)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return json.Marshal(out)
}

func sameJSON(a, b json.RawMessage) bool { return bytes.Equal(a, b) }

func patchOf(was, is []json.RawMessage) patch {
	p := patch{Length: len(is), Put: make(map[int]json.RawMessage)}
	for i, element := range is {
		if i >= len(was) || !bytes.Equal(was[i], element) {
			p.Put[i] = element
		}
	}
	return p
}
