package report

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// Look is what a page is told at one time, as JSON: all of it, in parts.
type Look struct {
	whole map[string]json.RawMessage
	lists map[string][][]byte // by element, since of these a message has only what changed
}

// The lists.
const (
	events   = "ev"
	changes  = "changes"
	messages = "msgs"
)

// look is a view as JSON, cut until it takes no more bytes than limit, with what was cut.
func (v *view) look(limit int) (*Look, *bounder, error) {
	l := &Look{lists: map[string][][]byte{events: encodedList(v.Events), changes: encodedList(v.Changes)}}
	if err := json.Unmarshal(encode(v), &l.whole); err != nil {
		return nil, nil, err
	}
	b := v.bound(l, limit)
	l.lists[messages] = make([][]byte, len(v.Messages))
	for i, m := range v.Messages {
		l.lists[messages][i] = m.encoded(b.cuts[i])
	}
	return l, b, nil
}

// encodedList are the elements of a list as JSON.
func encodedList[T any](list []T) [][]byte {
	out := make([][]byte, len(list))
	for i := range list {
		out[i] = encode(&list[i])
	}
	return out
}

// encode is plain data as JSON.
func encode(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // plain data
	}
	return data
}

// size is how many bytes it is as a document.
func (l *Look) size() int {
	n := len("{}")
	for name, part := range l.whole {
		n += len(name) + len(`"":,`) + len(part)
	}
	for name, list := range l.lists {
		n += len(name) + len(`"":[],`) + sizeOf(list)
	}
	return n
}

// sizeOf is how many bytes the elements of a list take.
func sizeOf(list [][]byte) (n int) {
	for _, element := range list {
		n += len(element) + len(",")
	}
	return n
}

// document is all of it, as one object.
func (l *Look) document() []byte {
	out := make([]byte, 0, l.size())
	next := byte('{')
	name := func(name string) {
		out = append(append(append(out, next, '"'), name...), `":`...)
		next = ','
	}
	for _, part := range slices.Sorted(maps.Keys(l.whole)) {
		name(part)
		out = append(out, l.whole[part]...)
	}
	for _, list := range slices.Sorted(maps.Keys(l.lists)) {
		name(list)
		out = append(append(append(out, '['), bytes.Join(l.lists[list], []byte{','})...), ']')
	}
	return append(out, '}')
}
