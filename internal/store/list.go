package store

import (
	"iter"
	"slices"
	"sort"

	"github.com/emersion/go-imap/v2"
)

// pageSize is how many messages a page has at most.
const pageSize = 256

// list is messages ascending by UID. It is cheap to share: two lists have the same
// pages until one of them changes, and then it copies the pages that it changes and
// no others. So a snapshot costs what changes after it, whatever the mailbox's size.
type list struct {
	own   *owner // of what may be changed in place; nil: nothing, not even pages and ends
	pages []*page
	ends  []int // how many messages there are up to the end of each page
}

// page is some messages of a list. None is empty.
type page struct {
	own      *owner
	messages []*message
}

// owner tells whose a page is. It has a size, so that no two have one address.
type owner struct{ _ byte }

func newList(messages []*message) list {
	var l list
	for _, msg := range messages {
		l.append(msg)
	}
	return l
}

// share is the list as it is, for keeping.
func (l *list) share() list {
	l.own = nil
	return *l
}

func (l *list) len() int {
	if len(l.ends) == 0 {
		return 0
	}
	return l.ends[len(l.ends)-1]
}

// locate finds the page of a place, and the place in it.
func (l *list) locate(i int) (at, within int) {
	at = sort.SearchInts(l.ends, i+1)
	return at, i - l.start(at)
}

// start is how many messages there are before a page.
func (l *list) start(at int) int {
	if at == 0 {
		return 0
	}
	return l.ends[at-1]
}

func (l *list) at(i int) *message {
	at, within := l.locate(i)
	return l.pages[at].messages[within]
}

func (l *list) last() *message { return l.at(l.len() - 1) }

// index is the place of the first message with a UID of at least uid.
func (l *list) index(uid imap.UID) int {
	at := sort.Search(len(l.pages), func(i int) bool { return l.pages[i].last() >= uid })
	if at == len(l.pages) {
		return l.len()
	}
	messages := l.pages[at].messages
	return l.start(at) + sort.Search(len(messages), func(i int) bool { return messages[i].uid >= uid })
}

// find is the message with a UID and its place, or nil.
func (l *list) find(uid imap.UID) (i int, msg *message) {
	i = l.index(uid)
	if i < l.len() {
		if msg = l.at(i); msg.uid == uid {
			return i, msg
		}
	}
	return i, nil
}

// from goes through the messages from a place on.
func (l *list) from(i int) iter.Seq2[int, *message] {
	return func(yield func(int, *message) bool) {
		at, within := l.locate(i)
		for _, p := range l.pages[at:] {
			for _, msg := range p.messages[within:] {
				if !yield(i, msg) {
					return
				}
				i++
			}
			within = 0
		}
	}
}

// last is the highest UID of a page.
func (p *page) last() imap.UID { return p.messages[len(p.messages)-1].uid }

func (l *list) all() iter.Seq2[int, *message] { return l.from(0) }

// slice is the messages in one piece.
func (l *list) slice() []*message {
	out := make([]*message, 0, l.len())
	for _, p := range l.pages {
		out = append(out, p.messages...)
	}
	return out
}

// ofPlaces are the messages at ascending places.
func (l *list) ofPlaces(places []int) iter.Seq[*message] {
	return func(yield func(*message) bool) {
		for len(places) > 0 {
			at, _ := l.locate(places[0])
			messages, start := l.pages[at].messages, l.start(at)
			for ; len(places) > 0 && places[0]-start < len(messages); places = places[1:] {
				if !yield(messages[places[0]-start]) {
					return
				}
			}
		}
	}
}

// uids are those of all messages.
func (l *list) uids() []imap.UID {
	out := make([]imap.UID, l.len())
	for at, p := range l.pages {
		p.putUIDs(out[l.start(at):l.ends[at]])
	}
	return out
}

// putUIDs puts the UIDs of the page's messages in their places. Where none is missing
// between the first and the last, the others need not be looked at.
func (p *page) putUIDs(places []imap.UID) {
	first := p.messages[0].uid
	if int(p.last()-first) == len(places)-1 {
		for i := range places {
			places[i] = first + imap.UID(i)
		}
		return
	}
	for i, msg := range p.messages {
		places[i] = msg.uid
	}
}

// change makes pages and ends the list's own.
func (l *list) change() {
	if l.own == nil {
		l.own, l.pages, l.ends = &owner{}, slices.Clone(l.pages), slices.Clone(l.ends)
	}
}

// page makes a page the list's own. change has been called.
func (l *list) page(at int) *page {
	if p := l.pages[at]; p.own != l.own {
		l.pages[at] = &page{l.own, slices.Clone(p.messages)}
	}
	return l.pages[at]
}

// set puts another message with the same UID in a place.
func (l *list) set(i int, msg *message) {
	l.change()
	at, within := l.locate(i)
	l.page(at).messages[within] = msg
}

// rewrite puts in ascending places what f makes of the messages there, with the same UID;
// nil is as it was.
func (l *list) rewrite(places []int, f func(*message) *message) {
	for len(places) > 0 {
		at, _ := l.locate(places[0])
		start, end, mine := l.start(at), l.ends[at], false
		messages := l.pages[at].messages
		for len(places) > 0 && places[0] < end {
			within := places[0] - start
			places = places[1:]
			msg := f(messages[within])
			if msg != nil && !mine {
				l.change()
				messages, mine = l.page(at).messages, true
			}
			if msg != nil {
				messages[within] = msg
			}
		}
	}
}

// append adds a message with a higher UID than all others. A page has room for as many as
// there are, or is full then.
func (l *list) append(msg *message) {
	l.change()
	n := len(l.pages)
	if n == 0 || len(l.pages[n-1].messages) >= pageSize {
		l.pages, l.ends = append(l.pages, &page{l.own, make([]*message, 0, min(l.len(), pageSize))}), append(l.ends, l.len())
		n++
	}
	p := l.page(n - 1)
	p.messages = append(p.messages, msg)
	l.ends[n-1]++
}

// remove takes the messages at ascending places away. Pages without any are not looked at.
func (l *list) remove(places []int) {
	if len(places) == 0 {
		return
	}
	l.change()
	at, _ := l.locate(places[0])
	first, gone := max(at-1, 0), len(places) // the page before may be joined to
	kept, total := l.pages[:at], l.start(first)
	for ; at < len(l.pages) && len(places) > 0; at++ {
		p := l.pages[at]
		if n := sort.SearchInts(places, l.ends[at]); n > 0 {
			p = p.without(places[:n], l.ends[at]-len(p.messages), l.own)
			places = places[n:]
		}
		kept = l.keep(kept, p)
	}
	if at < len(l.pages) { // and the one behind
		kept = l.keep(kept, l.pages[at])
		at++
	}
	for i, p := range kept[first:] {
		total += len(p.messages)
		l.ends[first+i] = total
	}
	n := len(kept)
	for i, end := range l.ends[at:] {
		l.ends[n+i] = end - gone
	}
	kept = append(kept, l.pages[at:]...)
	clear(l.pages[len(kept):])
	l.pages, l.ends = kept, l.ends[:len(kept)]
}

// without is a copy of the page without the messages at some places; the first of
// the page is at start.
func (p *page) without(places []int, start int, own *owner) *page {
	out := &page{own: own, messages: make([]*message, 0, len(p.messages)-len(places))}
	for i, msg := range p.messages {
		if len(places) > 0 && places[0] == start+i {
			places = places[1:]
			continue
		}
		out.messages = append(out.messages, msg)
	}
	return out
}

// keep adds a page, unless it is empty, to those that are kept. What has become
// small is joined to the page before.
func (l *list) keep(kept []*page, p *page) []*page {
	n := len(kept)
	switch {
	case len(p.messages) == 0:
		return kept
	case n > 0 && p.own == l.own && len(kept[n-1].messages)+len(p.messages) <= pageSize/2:
		joined := &page{l.own, slices.Concat(kept[n-1].messages, p.messages)}
		kept[n-1] = joined
		return kept
	}
	return append(kept, p)
}
