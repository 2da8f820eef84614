package imaptest

import (
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// answer is a status response from a text like "[OVERQUOTA] full".
func answer(kind imap.StatusResponseType, text string) *imap.Error {
	err := &imap.Error{Type: kind, Text: text}
	if rest, ok := strings.CutPrefix(text, "["); ok {
		if code, after, found := strings.Cut(rest, "]"); found {
			err.Code, err.Text = imap.ResponseCode(code), strings.TrimPrefix(after, " ")
		}
	}
	return err
}

// openCode says that a text begins with a response code that does not end: as a rule a typing
// error, on which a client that parses it waits for ever.
func openCode(text string) bool {
	return strings.HasPrefix(text, "[") && !strings.Contains(text, "]")
}

// No answers NO without running the command. The text may begin with a response
// code: "[OVERQUOTA] full".
func (r *Rule) No(text string) *Rule {
	r.t().Helper()
	r.status("No", imap.StatusResponseTypeNo, isTagged, text)
	return r
}

// Bad answers BAD without running the command.
func (r *Rule) Bad(text string) *Rule {
	r.t().Helper()
	r.status("Bad", imap.StatusResponseTypeBad, isTagged, text)
	return r
}

// Bye says BYE without running the command, and closes the connection.
func (r *Rule) Bye(text string) *Rule {
	r.t().Helper()
	r.status("Bye", imap.StatusResponseTypeBye, isBye, text)
	return r
}

// Drop closes the connection; the command does not run.
func (r *Rule) Drop() *Rule {
	r.t().Helper()
	r.silent("Drop()", func(ctl imapd.Control) { ctl.Drop(false) })
	return r
}

// Reset closes the connection with RST, as a host does that has been restarted;
// the command does not run.
func (r *Rule) Reset() *Rule {
	r.t().Helper()
	r.silent("Reset()", func(ctl imapd.Control) { ctl.Drop(true) })
	return r
}

// Stall never answers. The connection stays open and reads what the client
// sends; the command does not run.
func (r *Rule) Stall() *Rule {
	r.t().Helper()
	r.silent("Stall()", imapd.Control.Silence)
	return r
}

// HalfOpen neither answers nor reads: when its buffers are full the client blocks.
// The command does not run.
func (r *Rule) HalfOpen() *Rule {
	r.t().Helper()
	r.silent("HalfOpen()", imapd.Control.Deaf)
	return r
}

// Reply sends lines as they are instead of running the command; {tag} stands for
// its tag. The command may be one that the server does not know, or that is not allowed
// then, or have items that it does not know.
func (r *Rule) Reply(lines ...string) *Rule {
	r.t().Helper()
	r.reply(lines)
	return r
}

// Command has commands that the server does not know, such as those of a vendor's
// extension, answered by f, in any state. It returns the lines of the answer, without CRLF,
// in which {tag} stands for the tag:
//
//	srv.Command("XLIST", func(cmd *imaptest.Command) []string {
//		return []string{`* XLIST (\Inbox) "/" INBOX`, "{tag} OK done"}
//	})
//
// It may be narrowed, and need not be used. For a command that the server has it comes in
// place of that.
func (s *Server) Command(name string, f func(*Command) []string) *Rule {
	s.t.Helper()
	r := &Rule{s.addRule(onCommand, name, fmt.Sprintf("Command(%q)", name))}
	r.Optional()
	switch words := strings.Fields(name); {
	case f == nil:
		r.misuse("nil: what is the answer?")
	case len(words) == 0 || len(words) > 2 || len(words) == 2 && !strings.EqualFold(words[0], "UID") || strings.ContainsAny(name, "*(){%\"\\"):
		r.misuse("that is not the name of a command")
	default:
		r.do(&effect{verb: "Command(func)", traits: isInstead | isRaw, instead: func(cmd *Command, ctl imapd.Control) error {
			var lines []string
			s.inside.Call(cmd.Conn, func() { lines = f(cmd) })
			return writeReply(ctl, lines)
		}})
		s.engine.Know(r.pattern.name)
	}
	return r
}

func (r *ruleCore) status(verb string, kind imap.StatusResponseType, traits traits, text string) {
	r.t().Helper()
	if strings.ContainsAny(text, "\r\n\x00") {
		r.misuse("%s(%q): a status has one line", verb, text)
		return
	}
	if openCode(text) {
		r.misuse("%s(%q): the response code has no end, \"]\"; Reply says what cannot be parsed", verb, text)
		return
	}
	r.do(&effect{verb: fmt.Sprintf("%s(%q)", verb, text), traits: isInstead | traits, instead: func(*Command, imapd.Control) error {
		return answer(kind, text)
	}})
}

func (r *ruleCore) silent(verb string, f func(imapd.Control)) {
	r.t().Helper()
	r.do(&effect{verb: verb, traits: isInstead | isSilent, instead: func(_ *Command, ctl imapd.Control) error {
		f(ctl)
		return imapd.ErrHandled
	}})
}

func (r *ruleCore) reply(lines []string) {
	r.t().Helper()
	if len(lines) == 0 {
		r.misuse("Reply(): what? Stall answers nothing")
		return
	}
	r.do(&effect{verb: fmt.Sprintf("Reply(%s)", quoted(lines)), traits: isInstead | isRaw, instead: func(_ *Command, ctl imapd.Control) error {
		return writeReply(ctl, lines)
	}})
	if name := r.pattern.name; r.at == onCommand && name != "" && !strings.ContainsAny(name, "*?[") {
		r.srv.engine.Know(name)
	}
}

func writeReply(ctl imapd.Control, lines []string) error {
	for _, line := range lines {
		ctl.Write(strings.ReplaceAll(line, "{tag}", ctl.Tag()))
	}
	return imapd.ErrHandled
}

// quoted are lines as arguments.
func quoted[S ~string](lines []S) string {
	var out []string
	for _, line := range lines {
		out = append(out, fmt.Sprintf("%q", line))
	}
	return strings.Join(out, ", ")
}
