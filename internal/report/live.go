package report

import (
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

// Stream makes the messages of a live page: each is JSON, in one line, and says what has
// changed since the one before; the first says all.
type Stream struct {
	Options Options
	sent    map[string][]byte   // whole parts
	lists   map[string][][]byte // lists, by element
}

// patch is what has changed in a list: the elements by index, and how many there are.
type patch struct {
	Length int                     `json:"n"`
	Put    map[int]json.RawMessage `json:"put,omitempty"`
}

// Next is the message for what a Data has now, nil if that is what was said before.
func (s *Stream) Next(d *Data) ([]byte, error) {
	r := s.Options.record(d)
	v, h := newView(r), r.head()
	h.Cut = v.bound(s.Options.limit(), s.Options.limit())
	var err error
	if v.headView, err = h.view(); err != nil {
		return nil, err
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return nil, err
	}
	out := make(map[string]any)
	for name, part := range parts {
		if slices.Contains(grow, name) {
			if err := s.patchTo(out, name, part); err != nil {
				return nil, err
			}
		} else if string(s.sent[name]) != string(part) {
			s.keep(name, part)
			out[name] = part
		}
	}
	for name := range s.sent {
		if _, still := parts[name]; !still {
			delete(s.sent, name)
			out[name] = nil
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return json.Marshal(out)
}

// grow are the lists of which a message has only what changed.
var grow = []string{"ev", "changes", "msgs"}

func (s *Stream) keep(name string, part []byte) {
	if s.sent == nil {
		s.sent, s.lists = make(map[string][]byte), make(map[string][][]byte)
	}
	s.sent[name] = part
}

func (s *Stream) patchTo(out map[string]any, name string, part []byte) error {
	var list []json.RawMessage
	if err := json.Unmarshal(part, &list); err != nil {
		return err
	}
	if s.lists == nil {
		s.keep("v", nil)
	}
	before := s.lists[name]
	p := patch{Length: len(list), Put: make(map[int]json.RawMessage)}
	now := make([][]byte, len(list))
	for i, element := range list {
		now[i] = element
		if i >= len(before) || string(before[i]) != string(element) {
			p.Put[i] = element
		}
	}
	if len(p.Put) > 0 || len(before) != len(list) || s.lists[name] == nil {
		out[name] = p
	}
	s.lists[name] = now
	return nil
}
