package smtpsink

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/emersion/go-smtp"
)

// extension is a row of the table of SMTP extensions.
type extension struct {
	name string // its EHLO keyword
	// enable tells go-smtp; nil for what it always has, or knows nothing of.
	enable func(srv *smtp.Server, on bool)
	// parameter is that of MAIL which is refused without the extension where
	// go-smtp would take it, "BODY=8BITMIME".
	parameter string
}

// extensions are all that the sink can do.
var extensions = []extension{
	{name: "PIPELINING"},                           // RFC 2920
	{name: "8BITMIME", parameter: "BODY=8BITMIME"}, // RFC 6152
	{name: "ENHANCEDSTATUSCODES"},                  // RFC 2034
	{name: "CHUNKING"},                             // RFC 3030
	{name: "BINARYMIME", enable: func(srv *smtp.Server, on bool) { srv.EnableBINARYMIME = on }},  // RFC 3030
	{name: "SMTPUTF8", enable: func(srv *smtp.Server, on bool) { srv.EnableSMTPUTF8 = on }},      // RFC 6531
	{name: "DSN", enable: func(srv *smtp.Server, on bool) { srv.EnableDSN = on }},                // RFC 3461
	{name: "DELIVERBY", enable: func(srv *smtp.Server, on bool) { srv.EnableDELIVERBY = on }},    // RFC 2852
	{name: "RRVS", enable: func(srv *smtp.Server, on bool) { srv.EnableRRVS = on }},              // RFC 7293
	{name: "MT-PRIORITY", enable: func(srv *smtp.Server, on bool) { srv.EnableMTPRIORITY = on }}, // RFC 6710
	{name: "REQUIRETLS", enable: func(srv *smtp.Server, on bool) { srv.EnableREQUIRETLS = on }},  // RFC 8689
	{name: "SIZE", parameter: "SIZE="}, // RFC 1870
	{name: "AUTH"},                     // RFC 4954
}

// Without takes extensions away, by their EHLO keywords: "CHUNKING" for one. They
// are not advertised, and what belongs to them is refused as by a server that
// does not know them. Without CHUNKING there is no BINARYMIME either.
func Without(names ...string) Option {
	return func(c *config) error {
		for _, name := range names {
			name = strings.ToUpper(name)
			if !slices.ContainsFunc(extensions, func(e extension) bool { return e.name == name }) {
				return fmt.Errorf("Without: no extension %q (have %s)", name, extensionNames())
			}
			c.without = append(c.without, name)
			if name == "CHUNKING" {
				c.without = append(c.without, "BINARYMIME")
			}
		}
		return nil
	}
}

func extensionNames() string {
	var out []string
	for _, e := range extensions {
		out = append(out, e.name)
	}
	return strings.Join(out, ", ")
}

func (c *config) has(name string) bool { return !slices.Contains(c.without, name) }

// enableExtensions tells go-smtp what is on.
func (c *config) enableExtensions(srv *smtp.Server) {
	for _, e := range extensions {
		if e.enable != nil {
			e.enable(srv, c.has(e.name))
		}
	}
}

// refuseExtension answers what belongs to an extension that is not offered here.
func (w *wireConn) refuseExtension(stage, arg string) (refused bool, err error) {
	cfg := w.sink.cfg
	switch {
	case stage == "BDAT" && !cfg.has("CHUNKING"), stage == "AUTH" && !cfg.has("AUTH"):
		return true, w.say("502 5.5.1 Command not implemented")
	case stage != "MAIL":
		return false, nil
	}
	_, parameters, _ := strings.Cut(strings.ToUpper(arg), ">")
	for _, word := range strings.Fields(parameters) {
		if word == "REQUIRETLS" && !w.isTLS {
			return true, w.say("530 5.7.10 REQUIRETLS needs TLS")
		}
		for _, e := range extensions {
			if e.parameter != "" && strings.HasPrefix(word, e.parameter) && !cfg.has(e.name) {
				return true, w.say("555 5.5.4 " + e.name + " is not offered")
			}
		}
	}
	return false, nil
}

// editHello makes the reply to EHLO say what is offered on this connection, which
// go-smtp does not know all of.
func (w *wireConn) editHello(p []byte) []byte {
	if !bytes.HasPrefix(p, []byte("250-")) {
		return p
	}
	cfg := w.sink.cfg
	var lines []string
	for line := range strings.Lines(string(p)) {
		text := strings.TrimRight(line[len("250-"):], "\r\n")
		keyword, _, _ := strings.Cut(text, " ")
		if len(lines) > 0 && !cfg.has(keyword) {
			continue
		}
		lines = append(lines, text)
	}
	if cfg.startTLS && !w.isTLS {
		lines = append(lines, "STARTTLS")
	}
	if w.isTLS && cfg.has("REQUIRETLS") {
		lines = append(lines, "REQUIRETLS")
	}
	var out []byte
	for i, line := range lines {
		separator := "-"
		if i == len(lines)-1 {
			separator = " "
		}
		out = fmt.Appendf(out, "250%s%s\r\n", separator, line)
	}
	return out
}

// enhancedCode is that of RFC 2034 in a reply.
var enhancedCode = regexp.MustCompile(`(?m)^(\d{3}[ -])\d\.\d{1,3}\.\d{1,3} `)

// plain takes enhanced codes away where they are not offered.
func (w *wireConn) plain(p []byte) []byte {
	if w.sink.cfg.has("ENHANCEDSTATUSCODES") {
		return p
	}
	return enhancedCode.ReplaceAll(p, []byte("$1"))
}
