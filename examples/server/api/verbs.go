package api

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// point is where rules are, with the verbs that fit there.
type point struct {
	pattern bool     // On is wanted
	narrows []string // fields of Rule that narrow it
	verbs   []string
	add     func(srv *imaptest.Server, in Rule) rule
	needs   func(verb string) (fields []string, ok bool)
}

// points are all, by name.
var points = map[string]point{
	"":        commandPoint,
	"command": commandPoint,
	"connect": newPoint(false, connVerbs, "onConn nth times optional", func(srv *imaptest.Server, _ string) *imaptest.ConnRule { return srv.OnConnect() }),
	"tls":     newPoint(false, tlsVerbs, "onConn nth times optional", func(srv *imaptest.Server, _ string) *imaptest.TLSRule { return srv.OnTLS() }),
	"smtp": newPoint(true, smtpVerbs, "as onConn nth times optional", func(srv *imaptest.Server, on string) *smtpsink.Rule {
		return srv.SMTP().On(on)
	}),
}

var commandPoint = newPoint(true, commandVerbs, "as in onConn nth times atLiteral optional", (*imaptest.Server).On)

// verb is a row: the fields that it takes, and what it does.
type verb[R any] struct {
	fields string // separated by blanks; those with "?" may be left out
	do     func(r R, v Verb)
}

// narrowed are rules of any point.
type narrowed[R any] interface {
	rule
	Nth(int) R
	Times(int) R
	OnConn(int) R
	Optional() R
}

// newPoint makes a point of its verbs.
func newPoint[R narrowed[R]](pattern bool, verbs map[string]verb[R], narrows string, start func(srv *imaptest.Server, on string) R) point {
	return point{
		pattern: pattern, narrows: strings.Fields(narrows), verbs: slices.Sorted(maps.Keys(verbs)),
		add: func(srv *imaptest.Server, in Rule) rule {
			r := narrow(start(srv, in.On), in.Narrowing)
			if in.Times != 0 {
				r.Times(in.Times)
			}
			for _, v := range in.Do {
				verbs[v.Verb].do(r, v)
			}
			return r
		},
		needs: func(name string) ([]string, bool) {
			v, ok := verbs[name]
			return strings.Fields(v.fields), ok
		},
	}
}

// check says what of a rule cannot be at this point.
func (p point) check(in Rule) error {
	for _, f := range fields(reflect.ValueOf(in)) {
		if f.name != "point" && f.name != "on" && f.name != "do" && !f.value.IsZero() && !slices.Contains(p.narrows, f.name) {
			return wrong("%s: a rule at %q is not narrowed by it", f.name, in.Point)
		}
	}
	for _, v := range in.Do {
		takes, ok := p.needs(v.Verb)
		if !ok {
			return wrong("no verb %q: want one of %s", v.Verb, oneOf(p.verbs))
		}
		if err := v.check(takes); err != nil {
			return err
		}
	}
	return nil
}

// check says which field is missing, or too many.
func (v Verb) check(takes []string) error {
	for _, f := range fields(reflect.ValueOf(v)) {
		needed, optional := slices.Contains(takes, f.name), slices.Contains(takes, f.name+"?")
		switch {
		case f.name == "verb" || optional:
		case needed && f.value.IsZero():
			return wrong("%s: want %s", v.Verb, oneOf(takes))
		case !needed && !f.value.IsZero():
			return wrong("%s takes no %s", v.Verb, f.name)
		}
	}
	return nil
}

func (v Verb) every() time.Duration { return time.Duration(v.Every) }

func (v Verb) caps() []imap.Cap {
	caps := make([]imap.Cap, len(v.Caps))
	for i, c := range v.Caps {
		caps[i] = imap.Cap(c)
	}
	return caps
}

var commandVerbs = map[string]verb[*imaptest.Rule]{
	"advertise":       {"caps", func(r *imaptest.Rule, v Verb) { r.Advertise(v.caps()...) }},
	"bad":             {"text", func(r *imaptest.Rule, v Verb) { r.Bad(v.Text) }},
	"bandwidth":       {"n", func(r *imaptest.Rule, v Verb) { r.Bandwidth(v.N) }},
	"bye":             {"text", func(r *imaptest.Rule, v Verb) { r.Bye(v.Text) }},
	"conceal":         {"caps", func(r *imaptest.Rule, v Verb) { r.Conceal(v.caps()...) }},
	"continue":        {"text", func(r *imaptest.Rule, v Verb) { r.Continue(v.Text) }},
	"cutAfter":        {"n?", func(r *imaptest.Rule, v Verb) { r.CutAfter(v.N) }},
	"cutBeforeLine":   {"n", func(r *imaptest.Rule, v Verb) { r.CutBeforeLine(v.N) }},
	"delay":           {"every", func(r *imaptest.Rule, v Verb) { r.Delay(v.every()) }},
	"dribble":         {"n every", func(r *imaptest.Rule, v Verb) { r.Dribble(v.N, v.every()) }},
	"drop":            {"", func(r *imaptest.Rule, v Verb) { r.Drop() }},
	"dropBeforeReply": {"", func(r *imaptest.Rule, v Verb) { r.DropBeforeReply() }},
	"halfOpen":        {"", func(r *imaptest.Rule, v Verb) { r.HalfOpen() }},
	"insert":          {"lines", func(r *imaptest.Rule, v Verb) { r.Insert(v.Lines...) }},
	"insertAfter":     {"pattern lines", func(r *imaptest.Rule, v Verb) { r.InsertAfter(v.Pattern, v.Lines...) }},
	"insertBefore":    {"pattern lines", func(r *imaptest.Rule, v Verb) { r.InsertBefore(v.Pattern, v.Lines...) }},
	"no":              {"text", func(r *imaptest.Rule, v Verb) { r.No(v.Text) }},
	"omitItem":        {"item", func(r *imaptest.Rule, v Verb) { r.OmitItem(v.Item) }},
	"omitLines":       {"item", func(r *imaptest.Rule, v Verb) { r.OmitLines(v.Item) }},
	"reorder":         {"", func(r *imaptest.Rule, v Verb) { r.Reorder() }},
	"repeatItem":      {"item", func(r *imaptest.Rule, v Verb) { r.RepeatItem(v.Item) }},
	"reply":           {"lines", func(r *imaptest.Rule, v Verb) { r.Reply(v.Lines...) }},
	"reset":           {"", func(r *imaptest.Rule, v Verb) { r.Reset() }},
	"rewrite":         {"pattern replacement?", func(r *imaptest.Rule, v Verb) { r.Rewrite(v.Pattern, v.Replacement) }},
	"stall":           {"", func(r *imaptest.Rule, v Verb) { r.Stall() }},
	"stallBeforeLine": {"n", func(r *imaptest.Rule, v Verb) { r.StallBeforeLine(v.N) }},
	"tagged":          {"text", func(r *imaptest.Rule, v Verb) { r.Tagged(v.Text) }},
	"wrongLiteral":    {"n", func(r *imaptest.Rule, v Verb) { r.WrongLiteral(v.N) }},
	"wrongTag":        {"text", func(r *imaptest.Rule, v Verb) { r.WrongTag(v.Text) }},
}

var connVerbs = map[string]verb[*imaptest.ConnRule]{
	"advertise":  {"caps", func(r *imaptest.ConnRule, v Verb) { r.Advertise(v.caps()...) }},
	"bandwidth":  {"n", func(r *imaptest.ConnRule, v Verb) { r.Bandwidth(v.N) }},
	"bye":        {"text", func(r *imaptest.ConnRule, v Verb) { r.Bye(v.Text) }},
	"closeAfter": {"n", func(r *imaptest.ConnRule, v Verb) { r.CloseAfter(v.N) }},
	"conceal":    {"caps", func(r *imaptest.ConnRule, v Verb) { r.Conceal(v.caps()...) }},
	"cutAfter":   {"n?", func(r *imaptest.ConnRule, v Verb) { r.CutAfter(v.N) }},
	"delay":      {"every", func(r *imaptest.ConnRule, v Verb) { r.Delay(v.every()) }},
	"dribble":    {"n every", func(r *imaptest.ConnRule, v Verb) { r.Dribble(v.N, v.every()) }},
	"drop":       {"", func(r *imaptest.ConnRule, v Verb) { r.Drop() }},
	"greeting":   {"text", func(r *imaptest.ConnRule, v Verb) { r.Greeting(v.Text) }},
	"halfOpen":   {"", func(r *imaptest.ConnRule, v Verb) { r.HalfOpen() }},
	"preauth":    {"user", func(r *imaptest.ConnRule, v Verb) { r.Preauth(v.User) }},
	"reply":      {"lines", func(r *imaptest.ConnRule, v Verb) { r.Reply(v.Lines...) }},
	"reset":      {"", func(r *imaptest.ConnRule, v Verb) { r.Reset() }},
	"stall":      {"", func(r *imaptest.ConnRule, v Verb) { r.Stall() }},
}

var tlsVerbs = map[string]verb[*imaptest.TLSRule]{
	"delay":                {"every", func(r *imaptest.TLSRule, v Verb) { r.Delay(v.every()) }},
	"drop":                 {"", func(r *imaptest.TLSRule, v Verb) { r.Drop() }},
	"expiredCertificate":   {"", func(r *imaptest.TLSRule, v Verb) { r.ExpiredCertificate() }},
	"failHandshake":        {"", func(r *imaptest.TLSRule, v Verb) { r.FailHandshake() }},
	"halfOpen":             {"", func(r *imaptest.TLSRule, v Verb) { r.HalfOpen() }},
	"reset":                {"", func(r *imaptest.TLSRule, v Verb) { r.Reset() }},
	"stall":                {"", func(r *imaptest.TLSRule, v Verb) { r.Stall() }},
	"untrustedCertificate": {"", func(r *imaptest.TLSRule, v Verb) { r.UntrustedCertificate() }},
	"wrongNameCertificate": {"", func(r *imaptest.TLSRule, v Verb) { r.WrongNameCertificate() }},
}

var smtpVerbs = map[string]verb[*smtpsink.Rule]{
	"cutAfter":             {"n?", func(r *smtpsink.Rule, v Verb) { r.CutAfter(v.N) }},
	"delay":                {"every", func(r *smtpsink.Rule, v Verb) { r.Delay(v.every()) }},
	"dribble":              {"n every", func(r *smtpsink.Rule, v Verb) { r.Dribble(v.N, v.every()) }},
	"drop":                 {"", func(r *smtpsink.Rule, v Verb) { r.Drop() }},
	"dropBeforeReply":      {"", func(r *smtpsink.Rule, v Verb) { r.DropBeforeReply() }},
	"expiredCertificate":   {"", func(r *smtpsink.Rule, v Verb) { r.ExpiredCertificate() }},
	"failHandshake":        {"", func(r *smtpsink.Rule, v Verb) { r.FailHandshake() }},
	"reply":                {"code enhanced? text", func(r *smtpsink.Rule, v Verb) { r.Reply(v.Code, v.Enhanced, v.Text) }},
	"reset":                {"", func(r *smtpsink.Rule, v Verb) { r.Reset() }},
	"stall":                {"", func(r *smtpsink.Rule, v Verb) { r.Stall() }},
	"untrustedCertificate": {"", func(r *smtpsink.Rule, v Verb) { r.UntrustedCertificate() }},
	"wrongNameCertificate": {"", func(r *smtpsink.Rule, v Verb) { r.WrongNameCertificate() }},
}
