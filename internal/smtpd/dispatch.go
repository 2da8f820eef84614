package smtpd

import (
	"maps"
	"slices"
	"strings"

	"github.com/emersion/go-smtp"
)

// command is a parsed command.
type command interface {
	// run does it, and says the reply; an error is the reply to one that was not
	// done.
	run(c *conn) error
}

// replaced is a command that does something although it was answered without having
// run: by a hook or, with an error, because it may not be said now.
type replaced interface {
	instead(c *conn, by error) error
}

// states are those of a session (RFC 5321, section 4.1.4).
type states uint8

const (
	fresh     states = 1 << iota // the client has not introduced itself
	ready                        // no transaction
	open                         // a transaction is under way
	receiving                    // a message is coming by BDAT

	anyState   = fresh | ready | open | receiving
	introduced = ready | open | receiving
)

// commandSpec is a row of the command table.
type commandSpec struct {
	verb      string
	extension string // without it there is no such command; "" for none
	states    states
	// grouped says that the reply may wait for others; those to all other commands
	// must not (RFC 2920, section 3.2).
	grouped bool
	// mail says that it is for who has authenticated, where that is required.
	mail  bool
	parse func(p *parser) command
}

// commands is every command by verb.
var commands = newCommandTable()

// newCommandTable has a row for every command. A new one is a file and a row.
func newCommandTable() map[string]*commandSpec {
	rows := []commandSpec{
		{verb: "HELO", states: anyState, parse: parseHello},
		{verb: "EHLO", states: anyState, parse: parseHello},
		{verb: "LHLO", states: anyState, parse: parseHello},
		{verb: "STARTTLS", extension: "STARTTLS", states: ready, parse: parseStartTLS},
		{verb: "AUTH", extension: "AUTH", states: ready, parse: parseAuth},
		{verb: "MAIL", states: ready, mail: true, grouped: true, parse: parseMail},
		{verb: "RCPT", states: open, grouped: true, parse: parseRcpt},
		{verb: "DATA", states: open, parse: parseData},
		{verb: "BDAT", extension: "CHUNKING", states: introduced, grouped: true, parse: parseBDAT},
		{verb: "BURL", extension: "BURL", states: introduced, grouped: true, parse: parseBURL},
		{verb: "RSET", states: anyState, grouped: true, parse: parseRset},
		{verb: "NOOP", states: anyState, parse: parseNoop},
		{verb: "QUIT", states: anyState, parse: parseQuit},
		{verb: "VRFY", states: fresh | ready | open, parse: parseVrfy},
		{verb: "EXPN", states: fresh | ready | open, parse: parseUnimplemented},
		{verb: "HELP", states: fresh | ready | open, parse: parseUnimplemented},
	}
	table := make(map[string]*commandSpec, len(rows))
	for i := range rows {
		table[rows[i].verb] = &rows[i]
	}
	return table
}

// Verbs are the commands that there are.
func Verbs() []string { return slices.Collect(maps.Keys(commands)) }

// parser is the argument of a command, and what is found in it.
type parser struct {
	c     *conn
	verb  string
	text  string
	shown string // the argument as hooks see it
	err   error  // the first
}

// fail notes the first error.
func (p *parser) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// noArgument says so of a command that takes none.
func (p *parser) noArgument() {
	if p.text != "" {
		p.fail(badSyntax(p.verb + " takes no argument"))
	}
}

// command is the way of every command: its row, its arguments, the hook, what may be
// said now, and then it runs and is answered.
func (c *conn) command(line string) error {
	text := strings.TrimRight(line, " \t") // RFC 5321, section 4.1.1
	verb, arg, _ := strings.Cut(text, " ")
	p := &parser{c: c, verb: strings.ToUpper(verb), text: strings.TrimLeft(arg, " \t")}
	p.shown = p.text
	row := commands[p.verb]
	c.hear(line, p, row != nil)
	var body command
	if row != nil {
		body = row.parse(p)
	}
	err := c.ask(&Command{Stage: c.stage(p.verb), Arg: p.shown})
	if err == nil {
		err = c.check(row, p.verb)
	}
	other, isReplaced := body.(replaced)
	switch {
	case err == nil && p.err == nil:
		err = body.run(c)
	case err == nil:
		err = p.err
	case isReplaced && p.err == nil && !isEnd(err):
		err = other.instead(c, err)
	}
	err = c.conclude(err)
	if row == nil || !row.grouped {
		c.Out.Flush()
	}
	return err
}

// stage is what hooks know a verb as.
func (c *conn) stage(verb string) string {
	switch {
	case verb == "HELO" || verb == "LHLO":
		return "EHLO"
	case (verb == "BDAT" || verb == "BURL") && c.state() != receiving:
		return "DATA" // the message begins
	}
	return verb
}

// check refuses what cannot be said now.
func (c *conn) check(row *commandSpec, verb string) error {
	cfg := &c.srv.cfg
	switch {
	case row == nil:
		return notRecognised()
	case c.declined && verb != "QUIT":
		return badSequence("no service here, say QUIT") // RFC 5321, section 3.1
	case row.extension != "" && !c.has(row.extension):
		return notImplemented(verb)
	case !c.has("PIPELINING") && verb != "BDAT" && c.rd.Buffered() > 0:
		return refusal(503, smtp.EnhancedCode{5, 5, 0}, "PIPELINING was not offered")
	case c.state() == fresh && row.states&fresh == 0:
		return badSequence("say " + c.extendedHello() + " first")
	case row.states&fresh == 0 && cfg.RequireTLS && c.info.TLS == nil && verb != "STARTTLS":
		return refusal(530, smtp.EnhancedCode{5, 7, 0}, "say STARTTLS first") // RFC 3207, section 4
	case row.extension != "" && !c.offers(row.extension):
		return notImplemented(verb)
	case row.states&c.state() == 0:
		return badSequence(c.state().String())
	case row.mail && cfg.RequireAuth && c.info.User == "":
		return refusal(530, smtp.EnhancedCode{5, 7, 0}, "authentication required") // RFC 4954, section 6
	}
	return nil
}

func notRecognised() error {
	return refusal(500, smtp.EnhancedCode{5, 5, 1}, "command not recognised")
}

func notImplemented(verb string) error {
	return refusal(502, smtp.EnhancedCode{5, 5, 1}, verb+" is not implemented")
}

func (c *conn) state() states {
	switch {
	case c.info.Helo == "":
		return fresh
	case c.tx == nil:
		return ready
	case c.tx.chunks:
		return receiving
	}
	return open
}

// String says why a command is refused in this state.
func (s states) String() string {
	switch s {
	case receiving:
		return "a message is coming by BDAT"
	case open:
		return "a transaction is under way"
	}
	return "say MAIL first"
}
