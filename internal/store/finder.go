package store

import (
	"iter"
	"sort"

	"github.com/emersion/go-imap/v2"
)

// among are the messages of ascending UIDs, with their places. Each is looked for from the
// one before, so that many cost what they are, and few do not cost the list.
func (l *list) among(uids []imap.UID) iter.Seq2[int, *message] {
	return func(yield func(int, *message) bool) {
		for at := 0; len(uids) > 0; at++ {
			at += sort.Search(len(l.pages)-at, func(i int) bool { return l.pages[at+i].last() >= uids[0] })
			if at == len(l.pages) {
				return
			}
			messages, start, last := l.pages[at].messages, l.start(at), l.pages[at].last()
			for within := 0; len(uids) > 0 && uids[0] <= last; uids = uids[1:] {
				within = ahead(messages, within, uids[0])
				if msg := messages[within]; msg.uid == uids[0] && !yield(start+within, msg) {
					return
				}
			}
		}
	}
}

// places are those of the messages of ascending UIDs.
func (l *list) places(uids []imap.UID) []int {
	out := make([]int, 0, min(len(uids), l.len()))
	for i := range l.among(uids) {
		out = append(out, i)
	}
	return out
}

// within are the places of the messages whose UIDs are in ascending ranges. It goes through
// pages and ranges together, as among does with UIDs.
func (l *list) within(ranges []imap.UIDRange) []int {
	out := make([]int, 0, min(countUIDs(ranges), uint64(l.len())))
	for at := 0; len(ranges) > 0; at++ {
		at += sort.Search(len(l.pages)-at, func(i int) bool { return l.pages[at+i].last() >= ranges[0].Start })
		if at == len(l.pages) {
			break
		}
		messages, start, last := l.pages[at].messages, l.start(at), l.pages[at].last()
		for from := 0; len(ranges) > 0 && ranges[0].Start <= last; {
			from = ahead(messages, from, ranges[0].Start)
			end := len(messages)
			if ranges[0].Stop < last {
				end = ahead(messages, from, ranges[0].Stop+1)
				ranges = ranges[1:]
			}
			for ; from < end; from++ {
				out = append(out, start+from)
			}
			if end == len(messages) {
				break // and perhaps on the next page
			}
		}
	}
	return out
}

// ahead is the first place from i on with at least a UID, which there is. Because UIDs ascend
// it is at most as many places further as they are apart.
func ahead(messages []*message, i int, uid imap.UID) int {
	is := messages[i].uid
	if is >= uid {
		return i
	}
	far := min(len(messages)-i-1, int(uid-is))
	if far == 1 {
		return i + 1
	}
	return i + 1 + sort.Search(far-1, func(k int) bool { return messages[i+1+k].uid >= uid })
}

// finder finds messages of a list. Who asks for them in the order of their UIDs finds each at
// once.
type finder struct {
	list       *list
	at, within int // where the next is looked for first
}

// find is the message with a UID, or nil.
func (f *finder) find(uid imap.UID) *message {
	pages := f.list.pages
	for at := f.at; at < min(f.at+2, len(pages)); at++ {
		if pages[at].messages[0].uid <= uid && uid <= pages[at].last() {
			return f.on(at, uid)
		}
	}
	at := sort.Search(len(pages), func(i int) bool { return pages[i].last() >= uid })
	if at == len(pages) {
		return nil
	}
	return f.on(at, uid)
}

// on is find on a page whose last UID is not below.
func (f *finder) on(at int, uid imap.UID) *message {
	messages, within := f.list.pages[at].messages, f.within
	if at != f.at || within >= len(messages) || messages[within].uid != uid {
		within = sort.Search(len(messages), func(i int) bool { return messages[i].uid >= uid })
	}
	f.at, f.within = at, within+1
	if messages[within].uid != uid {
		return nil
	}
	return messages[within]
}
