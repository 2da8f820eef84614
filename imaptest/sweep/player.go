package sweep

import (
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
)

// play is a run from the server's start to its end.
func (sw *sweep) play(t testing.TB, o *outcome, r *run) {
	name := sw.t.Name()
	if r != nil {
		name += "/" + r.root() + "/" + r.name()
	}
	rec := newRecorder(t, name)
	srv, err := imaptest.New(append(sw.serverOptions(), imaptest.WithSnapshot(sw.snapshot))...)
	if err != nil {
		o.failures, o.failed = []string{err.Error()}, true
		return
	}
	sw.keep(o, srv)
	p := &player{sweep: sw, outcome: o, run: r, rec: rec, srv: srv, away: make(chan struct{})}
	p.begin()
	if !rec.Failed() {
		p.perform()
	}
	p.collect()
}

// player is a run that is going on.
type player struct {
	*sweep
	*outcome
	run  *run
	rec  *recorder
	srv  *imaptest.Server
	envs []*Env
	ears *listener // of an undisturbed run

	away     chan struct{} // closed when the scenario runs away
	awayOnce sync.Once

	mu        sync.Mutex // guards what follows
	spoke     int
	calm      bool
	processes []*Process
	onMark    []func(name string) (kill bool)
}

// begin does what comes before the scenario, in a goroutine that it may end.
func (p *player) begin() {
	if len(p.setup) > 0 {
		p.inGoroutine(func() {
			for _, f := range p.setup {
				f(p.rec, p.srv)
			}
		})
	}
	p.outcome.before = p.contents(p.srv)
	p.srv.Mark()
	p.srv.On("*").Optional().Before(func(*imaptest.Command) { p.count() })
	p.srv.OnConnect().Optional().Before(func(*imaptest.Command) { p.count() })
	p.rec.calm, p.rec.player = p.quiet, p
	if p.run == nil {
		p.ears = listen(p.srv)
		return
	}
	for i, a := range p.run.acts {
		e := &Env{number: i, T: p.rec, Server: p.srv, Point: a.point, sweep: p.sweep, player: p, act: a}
		p.envs = append(p.envs, e)
		a.Do(e)
	}
}

// inGoroutine calls f and returns when it has ended, however it does.
func (p *player) inGoroutine(f func()) {
	ended := make(chan struct{})
	go p.guarded(ended, f)
	<-ended
}

func (p *player) guarded(ended chan struct{}, f func()) {
	defer close(ended)
	defer func() {
		if r := recover(); r != nil {
			p.rec.fail("")
			p.rec.mu.Lock()
			stack := string(debug.Stack())
			if passed, ok := r.(passedOn); ok { // of a program
				r, stack = passed.value, passed.stack
			}
			p.panicked = fmt.Sprintf("%v: %s", r, frames(stack, "panic("))
			p.rec.mu.Unlock()
		}
	}()
	f()
}

// limits are beyond what a scenario does that tries again with a pause.
const (
	awayFactor      = 20
	awayAtLeast     = 100
	awayUndisturbed = 20_000
	awayRefused     = 10_000
)

// count counts what the client does, and notices when that has no end.
func (p *player) count() {
	p.mu.Lock()
	p.spoke++
	over := p.spoke > p.tooMany()
	p.mu.Unlock()
	if over {
		p.awayOnce.Do(func() { close(p.away) })
	}
}

// quiet is Calm.
func (p *player) quiet() {
	p.settle()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calm {
		return
	}
	p.calm = true
	p.note()
	p.endRules()
	p.srv.Accept()
}

// note keeps what has been said so far.
func (p *player) note() {
	p.commands = p.srv.Commands()
	p.conns, p.handshakes = p.srv.ConnsOpened(), p.srv.Handshakes()
	if p.srv.HasSMTP() {
		p.steps = p.srv.SMTP().Commands()
	}
	if p.ears != nil {
		p.said = p.ears.of(p.commands)
	}
}

// endRules takes the disturbances' rules away, and says what they have done.
func (p *player) endRules() {
	p.reached, p.acted = true, true
	var codes []string
	for i, e := range p.envs {
		reached, acted, code, did := e.done()
		p.reached, p.acted = p.reached && reached, p.acted && acted
		codes = append(codes, code)
		if i > 0 {
			did = p.outcome.rival.and(did)
		}
		p.outcome.rival = did
	}
	p.code = strings.Join(codes, "\n")
}
