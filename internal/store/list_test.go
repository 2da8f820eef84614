package store

import (
	"slices"
	"testing"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/internal/portion"
)

// plainList is a list and what it should hold.
type plainList struct {
	list
	want []*message
}

func (p *plainList) check(t *rapid.T) {
	var got []*message
	for i, msg := range p.all() {
		if i != len(got) || p.at(i) != msg {
			t.Fatalf("place %d comes after %d messages", i, len(got))
		}
		got = append(got, msg)
	}
	if !slices.Equal(got, p.want) || p.len() != len(p.want) {
		t.Fatalf("got %d messages, want %d, or others", len(got), len(p.want))
	}
	var uids []imap.UID
	for _, msg := range p.want {
		uids = append(uids, msg.uid)
	}
	if got := p.uids(); !slices.Equal(got, uids) {
		t.Fatalf("got the UIDs %v, want %v", got, uids)
	}
	for _, page := range p.pages {
		if len(page.messages) == 0 || len(page.messages) > pageSize {
			t.Fatalf("a page of %d messages", len(page.messages))
		}
	}
	uid := imap.UID(rapid.IntRange(0, 5000).Draw(t, "uid"))
	i, found := slices.BinarySearchFunc(p.want, uid, func(m *message, uid imap.UID) int { return int(m.uid) - int(uid) })
	at, msg := p.find(uid)
	if at != i || (msg != nil) != found || p.index(uid) != i {
		t.Fatalf("UID %d: at %d, want %d", uid, at, i)
	}
	if from := rapid.IntRange(0, len(p.want)).Draw(t, "from"); from < len(p.want) {
		for i, msg := range p.from(from) {
			if i != from || msg != p.want[from] {
				t.Fatalf("from %d: got %d", from, i)
			}
			break
		}
	}
}

// checkAmong looks for some UIDs, of which some may be there, in one go.
func (p *plainList) checkAmong(t *rapid.T) {
	every, from := rapid.SampledFrom([]int{1, 2, 3, 7, 300}).Draw(t, "every"), rapid.IntRange(0, 5000).Draw(t, "first")
	var uids []imap.UID
	for uid := from; uid < from+3000; uid += every {
		uids = append(uids, imap.UID(uid))
	}
	var want []*message
	for _, msg := range p.want {
		if _, asked := slices.BinarySearch(uids, msg.uid); asked {
			want = append(want, msg)
		}
	}
	var got []*message
	for i, msg := range p.among(uids) {
		if p.want[i] != msg {
			t.Fatalf("UID %d is not at %d", msg.uid, i)
		}
		got = append(got, msg)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("among %d UIDs there are %d, want %d, or others", len(uids), len(got), len(want))
	}
}

// A list is as good as a slice, and those that share pages do not disturb one
// another.
func TestList(t *testing.T) {
	portion.Checks(t, 30)
	rapid.Check(t, func(t *rapid.T) {
		lists, next := []*plainList{{}}, imap.UID(1)
		draw := func(t *rapid.T) *plainList { return rapid.SampledFrom(lists).Draw(t, "list") }
		t.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				p := draw(t)
				n := rapid.SampledFrom([]int{1, 3, pageSize - 1, pageSize, 2*pageSize + 1}).Draw(t, "n")
				gaps := rapid.SampledFrom([]int{1, 2}).Draw(t, "gaps") // 1: every UID is there
				for range n {
					next += imap.UID(rapid.IntRange(1, gaps).Draw(t, "gap"))
					msg := &message{uid: next}
					p.append(msg)
					p.want = append(slices.Clip(p.want), msg)
				}
			},
			"set": func(t *rapid.T) {
				p := draw(t)
				if len(p.want) == 0 {
					t.Skip()
				}
				i := rapid.IntRange(0, len(p.want)-1).Draw(t, "i")
				msg := &message{uid: p.want[i].uid}
				p.set(i, msg)
				p.want = slices.Clone(p.want)
				p.want[i] = msg
			},
			"remove": func(t *rapid.T) {
				p := draw(t)
				var places []int
				var kept []*message
				every := rapid.SampledFrom([]int{1, 2, 3, 100}).Draw(t, "every")
				from := rapid.IntRange(0, len(p.want)).Draw(t, "from")
				to := rapid.IntRange(from, len(p.want)).Draw(t, "to")
				for i, msg := range p.want {
					if i >= from && i < to && (i%every == 0) == (every != 100) {
						places = append(places, i)
					} else {
						kept = append(kept, msg)
					}
				}
				p.remove(places)
				p.want = kept
			},
			"share": func(t *rapid.T) {
				if p := draw(t); len(lists) < 5 {
					lists = append(lists, &plainList{p.share(), p.want})
				}
			},
			"look up": func(t *rapid.T) { draw(t).checkAmong(t) },
			"": func(t *rapid.T) {
				for _, p := range lists {
					p.check(t)
				}
			},
		})
	})
}

// What a snapshot costs is not the size of the mailbox: one change of a hundred
// thousand messages copies one page and the table of pages.
func TestShareIsCheap(t *testing.T) {
	var l list
	for uid := range 100_000 {
		l.append(&message{uid: imap.UID(uid + 1)})
	}
	before := l.share()
	l.set(50_000, &message{uid: 50_001})
	same := 0
	for i := range l.pages {
		if l.pages[i] == before.pages[i] {
			same++
		}
	}
	equal(t, "pages that are shared", same, len(l.pages)-1)
}
