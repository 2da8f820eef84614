package sweep

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Process is a program that runs, and can be killed at any point of the protocol: whatever it
// would do then it does no more. Its connections are gone for the server, and whoever reads or
// writes one in the program waits, to the end of the scenario.
type Process struct {
	srv    *imaptest.Server
	player *player // nil outside a sweep
	killed chan struct{}
	freed  chan struct{} // closed when the scenario has ended
	undone chan struct{} // closed when a dead program gets errors, for the locks that it holds
	over   chan struct{} // closed when the program's goroutine has

	mu      sync.Mutex // guards what follows
	dead    bool
	dialing int
	conns   []net.Conn
}

// Program is [Retry] for a whole program, which the sweep kills as well, and which is started
// again then. What f takes from outside is what persists: a folder, a database, a map that
// stands for one. What f makes itself is the memory of the process, and is gone with it.
//
//	folder := t.TempDir()
//	sweep.Program(t, srv, 3, func(p *sweep.Process) error {
//		m := &Mirror{Dial: p.Dial, Folder: folder}
//		return m.Sync(t.Context())
//	})
//
// The program connects by [Process.Dial]. It is killed before and behind each of its
// commands, and at each [Process.Mark]. A goroutine of a killed program that waits for
// something else than its connections, a time-out of its own, goes on until it comes to one. Where
// one waits for a lock, a connection that another one reads under that lock gives it an error: the
// program goes on then until it would connect again.
func Program(t testing.TB, srv *imaptest.Server, n int, f func(p *Process) error) {
	t.Helper()
	Retry(t, n, func() error {
		for {
			p := start(t, srv)
			if err := p.run(f); !errors.Is(err, errKilled) {
				return err
			}
			p.unlock()
			restPause()
		}
	})
}

// restPause waits until a program is started again. What goroutines of the bubble have done until
// they waited as well happened before that, for the race detector too.
func restPause() {
	time.Sleep(restartPause)
	if bubble() == "" {
		return
	}
	defer func() { recover() }() // somebody else is in Wait
	synctest.Wait()
}

// restartPause is how long it takes to start a program again.
const restartPause = 10 * time.Millisecond

// errKilled is what a program ends with that was killed.
var errKilled = errors.New("killed")

func start(t testing.TB, srv *imaptest.Server) *Process {
	p := &Process{srv: srv, killed: make(chan struct{}), freed: make(chan struct{}), undone: make(chan struct{}), over: make(chan struct{})}
	ours, ok := t.(*recorder)
	if !ok || ours.player == nil {
		t.Cleanup(func() {
			p.free()
			wait(p.over, time.Minute) // it may write to a folder of the test's
		})
		return p
	}
	p.player = ours.player
	p.player.mu.Lock()
	defer p.player.mu.Unlock()
	p.player.processes = append(p.player.processes, p)
	return p
}

// ending is how the program's goroutine ended.
type ending struct {
	err    error
	exited bool // by FailNow
	panic  any
}

// passedOn is a panic of the program, in the scenario's goroutine.
type passedOn struct {
	value any
	stack string
}

// String is the panic as it was.
func (p passedOn) String() string { return fmt.Sprintf("%v\n\n%s", p.value, p.stack) }

// run runs the program to its end, or until it is killed.
func (p *Process) run(f func(p *Process) error) error {
	ended := make(chan ending, 1)
	go func() {
		defer close(p.over)
		end := ending{exited: true}
		defer func() {
			if r := recover(); r != nil {
				end.panic = passedOn{r, string(debug.Stack())}
			}
			ended <- end
		}()
		if p.player != nil {
			p.player.rec.own()
		}
		end.err = f(p)
		end.exited = false
	}()
	select {
	case end := <-ended:
		switch {
		case p.isDead(): // and its last words came first
			return errKilled
		case end.panic != nil:
			panic(end.panic)
		case end.exited:
			runtime.Goexit()
		}
		p.retire()
		return end.err
	case <-p.killed:
		return errKilled
	}
}

// retire is the end of a program that was not killed.
func (p *Process) retire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns = nil
}

// Kill kills the program: it does nothing more that can be seen. It is for a test that does
// it by hand; a sweep does it by itself.
func (p *Process) Kill() {
	p.mu.Lock()
	conns := p.conns
	if p.dead {
		conns = nil
	} else {
		p.dead = true
		close(p.killed)
	}
	p.mu.Unlock()
	for _, nc := range conns {
		nc.Close()
	}
}

func (p *Process) isDead() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dead
}

// free lets go of what a killed program waits in.
func (p *Process) free() {
	p.Kill()
	select {
	case <-p.freed:
	default:
		close(p.freed)
	}
}

// unlock lets a dead program go on with errors, if one of its goroutines waits for a lock: who holds
// that may be the one that waits in a connection, and virtual time would stand still.
func (p *Process) unlock() {
	if number := bubble(); number != "" && standing() && slices.ContainsFunc(allOf(number), stackOf.waitsForLock) {
		close(p.undone)
	}
}

// Dial is [imaptest.Server.Dial] for the program.
func (p *Process) Dial(ctx context.Context) (net.Conn, error) {
	return p.dial(func() (net.Conn, error) { return p.srv.Dial(ctx) })
}

// DialSMTP is [smtpsink.Sink.Dial] for the program.
func (p *Process) DialSMTP(ctx context.Context) (net.Conn, error) {
	return p.dial(func() (net.Conn, error) { return p.srv.SMTP().Dial(ctx) })
}

func (p *Process) dial(dial func() (net.Conn, error)) (net.Conn, error) {
	if p.stops() {
		return nil, net.ErrClosed
	}
	p.mu.Lock()
	p.dialing++
	p.mu.Unlock()
	nc, err := dial()
	p.mu.Lock()
	p.dialing--
	if err == nil && p.dead {
		nc.Close()
	} else if err == nil {
		p.conns = append(p.conns, nc)
	}
	p.mu.Unlock()
	if p.stops() {
		return nil, net.ErrClosed
	}
	if err != nil {
		return nil, err
	}
	return &mortal{nc, p}, nil
}

// Mark is a place in the program at which it can be killed as well: between two writes to a
// file, for one. The name has letters, digits and dots.
func (p *Process) Mark(name string) {
	if p.stops() {
		runtime.Goexit()
	}
	if p.player == nil {
		return
	}
	if !isName(name) {
		p.player.rec.fail(fmt.Sprintf("Mark(%q): a name has letters, digits and dots", name))
		return
	}
	if p.player.marks(name) {
		standing()
		p.Kill()
		if p.stops() {
			runtime.Goexit()
		}
	}
}

// stops waits for the scenario's end if the program is dead, and says whether it is.
func (p *Process) stops() bool {
	if !p.isDead() {
		return false
	}
	<-p.freed
	return true
}

// mortal is a connection of a program.
type mortal struct {
	net.Conn
	process *Process
}

// stops is that of the process, which a connection leaves sooner.
func (c *mortal) stops() bool {
	if !c.process.isDead() {
		return false
	}
	select {
	case <-c.process.freed:
	case <-c.process.undone:
	}
	return true
}

// Read and the others do nothing more when the program is dead.
func (c *mortal) Read(b []byte) (int, error) { return c.alive(b, c.Conn.Read) }

func (c *mortal) Write(b []byte) (int, error) { return c.alive(b, c.Conn.Write) }

func (c *mortal) alive(b []byte, do func([]byte) (int, error)) (int, error) {
	if c.stops() {
		return 0, net.ErrClosed
	}
	n, err := do(b)
	if c.stops() {
		return 0, net.ErrClosed
	}
	return n, err
}

// Close ends the connection, unless the program is dead.
func (c *mortal) Close() error {
	if c.stops() {
		return net.ErrClosed
	}
	return c.Conn.Close()
}
