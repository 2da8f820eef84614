package smtpsink

import (
	"fmt"
	"slices"
	"strings"
)

// extension is a row of the table of SMTP extensions.
type extension struct {
	name  string                   // its EHLO keyword
	needs string                   // another one, without which it is nothing
	when  func(w *wireConn) bool   // when it is offered; nil for always
	value func(w *wireConn) string // what stands behind the keyword; nil for nothing
}

// extensions are all that the sink can do.
var extensions = []extension{
	{name: "PIPELINING"},                                      // RFC 2920
	{name: "8BITMIME"},                                        // RFC 6152
	{name: "ENHANCEDSTATUSCODES"},                             // RFC 2034
	{name: "CHUNKING"},                                        // RFC 3030
	{name: "BINARYMIME", needs: "CHUNKING"},                   // RFC 3030
	{name: "SMTPUTF8", needs: "8BITMIME"},                     // RFC 6531
	{name: "DSN"},                                             // RFC 3461
	{name: "DELIVERBY"},                                       // RFC 2852
	{name: "RRVS"},                                            // RFC 7293
	{name: "MT-PRIORITY"},                                     // RFC 6710
	{name: "REQUIRETLS", when: inTLS},                         // RFC 8689
	{name: "SIZE", value: maxSize},                            // RFC 1870
	{name: "LIMITS", when: hasLimits, value: maxRecipients},   // RFC 9422
	{name: "STARTTLS", when: hasStartTLS},                     // RFC 3207
	{name: "AUTH", when: hasMechanisms, value: listMechanism}, // RFC 4954
}

func inTLS(w *wireConn) bool           { return w.isTLS }
func maxSize(w *wireConn) string       { return fmt.Sprint(w.sink.cfg.maxSize) }
func hasLimits(w *wireConn) bool       { return w.sink.cfg.maxRecipients > 0 }
func maxRecipients(w *wireConn) string { return fmt.Sprintf("RCPTMAX=%d", w.sink.cfg.maxRecipients) }
func hasStartTLS(w *wireConn) bool     { return w.sink.cfg.startTLS && !w.isTLS }
func hasMechanisms(w *wireConn) bool {
	return len(w.mechanisms()) > 0 && (w.isTLS || !w.sink.cfg.needTLS)
}
func listMechanism(w *wireConn) string { return strings.Join(w.mechanisms(), " ") }

// Extensions are the EHLO keywords of all that a sink offers unless [Without]
// takes it away. STARTTLS is offered with [StartTLS], AUTH if there are accounts,
// REQUIRETLS over TLS, and LIMITS with [MaxRecipients].
func Extensions() []string {
	out := make([]string, len(extensions))
	for i, e := range extensions {
		out[i] = e.name
	}
	return out
}

// Without takes extensions away, by their EHLO keywords: "CHUNKING" for one. They
// are not advertised, and what belongs to them is refused as by a server that
// does not know them. Without CHUNKING there is no BINARYMIME either, and
// without 8BITMIME no SMTPUTF8. "AUTH PLAIN" takes away a mechanism.
func Without(names ...string) Option {
	return func(c *config) error {
		for _, name := range names {
			name = strings.ToUpper(name)
			mech, isMech := strings.CutPrefix(name, "AUTH ")
			switch {
			case isMech && !knownMechanism(mech):
				return fmt.Errorf("Without: no mechanism %q (have %s)", mech, mechanismNames())
			case !isMech && !slices.Contains(Extensions(), name):
				return fmt.Errorf("Without: no extension %q (have %s)", name, strings.Join(Extensions(), ", "))
			}
			c.without = append(c.without, name)
		}
		return nil
	}
}

// has says whether an extension was left on.
func (c *config) has(name string) bool {
	if slices.Contains(c.without, name) {
		return false
	}
	i := slices.IndexFunc(extensions, func(e extension) bool { return e.name == name })
	return i < 0 || extensions[i].needs == "" || c.has(extensions[i].needs)
}

// offers says whether an extension is offered on this connection now.
func (w *wireConn) offers(name string) bool {
	i := slices.IndexFunc(extensions, func(e extension) bool { return e.name == name })
	return i >= 0 && w.sink.cfg.has(name) && (extensions[i].when == nil || extensions[i].when(w))
}

// helloReply is the reply to EHLO and LHLO, or to HELO (RFC 5321, section
// 4.1.1.1).
func (w *wireConn) helloReply() string {
	lines := []string{w.sink.cfg.hostname + " greets " + w.helo}
	if w.hello == oldHello {
		return formatLines(250, lines)
	}
	for _, e := range extensions {
		if !w.offers(e.name) {
			continue
		}
		line := e.name
		if e.value != nil {
			line += " " + e.value(w)
		}
		lines = append(lines, line)
	}
	return formatLines(250, lines)
}
