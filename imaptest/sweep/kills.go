package sweep

import (
	"slices"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// kills are what happens to a [Program]. It is killed when the server has its command, and
// when it would read the answer: what it does on its own side between the two it has done, or
// has not.
func kills() []Disturbance {
	at := func(kinds ...Kind) func(Point) bool {
		return func(p Point) bool { return p.Killable && slices.Contains(kinds, p.Kind) }
	}
	const before, after = "Before(func(*imaptest.Command) { process.Kill() })", "After(func(*imaptest.Command) { process.Kill() })"
	const step = "Before(func(*smtpsink.Command) { process.Kill() })"
	return []Disturbance{
		{Name: "Kill", Group: Kills, Go: before + ".Drop()", At: at(Command, Literal), Do: func(e *Env) {
			e.Rule().Before(func(*imaptest.Command) { e.kill() }).Drop()
		}},
		{Name: "KillBeforeReply", Group: Kills, Go: after + ".DropBeforeReply()", At: at(Command), Do: func(e *Env) {
			e.Rule().After(func(*imaptest.Command) { e.kill() }).DropBeforeReply()
		}},
		{Name: "Kill", Group: Kills, Go: before + ".Drop()", At: at(Connect), Do: func(e *Env) {
			e.ConnRule().Before(func(*imaptest.Command) { e.kill() }).Drop()
		}},
		{Name: "Kill", Group: Kills, Go: step + ".Drop()", At: at(Step), Do: func(e *Env) {
			e.SMTPRule().Before(func(*smtpsink.Command) { e.kill() }).Drop()
		}},
		{Name: "KillBeforeReply", Group: Kills, Go: step + ".DropBeforeReply()", At: at(Step), Do: func(e *Env) {
			e.SMTPRule().Before(func(*smtpsink.Command) { e.kill() }).DropBeforeReply()
		}},
		{Name: "Kill", Group: Kills, Go: "Kill()", At: at(Mark), Do: func(e *Env) { e.atMark() }},
	}
}

// kill kills the programs that run, and says so where there is none. All that they do until they
// wait they have done.
func (e *Env) kill() {
	if e.isCalm() {
		return
	}
	standing()
	if !e.player.killAll() {
		e.Nothing()
	}
}

// atMark waits for the mark that the point is.
func (e *Env) atMark() {
	met, fired := 0, 0
	e.fired, e.remove = func() int { return fired }, func() {}
	e.player.onMark = append(e.player.onMark, func(name string) bool {
		if name == e.Point.Name {
			met++
		}
		if name != e.Point.Name || met != e.Point.N {
			return false
		}
		fired++
		return true
	})
}

// marks notes that a program has come to a mark, and says whether it ends there.
func (p *player) marks(name string) (kill bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calm {
		return false
	}
	p.outcome.marks = append(p.outcome.marks, name)
	for _, met := range p.onMark {
		kill = met(name) || kill
	}
	return kill
}

// killAll kills the programs that run.
func (p *player) killAll() (any bool) {
	p.mu.Lock()
	processes := slices.Clone(p.processes)
	p.mu.Unlock()
	for _, one := range processes {
		if one.hasConns() && !one.isDead() {
			one.Kill()
			any = true
		}
	}
	return any
}

// hasConns says that the program has a connection, or is about to have one.
func (p *Process) hasConns() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.conns)+p.dialing > 0
}

// releaseAll lets the goroutines of killed programs end, when the scenario has. What they
// say then is not heard.
func (p *player) releaseAll() {
	p.mu.Lock()
	processes := slices.Clone(p.processes)
	p.mu.Unlock()
	p.outcome.processes = len(processes)
	if len(processes) == 0 {
		return
	}
	p.rec.freeze()
	defer p.rec.thaw()
	limit := patienceInBubble
	if p.real {
		limit = p.limit
	}
	for _, one := range processes {
		one.free()
		wait(one.over, limit)
	}
}
