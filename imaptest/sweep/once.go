package sweep

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// outcome is how a run went.
type outcome struct {
	srv *imaptest.Server // for a report; nil if none is wanted

	commands   []imaptest.Command // up to Calm
	said       []*said            // to each of them, undisturbed
	steps      []smtpsink.Command
	marks      []string
	processes  int
	conns      int
	handshakes int
	before     contents // when the scenario began
	after      contents
	result     string

	failures []string
	failed   bool
	skipped  bool
	panicked string
	hung     string // what it waits for
	stuck    string
	away     string // how it ran away
	leaked   string

	reached bool // the rules have fired
	acted   bool // and have made a difference
	rival   rival
	code    string // the rules as Go

	log        string
	explain    string
	transcript string
	state      string
}

// patienceInBubble is how much virtual time a scenario has.
const patienceInBubble = 48 * time.Hour

// once runs the scenario, undisturbed if r is nil.
func (sw *sweep) once(r *run) *outcome {
	o := &outcome{}
	if stuck := sw.enclose(func(t *testing.T) { sw.play(t, o, r) }); stuck.why != "" {
		if stuck.leaked {
			o.leaked = stuck.why
			return o
		}
		// What the bubble wrote is not touched: it may write yet.
		return &outcome{stuck: stuck.why, reached: true, acted: true, code: codeOf(r)}
	}
	return o
}

func codeOf(r *run) string {
	if r == nil {
		return ""
	}
	return r.code()
}

// end is why a bubble did not end well.
type end struct {
	why    string
	leaked bool // goroutines were left behind, when all else had ended
}

// enclose calls f in a bubble of its own, with a t that is its own, and waits for its end. In
// real time it calls f as it is.
func (sw *sweep) enclose(f func(t *testing.T)) end {
	if sw.real {
		f(sw.t)
		return end{}
	}
	w := &watched{number: make(chan string, 1), ended: make(chan string, 1)}
	go func() {
		why := "the goroutine of the run has ended before its time"
		defer func() { w.ended <- why }()
		defer func() {
			if r := recover(); r != nil {
				why = fmt.Sprint(r)
			}
		}()
		synctest.Test(sw.t, func(t *testing.T) {
			w.number <- bubble()
			f(t)
		})
		why = ""
	}()
	return w.wait()
}

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

// perform runs the scenario to its end, or to that of all patience.
func (p *player) perform() {
	ended := make(chan struct{})
	go p.guarded(ended, func() {
		p.rec.own()
		defer p.rec.cleanup()
		defer p.releaseAll()
		result := p.scenario(p.rec, p.srv)
		p.rec.mu.Lock()
		p.result = result
		p.rec.mu.Unlock()
	})
	limit := patienceInBubble
	if p.real {
		limit = p.limit
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	rest := limit
	select {
	case <-ended:
		return
	case <-p.away:
		p.outcome.away = fmt.Sprintf("more than %d commands and connections, undisturbed %d", p.tooMany(), p.usual())
		rest = time.Minute
	case <-timer.C:
		p.hung = p.waitsFor(limit)
		p.rec.freeze()
	}
	p.mu.Lock()
	if !p.calm {
		p.note()
		p.endRules()
		p.calm = true
	}
	p.mu.Unlock()
	p.srv.Refuse()
	p.srv.Close()
	wait(ended, rest)
	if p.hung != "" {
		p.rec.cancel() // of one that runs away it would only be the next to be without end
		wait(ended, time.Minute)
	}
}

func wait(ended <-chan struct{}, limit time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	select {
	case <-ended:
	case <-ctx.Done():
	}
}

// usual is how many commands and connections there are undisturbed, 0 if that is not known.
func (p *player) usual() int {
	if p.first == nil {
		return 0
	}
	return len(p.first.commands) + p.first.conns
}

// tooMany is how many no scenario makes that comes to an end.
func (p *player) tooMany() int {
	if p.first == nil {
		return awayUndisturbed
	}
	return awayFactor*p.usual() + awayAtLeast
}

// waitsFor says what a scenario waits for that has not come to its end.
func (p *player) waitsFor(limit time.Duration) string {
	var waits []string
	for _, cmd := range p.srv.Commands() {
		if cmd.Running() {
			waits = append(waits, fmt.Sprintf("connection %d waits on %s", cmd.Conn, clip(cmd.String(), 60)))
		}
	}
	switch newest := p.srv.ConnsOpened(); {
	case len(waits) > 0:
	case p.srv.ConnsOpen() > 0 && !slices.ContainsFunc(p.srv.Commands(), func(cmd imaptest.Command) bool { return cmd.Conn == newest }):
		waits = append(waits, fmt.Sprintf("connection %d waits on its greeting", newest))
	default:
		waits = append(waits, "no command of it runs")
	}
	if p.srv.HasSMTP() {
		if steps := p.srv.SMTP().Commands(); len(steps) > 0 && len(p.srv.Commands()) == 0 {
			last := steps[len(steps)-1]
			waits = []string{fmt.Sprintf("the last step of SMTP is %s on connection %d", last, last.Conn)}
		}
	}
	return fmt.Sprintf("not at its end after %v; %s", limit, strings.Join(waits, "; "))
}

// settling is how long a server of real time has for what clients that vanished have sent.
const settling = 5 * time.Second

// collect looks at what there is in the end.
func (p *player) collect() {
	if p.real { // in a bubble nothing runs any more
		ctx, cancel := context.WithTimeout(context.Background(), settling)
		p.srv.Settle(ctx)
		cancel()
	}
	p.mu.Lock()
	if !p.calm {
		p.note()
		p.endRules()
	}
	p.mu.Unlock()
	if n := p.srv.ConnsRefused(); n > awayRefused && p.outcome.away == "" && p.hung == "" {
		p.outcome.away = fmt.Sprintf("%d tries to connect without a pause, while connections are refused", n)
	}
	if err := p.srv.Close(); err != nil {
		p.rec.fail("the server: " + err.Error())
	}
	if p.run != nil {
		p.srv.ClearRules() // the scenario's own may not have come to fire
	}
	p.inGoroutine(func() { p.srv.CheckRules(p.rec) })
	p.after = p.contents(p.srv)
	p.rec.mu.Lock()
	defer p.rec.mu.Unlock()
	p.failures, p.failed, p.skipped = p.rec.failures, p.rec.failed, p.rec.skipped
	if p.rec.stray != "" {
		p.failures = append([]string{p.rec.stray}, p.failures...)
	}
	if p.failed || p.hung != "" || p.run == nil || p.detailed {
		p.explain = p.srv.Explain()
	}
	if p.detailed {
		p.log, p.transcript, p.state = p.rec.logs.String(), p.srv.Transcript(), p.srv.State()
	}
}
