package imaptest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// remember keeps commands that the journal forgets, for who asks what has happened before.
func (rec *recorder) remember(entries []*entry) {
	if len(entries) == 0 {
		return
	}
	rec.earlier = append(rec.earlier, entries...)
	if surplus := len(rec.earlier) - rec.mail.bounds.commands; surplus > 0 {
		rec.earlier = slices.Delete(rec.earlier, 0, surplus)
	}
}

// entry is the command of a number; rec.mu is held.
func (rec *recorder) entry(seq uint64) (*entry, bool) {
	for _, list := range [][]*entry{rec.journal.entries, rec.earlier} {
		i, found := slices.BinarySearchFunc(list, seq, func(e *entry, seq uint64) int { return cmp.Compare(e.Seq, seq) })
		if found {
			return list[i], true
		}
	}
	return nil, false
}

// everything are all commands that are known, in their order.
func (rec *recorder) everything() []entry {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	var out []entry
	for _, e := range slices.Concat(rec.earlier, rec.journal.entries) {
		out = append(out, *e)
	}
	return out
}

// forgotten is the name of a command that nobody knows any more.
const forgotten = "…"

// causes finds who has done something by the number that the store has for it.
type causes struct {
	srv   *Server
	steps func() []smtpsink.Command // of SMTP
	test  func() map[thing]uint32   // what it did itself
}

func (s *Server) newCauses() causes {
	steps := func() []smtpsink.Command {
		if s.sink == nil {
			return nil
		}
		return s.sink.Commands()
	}
	return causes{s, sync.OnceValue(steps), sync.OnceValue(s.rec.mail.directly)}
}

// of is the number of who made a difference: that which the store has, or that of the call by
// which the test did it itself.
func (c causes) of(d store.Difference) uint32 {
	if of, known := thingOf(d); known && d.By == 0 {
		return c.test()[of]
	}
	return d.By
}

// command is that of a number: none if it is that of something else, and of one that is not
// known a name alone.
func (c causes) command(seq uint32) Command {
	if seq == 0 {
		return Command{}
	}
	rec := c.srv.rec
	rec.mu.Lock()
	e, found := rec.entry(uint64(seq))
	rec.mu.Unlock()
	switch {
	case found:
		return e.Command
	case c.text(seq) != "":
		return Command{}
	}
	return Command{Name: forgotten}
}

// text says who it was: "connection 2, UID EXPUNGE 3", "SMTP connection 1", "Deliver at
// mail_test.go:41"; "" for nobody who is known.
func (c causes) text(seq uint32) string {
	if seq == 0 {
		return ""
	}
	rec := c.srv.rec
	rec.mu.Lock()
	e, found := rec.entry(uint64(seq))
	rec.mu.Unlock()
	if found {
		return fmt.Sprintf("connection %d, %s", e.Conn, clip(e.String(), shownCause))
	}
	if act, found := rec.history.Act(uint64(seq)); found {
		where := act.Where()
		return strings.TrimSuffix(act.Helper()+" at "+where.Line(), " at ")
	}
	for _, step := range c.steps() {
		if step.Seq == uint64(seq) {
			return fmt.Sprintf("SMTP connection %d", step.Conn)
		}
	}
	return ""
}

// shownCause is how much of a command a cause shows.
const shownCause = 60
