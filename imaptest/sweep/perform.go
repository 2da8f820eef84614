package sweep

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

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

// settling is how long a server of real time has for that.
const settling = 5 * time.Second

// settle lets the server do what it has been sent, by clients that have vanished too. In a bubble
// time goes by when all else waits.
func (p *player) settle() {
	if !p.real {
		time.Sleep(time.Nanosecond)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), settling)
	defer cancel()
	p.srv.Settle(ctx)
}

// collect looks at what there is in the end.
func (p *player) collect() {
	p.settle()
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
