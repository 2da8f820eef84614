package sweep

import (
	"fmt"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

func atConnections() []Disturbance {
	of := func(name string, group Group, code string, do func(*imaptest.ConnRule)) Disturbance {
		return Disturbance{
			Name: name, Group: group, Go: code,
			At: func(p Point) bool { return p.Kind == Connect },
			Do: func(e *Env) { do(e.ConnRule()) },
		}
	}
	return []Disturbance{
		of("Drop", Breaks, "Drop()", func(r *imaptest.ConnRule) { r.Drop() }),
		of("CutAfter.1", Breaks, "CutAfter(9)", func(r *imaptest.ConnRule) { r.CutAfter(9) }),
		of("Bye", Answers, `Bye("[UNAVAILABLE] too many")`, func(r *imaptest.ConnRule) { r.Bye("[UNAVAILABLE] too many") }),
		of("Stall", Slow, "Stall()", func(r *imaptest.ConnRule) { r.Stall() }),
		of("Delay", Slow, "Delay(61*time.Minute + 7*time.Second)", func(r *imaptest.ConnRule) { r.Delay(long) }),
	}
}

func atHandshakes() []Disturbance {
	of := func(name string, group Group, code string, do func(*imaptest.TLSRule)) Disturbance {
		return Disturbance{
			Name: name, Group: group, Go: code,
			At: func(p Point) bool { return p.Kind == Handshake },
			Do: func(e *Env) { do(e.TLSRule()) },
		}
	}
	return []Disturbance{
		of("Drop", Breaks, "Drop()", func(r *imaptest.TLSRule) { r.Drop() }),
		of("FailHandshake", Breaks, "FailHandshake()", func(r *imaptest.TLSRule) { r.FailHandshake() }),
		of("Stall", Slow, "Stall()", func(r *imaptest.TLSRule) { r.Stall() }),
	}
}

func atSteps() []Disturbance {
	of := func(name string, group Group, code string, at func(stage string) bool, do func(*smtpsink.Rule)) Disturbance {
		return Disturbance{
			Name: name, Group: group, Go: code,
			At: func(p Point) bool { return p.Kind == Step && at(p.Name) },
			Do: func(e *Env) { do(e.SMTPRule()) },
		}
	}
	all := func(string) bool { return true }
	replied := func(stage string) bool { return stage != "TLS" }
	refusing := func(stage string) bool {
		return stage != "TLS" && stage != "QUIT" && stage != "RSET" && stage != "NOOP"
	}
	reply := func(code int, enhanced, text string) Disturbance {
		return of(fmt.Sprintf("Reply.%d", code), Answers, fmt.Sprintf("Reply(%d, %q, %q)", code, enhanced, text), refusing,
			func(r *smtpsink.Rule) { r.Reply(code, enhanced, text) })
	}
	return []Disturbance{
		of("Drop", Breaks, "Drop()", all, func(r *smtpsink.Rule) { r.Drop() }),
		of("DropBeforeReply", Breaks, "DropBeforeReply()", replied, func(r *smtpsink.Rule) { r.DropBeforeReply() }),
		of("CutAfter.2", Breaks, "CutAfter(2)", replied, func(r *smtpsink.Rule) { r.CutAfter(2) }),
		reply(421, "4.3.2", "shutting down"),
		reply(451, "4.3.0", "try later"),
		of("Stall", Slow, "Stall()", all, func(r *smtpsink.Rule) { r.Stall() }),
		of("Delay", Slow, "Delay(61*time.Minute + 7*time.Second)", all, func(r *smtpsink.Rule) { r.Delay(long) }),
	}
}
