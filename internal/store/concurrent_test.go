package store

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"
)

// actor is one of many that work on the same two mailboxes, each with messages
// of its own. Its model is a list; history is what that list was after each
// operation, so that a snapshot can be found in it.
type actor struct {
	name    string
	boxes   []*Mailbox
	model   []entry
	history [][]string
	steps   atomic.Int64 // operations that are done
	next    int          // the number of its next message
}

// entry is a message as its actor believes it to be.
type entry struct {
	box   int
	uid   imap.UID
	id    string
	flags map[imap.Flag]bool
}

// action is an operation; on says which of the actor's messages it is done to.
type action struct {
	do   string
	on   int
	flag imap.Flag
	op   imap.StoreFlagsOp
}

func drawActions(t *rapid.T) []action {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) action {
		return action{
			do:   rapid.SampledFrom([]string{"append", "append", "flags", "flags", "expunge", "copy", "move", "move"}).Draw(t, "do"),
			on:   rapid.IntRange(0, 9).Draw(t, "on"),
			flag: rapid.SampledFrom(modelFlags()).Draw(t, "flag"),
			op:   imap.StoreFlagsOp(rapid.IntRange(0, 2).Draw(t, "op")),
		}
	}), 5, 30).Draw(t, "actions")
}

func (a *actor) note() {
	a.history = append(a.history, a.lines())
	a.steps.Store(int64(len(a.history) - 1))
}

// lines are the actor's messages as text, in order.
func (a *actor) lines() []string {
	var out []string
	for _, e := range a.model {
		out = append(out, messageLine(e.box, e.uid, e.id, e.flags))
	}
	slices.Sort(out)
	return out
}

func messageLine(box int, uid imap.UID, id string, flags map[imap.Flag]bool) string {
	var on []string
	for flag := range flags {
		on = append(on, string(flag))
	}
	slices.Sort(on)
	return fmt.Sprintf("%d/%d %s %v", box, uid, id, on)
}

// stored are the actor's messages as the store has them.
func (a *actor) stored() []string {
	var out []string
	for i, mbox := range a.boxes {
		for _, m := range mbox.Messages() {
			if id := string(m.Raw()); strings.HasPrefix(id, a.name+"-") {
				out = append(out, messageLine(i, m.UID, id, asSet(m.Flags)))
			}
		}
	}
	slices.Sort(out)
	return out
}

// act does one operation to the store and to the model.
func (a *actor) act(do action) error {
	if do.do == "append" || len(a.model) == 0 {
		box, id := do.on%len(a.boxes), fmt.Sprintf("%s-%d", a.name, a.next)
		a.next++
		m, err := a.boxes[box].Append([]byte(id), WithFlags(do.flag))
		a.model = append(a.model, entry{box, m.UID, id, asSet([]imap.Flag{do.flag})})
		return err
	}
	i := do.on % len(a.model)
	e := a.model[i]
	from, to := a.boxes[e.box], (e.box+1)%len(a.boxes)
	switch do.do {
	case "flags":
		m := &model{flags: map[imap.UID]map[imap.Flag]bool{e.uid: e.flags}}
		m.store([]imap.UID{e.uid}, do.op, []imap.Flag{do.flag})
		a.model[i].flags = m.flags[e.uid]
		return from.Store(set(e.uid), do.op, do.flag)
	case "expunge":
		a.model = slices.Delete(slices.Clone(a.model), i, i+1)
		gone, err := from.Expunge(set(e.uid))
		return expectOne(len(gone), err)
	case "copy":
		data, err := from.Copy(set(e.uid), a.boxes[to])
		if err := expectOne(len(data.DestUIDs), err); err != nil {
			return err
		}
		a.model = append(a.model, entry{to, data.DestUIDs[0].Start, e.id, e.flags})
	case "move":
		data, err := from.Move(set(e.uid), a.boxes[to])
		if err := expectOne(len(data.DestUIDs), err); err != nil {
			return err
		}
		a.model[i] = entry{to, data.DestUIDs[0].Start, e.id, e.flags}
	}
	return nil
}

func expectOne(n int, err error) error {
	if err == nil && n != 1 {
		err = fmt.Errorf("%d messages, want 1", n)
	}
	return err
}

// moment is a snapshot, and between which operations of each actor it was
// taken.
type moment struct {
	snap        *Snapshot
	first, last []int64
}

func takeMoment(store *Store, actors []*actor) moment {
	var m moment
	for _, a := range actors {
		m.first = append(m.first, a.steps.Load())
	}
	m.snap = store.Snapshot()
	for _, a := range actors {
		m.last = append(m.last, a.steps.Load()+1) // one may be done and not noted
	}
	return m
}

// TestConcurrentModel: many goroutines do random operations, and snapshots are
// taken among them. In the end every actor finds what it believes in, and
// every snapshot is one moment of all of them.
func TestConcurrentModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u, err := New().AddUser("alice", "secret")
		if err != nil {
			t.Fatal(err)
		}
		boxes := []*Mailbox{u.Inbox(), nil}
		if boxes[1], err = u.Create("Other"); err != nil {
			t.Fatal(err)
		}
		actors := make([]*actor, 4)
		todo := make([][]action, len(actors))
		for i := range actors {
			actors[i] = &actor{name: string(rune('a' + i)), boxes: boxes}
			actors[i].note()
			todo[i] = drawActions(t)
		}
		moments := play(t, u.store, actors, todo)
		for _, a := range actors {
			if got, want := a.stored(), a.lines(); !slices.Equal(got, want) {
				t.Fatalf("actor %s:\ngot  %q\nwant %q", a.name, got, want)
			}
		}
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(moments)-1), 1, 5).Draw(t, "restored") {
			u.store.Restore(moments[i].snap)
			for j, a := range actors {
				a.checkMoment(t, moments[i].first[j], moments[i].last[j])
			}
			checkAscending(t, boxes)
		}
	})
}

// play lets the actors run at once, and takes snapshots meanwhile.
func play(t *rapid.T, store *Store, actors []*actor, todo [][]action) []moment {
	var wg sync.WaitGroup
	errs := make(chan error, len(actors))
	for i, a := range actors {
		wg.Go(func() {
			for _, do := range todo[i] {
				if err := a.act(do); err != nil {
					errs <- fmt.Errorf("actor %s, %+v: %w", a.name, do, err)
					return
				}
				a.note()
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	var moments []moment
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		moments = append(moments, takeMoment(store, actors))
	}
	select {
	case err := <-errs:
		t.Fatal(err)
	default:
	}
	return moments
}

// checkMoment looks for what is stored in the actor's history.
func (a *actor) checkMoment(t *rapid.T, first, last int64) {
	got := a.stored()
	for i := first; i <= min(last, int64(len(a.history)-1)); i++ {
		if slices.Equal(got, a.history[i]) {
			return
		}
	}
	t.Fatalf("actor %s: the snapshot has %q, which was at no time between its operations %d and %d", a.name, got, first, last)
}

func checkAscending(t *rapid.T, boxes []*Mailbox) {
	for _, mbox := range boxes {
		status, messages := mbox.Contents()
		last := imap.UID(0)
		for _, m := range messages {
			if m.UID <= last || m.UID >= status.UIDNext || m.ModSeq > status.HighestModSeq {
				t.Fatalf("%s: UID %d after %d, modseq %d, with %+v", mbox.Name(), m.UID, last, m.ModSeq, status)
			}
			last = m.UID
		}
	}
}

// Restores among the operations: whoever follows the logs has in the end what
// is there, and no UID or modseq ever went back.
func TestConcurrentRestores(t *testing.T) {
	const rounds = 200
	u := newUser(t)
	a, b := u.Inbox(), create(t, u, "B")
	fill(t, a, 10)
	done := make(chan struct{})
	var readers, writers sync.WaitGroup
	var followers []*follower
	for _, mbox := range []*Mailbox{a, b, a, b} {
		f := &follower{mbox: mbox, messages: make(map[imap.UID]Message)}
		followers = append(followers, f)
		readers.Go(func() { f.follow(t, done) })
	}
	first := u.store.Snapshot()
	want := listing(u.store)
	for _, do := range []func(i int) error{
		func(int) error { _, err := a.Append(letter("x")); return err },
		func(i int) error { _, err := a.Copy(set(imap.UID(1+i%20)), b); return err },
		func(i int) error { _, err := a.Move(set(imap.UID(1+i%20)), b); return err },
		func(i int) error { _, err := b.Move(everyUID(), a); return err },
		func(i int) error { _, err := a.Expunge(set(imap.UID(1 + i%7))); return err },
		func(i int) error { return a.Store(everyUID(), imap.StoreFlagsOp(i%3), imap.FlagSeen) },
		func(i int) error { u.store.Restore(first); return nil },
		func(i int) error { u.store.Restore(u.store.Snapshot()); return nil },
	} {
		writers.Go(func() {
			for i := range rounds {
				if err := do(i); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	u.store.Restore(first)
	close(done)
	readers.Wait()
	equalList(t, "at the end", listing(u.store), want...)
	for _, f := range followers {
		f.compare(t)
	}
}
