package serve

import (
	"sync"
	"time"
)

// Patience is how long Close waits for goroutines that do not end.
const Patience = 5 * time.Second

// Group is the goroutines of a server. The zero value is one without any.
type Group struct {
	mu      sync.Mutex // guards what follows
	running int
	closed  bool
	idle    chan struct{} // made by Close, closed when none is running
}

// Go runs f in a goroutine that Close waits for. After Close it does not, and says
// so.
func (g *Group) Go(f func()) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.running++
	go func() {
		defer g.ended()
		f()
	}()
	return true
}

func (g *Group) ended() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running--; g.running == 0 && g.idle != nil {
		close(g.idle)
		g.idle = nil
	}
}

// Close lets nothing more begin, calls end, which is to end what runs, and waits
// until it has, or [Patience] is over. It says whether all has ended.
func (g *Group) Close(end func()) bool {
	g.mu.Lock()
	g.closed = true
	if g.running == 0 {
		g.mu.Unlock()
		return true
	}
	if g.idle == nil {
		g.idle = make(chan struct{})
	}
	idle := g.idle
	g.mu.Unlock()
	end()
	timer := time.NewTimer(Patience)
	defer timer.Stop()
	select {
	case <-idle:
		return true
	case <-timer.C:
		return false
	}
}
