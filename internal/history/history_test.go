package history_test

import (
	"sync"
	"testing"

	"github.com/go-mailtest/mailtest/internal/history"
)

// TestOrder: numbers are given once, whoever asks, and acts, marks and connections lie in the
// order of theirs.
func TestOrder(t *testing.T) {
	h := history.New(10_000)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 100 {
				h.Open(history.IMAP, i)
				act := h.Begin(history.Act{Kind: history.Deed})
				h.Mark(history.Mark{To: act.Seq})
				h.Finish(act, "done")
				h.Close(history.IMAP, i, "LOGOUT")
			}
		})
	}
	all.Wait()
	seen := make(map[uint64]bool)
	once := func(seq uint64) {
		if seq == 0 || seen[seq] || seq > h.Now() {
			t.Errorf("the number %d, of %d", seq, h.Now())
		}
		seen[seq] = true
	}
	last := uint64(0)
	for _, a := range h.Acts() {
		once(a.Seq)
		once(a.Done)
		if a.Seq <= last || a.Done <= a.Seq || a.Note != "done" {
			t.Errorf("%+v after %d", a, last)
		}
		last = a.Seq
	}
	last = 0
	for _, m := range h.Marks() {
		once(m.Seq)
		if m.Seq <= last {
			t.Errorf("mark %d after %d", m.Seq, last)
		}
		last = m.Seq
	}
	if n := len(h.Acts()); n != 800 || len(h.Marks()) != 800 || len(h.Conns()) != 800 {
		t.Errorf("%d acts, %d marks, %d connections", n, len(h.Marks()), len(h.Conns()))
	}
}

// TestBounds: of each kind the last are kept, and the others counted; an act that is no longer
// kept may be ended all the same.
func TestBounds(t *testing.T) {
	h := history.New(100)
	first := h.Begin(history.Act{Kind: history.Wait})
	for range 1000 {
		h.Note(history.Act{Kind: history.Deed})
		h.Mark(history.Mark{})
		h.Open(history.SMTP, 1)
	}
	h.Finish(first, "late")
	for name, n := range map[string]int{"acts": len(h.Acts()), "marks": len(h.Marks()), "connections": len(h.Conns())} {
		if n < 100 || n > 110 {
			t.Errorf("%d %s are kept, want the last 100 or a few more", n, name)
		}
	}
	if got := h.Dropped() + len(h.Acts()); got != 1001 {
		t.Errorf("%d acts were dropped or kept, want 1001", got)
	}
	if _, found := h.Act(first.Seq); found {
		t.Error("the first act is known yet")
	}
	last := h.Acts()[len(h.Acts())-1]
	if act, found := h.Act(last.Seq); !found || act.Seq != last.Seq {
		t.Errorf("the last act: got %+v", act)
	}
	h.Reset()
	if len(h.Acts())+len(h.Marks())+len(h.Conns())+h.Dropped() != 0 || h.Next() <= last.Done {
		t.Error("after Reset something is left, or numbers begin anew")
	}
}

// TestEnd: what happens to connections when the server is closed is nobody's doing.
func TestEnd(t *testing.T) {
	h := history.New(10)
	h.Open(history.IMAP, 1)
	h.End()
	h.Close(history.IMAP, 1, "Close")
	if c := h.Conns()[0]; c.Closed != 0 || c.Why != "" {
		t.Errorf("got %+v", c)
	}
}

// TestFirstFinish: what has been missed stays so.
func TestFirstFinish(t *testing.T) {
	h := history.New(10)
	act := h.Begin(history.Act{Kind: history.Wait})
	h.Miss(act, "in vain")
	h.Finish(act, "")
	if got := h.Acts()[0]; !got.Bad || got.Note != "in vain" {
		t.Errorf("got %+v", got)
	}
}
