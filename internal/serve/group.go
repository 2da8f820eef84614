package serve

import (
	"maps"
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
	idle    chan struct{} // made by Close, closed when none is running
}

// Go runs f for m in a goroutine that Close waits for. After Close it does not, and
// says so.
func (g *Group[M]) Go(m M, f func()) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	if g.members == nil {
		g.members = make(map[M]int)
	}
	g.members[m]++
	go func() {
		defer g.ended(m)
		f()
	}()
	return true
}

func (g *Group[M]) ended(m M) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.members[m]--; g.members[m] == 0 {
		delete(g.members, m)
	}
	if len(g.members) == 0 && g.idle != nil {
		close(g.idle)
		g.idle = nil
	}
}

// Close lets nothing more begin, calls end for every member, and waits until all
// goroutines have ended, or [Patience] is over. It returns the members that are left.
func (g *Group[M]) Close(end func(M)) (left []M) {
	g.mu.Lock()
	g.closed = true
	members := slices.Collect(maps.Keys(g.members))
	if len(members) > 0 && g.idle == nil {
		g.idle = make(chan struct{})
	}
	idle := g.idle
	g.mu.Unlock()
	if len(members) == 0 {
		return nil
	}
	for _, m := range members {
		end(m)
	}
	timer := time.NewTimer(Patience)
	defer timer.Stop()
	select {
	case <-idle:
		return nil
	case <-timer.C:
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Collect(maps.Keys(g.members))
}
