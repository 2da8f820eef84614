package smtpsink_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// A rule's own code may call anything of its sink, and waits for nothing that waits for it.
func TestRulesOwnCode(t *testing.T) {
	calls := map[string]func(t smtpsink.TB, sink *smtpsink.Sink, r *smtpsink.Rule){
		"Close":      func(_ smtpsink.TB, sink *smtpsink.Sink, _ *smtpsink.Rule) { sink.Close() },
		"Reset":      func(t smtpsink.TB, sink *smtpsink.Sink, _ *smtpsink.Rule) { sink.Reset(t) },
		"ClearRules": func(_ smtpsink.TB, sink *smtpsink.Sink, _ *smtpsink.Rule) { sink.ClearRules() },
		"CheckRules": func(t smtpsink.TB, sink *smtpsink.Sink, _ *smtpsink.Rule) { sink.CheckRules(t) },
		"Remove":     func(_ smtpsink.TB, _ *smtpsink.Sink, r *smtpsink.Rule) { r.Remove() },
		"Fired":      func(_ smtpsink.TB, _ *smtpsink.Sink, r *smtpsink.Rule) { r.Fired() },
		"On":         func(_ smtpsink.TB, sink *smtpsink.Sink, _ *smtpsink.Rule) { sink.On("*").Optional().Drop() },
	}
	verbs := map[string]func(r *smtpsink.Rule, call func()){
		"Where": func(r *smtpsink.Rule, call func()) {
			r.Where(func(*smtpsink.Command) bool { call(); return true }).Delay(1)
		},
		"Before": func(r *smtpsink.Rule, call func()) { r.Before(func(*smtpsink.Command) { call() }) },
		"After":  func(r *smtpsink.Rule, call func()) { r.After(func(*smtpsink.Command) { call() }) },
	}
	for what, call := range calls {
		for verb, add := range verbs {
			for _, stage := range []string{"CONNECT", "MAIL", "EOD"} {
				synctest.Test(t, func(t *testing.T) {
					sink, err := smtpsink.New(smtpsink.InMemory())
					if err != nil {
						t.Fatal(err)
					}
					called := 0
					rule := sink.On(stage).Times(1).Optional()
					add(rule, func() {
						if called++; called == 1 {
							call(t, sink, rule)
						}
					})
					start := time.Now()
					dialPeer(t, sink).transaction()
					err = sink.Close()
					if took := time.Since(start); err != nil || called == 0 || took >= time.Second {
						t.Errorf("%s in %s at %s: called %d times, %v after %v", what, verb, stage, called, err, took)
					}
				})
			}
		}
	}
}
