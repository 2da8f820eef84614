package serve

import (
	"slices"
	"sync"
	"time"
)

// Patience is how long Close waits for goroutines that do not end.
const Patience = 5 * time.Second

// Group is the goroutines of a server, and whom they serve. The zero value is one
// without any.
type Group[M comparable] struct {
	mu      sync.Mutex // guards what follows
	members map[M]int  // and how many goroutines each has
	closed  bool
	ended   chan struct{} // made by who waits, closed when a member has none left
}

// Begin counts in a goroutine for m that Close waits for, and End counts it out. After
// Close it does not, and says so.
func (g *Group[M]) Begin(m M) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	if g.members == nil {
		g.members = make(map[M]int)
	}
	g.members[m]++
	return true
}

// End is the end of a goroutine that Begin has counted in.
func (g *Group[M]) End(m M) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.members[m]--; g.members[m] > 0 {
		return
	}
	delete(g.members, m)
	if g.ended != nil {
		close(g.ended)
		g.ended = nil
	}
}

// Go runs f for m in such a goroutine.
func (g *Group[M]) Go(m M, f func()) bool {
	if !g.Begin(m) {
		return false
	}
	go func() {
		defer g.End(m)
		f()
	}()
	return true
}

// Members are those who are served, in no order.
func (g *Group[M]) Members() []M {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := make([]M, 0, len(g.members))
	for m := range g.members {
		out = append(out, m)
	}
	return out
}

// Drop calls end for every member that wanted names, and waits until these have ended. It
// does not wait for new ones.
func (g *Group[M]) Drop(wanted func(M) bool, end func(M)) {
	members := slices.DeleteFunc(g.Members(), func(m M) bool { return !wanted(m) })
	for _, m := range members {
		end(m)
	}
	g.wait(nil, members)
}

// Close lets nothing more begin, calls end for every member, and waits until all
// goroutines have ended, but for those of the callers, or [Patience] is over. It returns
// the members that are left.
func (g *Group[M]) Close(end func(M), callers ...M) (left []M) {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	members := g.Members()
	for _, m := range members {
		end(m)
	}
	members = slices.DeleteFunc(members, func(m M) bool { return slices.Contains(callers, m) })
	if len(members) == 0 {
		return nil
	}
	timer := time.NewTimer(Patience)
	defer timer.Stop()
	return g.wait(timer.C, members)
}

// wait waits until members have ended. It returns those that have not in time.
func (g *Group[M]) wait(timeout <-chan time.Time, members []M) (left []M) {
	for {
		g.mu.Lock()
		members = slices.DeleteFunc(members, func(m M) bool { return g.members[m] == 0 })
		if g.ended == nil {
			g.ended = make(chan struct{})
		}
		ended := g.ended
		g.mu.Unlock()
		if len(members) == 0 {
			return nil
		}
		select {
		case <-ended:
		case <-timeout:
			return members
		}
	}
}
