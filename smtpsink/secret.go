package smtpsink

import (
	"strings"

	"github.com/go-mailtest/mailtest/internal/saslserver"
)

// unseen stands for what is not shown.
const unseen = "…"

// hear says of a line what may be shown, and what rules and reports are told of it. A
// secret is not only what stands behind AUTH: a client that does not wait sends its
// response behind an AUTH that was refused, and one that has mistaken the name of the
// command sends it all the same. So behind AUTH, and behind what is no command, a secret
// may be coming until there is a command again, and what is none is not shown.
func (w *wireConn) hear(line, arg string) (shown string, cmd *Command) {
	_, known := verbs[w.verb]
	expected := w.secret
	w.secret = !known || w.verb == "AUTH"
	cmd = &Command{Conn: w.num, Stage: w.verb}
	switch {
	case w.verb == "AUTH":
		cmd.Arg, shown = showMechanism(arg)
		return strings.TrimRight(line[:len("AUTH")]+" "+shown, " "), cmd
	case known:
		cmd.Arg = stageArg(w.verb, arg)
		return line, cmd
	case expected:
		cmd.Stage = ""
		return unseen, cmd
	}
	cmd.Stage = beginning(w.verb)
	if cmd.Stage == "" || len(cmd.Stage) < len(line) {
		return strings.TrimLeft(line[:len(cmd.Stage)]+" "+unseen, " "), cmd
	}
	return line, cmd
}

// showMechanism is the mechanism of AUTH, if somebody has it, and what may be shown of
// its arguments.
func showMechanism(arg string) (mechanism, shown string) {
	word, rest, _ := strings.Cut(arg, " ")
	switch {
	case arg == "":
		return "", ""
	case !saslserver.Registered(word):
		return "", unseen
	case rest == "":
		return strings.ToUpper(word), word
	}
	return strings.ToUpper(word), word + " " + unseen
}

// maxVerb is longer than any verb.
const maxVerb = 12

// beginning is the letters of an unknown verb, "" if it does not look like one.
func beginning(verb string) string {
	end := strings.IndexFunc(verb, func(r rune) bool { return r < 'A' || r > 'Z' })
	switch {
	case end < 0 && len(verb) <= maxVerb:
		return verb
	case end > 0 && end <= maxVerb && strings.IndexByte("\t=:", verb[end]) >= 0:
		return verb[:end]
	}
	return ""
}
