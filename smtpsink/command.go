package smtpsink

import (
	"slices"
	"strings"
)

// verb is a row of the table of commands: the extension that a command belongs
// to, whether it wants an introduction first (RFC 5321, section 4.1.4), and what
// it does.
type verb struct {
	extension string
	hello     bool
	run       func(w *wireConn, arg string) error
}

// verbs are the commands that are known.
var verbs = map[string]verb{
	"HELO":     {run: (*wireConn).greeting},
	"EHLO":     {run: (*wireConn).greeting},
	"LHLO":     {run: (*wireConn).greeting},
	"STARTTLS": {extension: "STARTTLS", hello: true, run: (*wireConn).startTLS},
	"AUTH":     {extension: "AUTH", hello: true, run: (*wireConn).authenticate},
	"MAIL":     {hello: true, run: (*wireConn).mail},
	"RCPT":     {hello: true, run: (*wireConn).rcpt},
	"DATA":     {hello: true, run: (*wireConn).data},
	"BDAT":     {extension: "CHUNKING", hello: true, run: (*wireConn).bdat},
	"RSET":     {run: (*wireConn).rset},
	"NOOP":     {run: (*wireConn).forward},
	"QUIT":     {run: (*wireConn).forward},
	"VRFY":     {run: (*wireConn).vrfy},
	"EXPN":     {run: (*wireConn).forward},
	"HELP":     {run: (*wireConn).forward},
}

// command asks the rules about a line, checks it, and runs it or hands it to
// go-smtp.
func (w *wireConn) command(line string) error {
	name, arg, _ := strings.Cut(strings.TrimRight(line, " \t"), " ")
	arg = strings.TrimLeft(arg, " \t")
	w.verb = strings.ToUpper(name)
	var shown string
	shown, w.now = w.hear(line, arg)
	switch {
	case w.verb == "HELO" || w.verb == "LHLO":
		w.now.Stage = "EHLO"
	case w.verb == "BDAT" && !w.chunks:
		w.now.Stage = "DATA" // the message begins
	}
	w.sink.dialogue.add(w.num, 'C', shown)
	handled, err := w.sink.applyRules(w, w.now)
	if err != nil {
		return err
	}
	if handled && w.now.Stage == "EHLO" && codeOf(w.instead) < 300 {
		return w.greeting(arg) // the client has introduced itself, whatever it is told
	}
	if handled {
		return w.skipChunk(arg)
	}
	row, known := verbs[w.verb]
	if !known {
		return w.reply(500, "5.5.1", "command not recognised")
	}
	if e := w.check(row); e != nil {
		w.refuse(e)
		return w.skipChunk(arg)
	}
	return row.run(w, arg)
}

// duringChunks are the commands that may come between the chunks of a message.
var duringChunks = []string{"BDAT", "RSET", "NOOP", "QUIT", "EHLO", "HELO", "LHLO"}

// check refuses what cannot be said now.
func (w *wireConn) check(row verb) *Error {
	cfg := w.sink.cfg
	switch {
	case w.declined && w.verb != "QUIT":
		return badSequence("no service here, say QUIT") // RFC 5321, section 3.1
	case row.extension != "" && !cfg.has(row.extension):
		return notImplemented(w.verb)
	case !cfg.has("PIPELINING") && w.verb != "BDAT" && w.br.Buffered() > 0:
		return &Error{503, [3]int{5, 5, 0}, "PIPELINING was not offered"}
	case row.hello && w.hello == noHello:
		return badSequence("say " + w.extendedHello() + " first")
	case row.hello && cfg.needTLS && !w.isTLS && w.verb != "STARTTLS":
		return &Error{530, [3]int{5, 7, 0}, "say STARTTLS first"} // RFC 3207, section 4
	case row.extension != "" && !w.offers(row.extension) && !(w.verb == "STARTTLS" && w.isTLS):
		return notImplemented(w.verb)
	case w.chunks && !slices.Contains(duringChunks, w.verb):
		return badSequence("a message is coming by BDAT")
	}
	return nil
}

func notImplemented(verb string) *Error {
	return &Error{502, [3]int{5, 5, 1}, verb + " is not implemented"}
}

func badSequence(text string) *Error { return &Error{503, [3]int{5, 5, 1}, text} }

// forward hands a command to go-smtp.
func (w *wireConn) forward(arg string) error {
	w.in = append(w.in[:0], w.verb...)
	if arg != "" {
		w.in = append(append(w.in, ' '), arg...)
	}
	w.in = append(w.in, "\r\n"...)
	return nil
}

// vrfy is VRFY: RFC 5321, section 3.5.
func (w *wireConn) vrfy(arg string) error {
	if arg == "" {
		return w.reply(501, "5.5.4", "VRFY wants a user")
	}
	return w.forward(arg)
}

func (w *wireConn) extendedHello() string {
	if w.sink.cfg.lmtp {
		return "LHLO"
	}
	return "EHLO"
}

// greeting is HELO, EHLO and LHLO.
func (w *wireConn) greeting(arg string) error {
	if arg == "" || (w.verb == "LHLO") != w.sink.cfg.lmtp {
		return w.forward(arg) // which refuses it
	}
	w.endMessage()
	w.hello = extendedHello
	if w.verb == "HELO" {
		w.hello = oldHello
	}
	w.helo, _, _ = strings.Cut(arg, " ")
	return w.forward(arg)
}

// rset is RSET: RFC 5321, section 4.1.1.5.
func (w *wireConn) rset(arg string) error {
	if arg != "" {
		return w.reply(501, "5.5.4", "RSET takes no argument")
	}
	w.endMessage()
	return w.forward("")
}

// abandon ends go-smtp's transaction; the client gets the reply that it is
// owed for the command that failed.
func (w *wireConn) abandon(reply string) error {
	w.endMessage()
	w.in, w.instead = []byte("RSET\r\n"), reply
	return nil
}

// endMessage forgets a message.
func (w *wireConn) endMessage() { w.chunks, w.msg, w.msgError = false, nil, nil }

// stageArg is what a rule's pattern is compared with: the address of MAIL and
// RCPT ("<>" for the null reverse-path), the name of EHLO.
func stageArg(verb, arg string) string {
	switch verb {
	case "MAIL", "RCPT":
		_, path, _ := strings.Cut(arg, ":")
		path, _, _ = splitPath(strings.TrimSpace(path))
		if addr := plainAddr(path); addr != "" {
			return addr
		}
		return path
	}
	return arg
}
