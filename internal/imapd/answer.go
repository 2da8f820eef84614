package imapd

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/serve"
)

// okResponse is what a command wants to say in its tagged OK.
type okResponse struct {
	code string // what stands in the brackets, "" for none
	n    int    // how many messages the command was about, for a profile
	text string // "" for "NAME completed"
	// highest puts HIGHESTMODSEQ into the brackets, where QRESYNC is enabled
	// (RFC 7162, section 3.2.7).
	highest bool
	// holdExpunges keeps EXPUNGE back where the command's row would allow it.
	holdExpunges bool
	// tellsExpunges has EXPUNGE be told where the command's row forbids it.
	tellsExpunges bool
	// lost says that messages of the command are gone: EXPUNGEISSUED, unless the
	// client has been told of their EXPUNGE by the command's end.
	lost bool
	// limited says that a limit left out messages (RFC 9738), and lowest which one was
	// worked on last, 0 for a command with several mailboxes.
	limited bool
	lowest  imap.UID
	// lockedOut says that the client has taken from itself the right to read what is
	// selected: it is told nothing more of that, and BYE with its next command.
	lockedOut bool
}

// complete adds to the response what is known only when all has been told. err is
// what the command answers in place of OK.
func (c *conn) complete(ok *okResponse, err error) {
	if ok.lost && ok.code == "" && c.view != nil && len(c.view.gone) > 0 {
		ok.code, ok.text = string(codeExpungeIssued), "some of the messages have been expunged"
	}
	c.completeHighest(ok, err != nil)
	if !ok.limited {
		return
	}
	// RFC 9738, section 3.1: other codes stand in the tagged response.
	code := fmt.Sprintf("MESSAGELIMIT %d", c.srv.cfg.MessageLimit)
	if ok.lowest > 0 {
		code += fmt.Sprintf(" %d", ok.lowest)
	}
	var answer *imap.Error
	if ok.code == "" && (!errors.As(err, &answer) || answer.Code == "") {
		ok.code = code
		return
	}
	c.note("note.limit", "NO", code, "Not all messages were worked on")
}

// completeHighest tells the modseq that the client may keep: in the tagged OK, or
// before it if there is another code. So does Dovecot.
func (c *conn) completeHighest(ok *okResponse, failed bool) {
	if c.view == nil {
		return
	}
	keep := c.view.mayKeep(c, true)
	if keep == 0 && ok.highest && c.enabled.qresync && !c.view.mbox.NoModSeq() {
		keep = c.view.complete
	}
	switch {
	case keep == 0:
	case failed || ok.code != "" || ok.limited:
		c.writeHighestModSeq(c.view.mbox, keep)
	default:
		ok.code = fmt.Sprintf("HIGHESTMODSEQ %d", keep)
	}
}

// begin tells the hook of a command that has been read.
func (c *conn) begin(h heard, wire *imapwire.Command) *Command {
	cmd := c.begun
	if c.begun = nil; cmd == nil {
		cmd = new(Command)
	}
	*cmd = Command{Session: c.info, Tag: h.tag, Name: h.name, Line: h.line, Start: time.Now()}
	if h.hidden {
		cmd.Tag = "*"
	}
	for _, segment := range wire.Segments() {
		cmd.BytesIn += int64(len(segment))
	}
	cmd.Literals = len(wire.Segments()) / 2
	c.running, c.edited = h.name, ""
	c.answering = answering{out: c.Out.Tally(), in: c.rd.Consumed()}
	c.lines = c.lines[:0]
	if start := c.srv.cfg.Hooks.Start; start != nil {
		start(cmd)
	}
	c.number = cmd.Number
	c.srv.update(c, func(s *Session) { s.Command = h.name })
	return cmd
}

// answering is what had been counted when a command began.
type answering struct {
	in  int64
	out serve.Tally
}

// end hands a command that has been answered to the journal, which gets it with the
// write that sends the answer.
func (c *conn) end(cmd *Command, result string) {
	if cmd.Result = result; strings.Contains(result, "[BADURL ") {
		cmd.Result = maskTokens(result)
	}
	cmd.Lost, c.number = result == "" && c.done, 0
	cmd.End = time.Now()
	cmd.BytesIn += c.rd.Consumed() - c.answering.in
	cmd.EndUser, cmd.Attempt = c.info.User, c.attempt
	now := c.Out.Tally()
	cmd.BytesOut = now.Bytes - c.answering.out.Bytes
	cmd.Untagged = now.Lines - c.answering.out.Lines
	lines := slices.Clone(c.lines)
	cmd.Lines = lines.within(cmd.BytesOut)
	c.Out.Owe(&onItsWay{cmd, c, lines}, c.answering.out)
	c.srv.update(c, func(s *Session) { s.Command = "" })
	c.countBad(result)
}

// onItsWay is a command whose answer is.
type onItsWay struct {
	*Command
	c     *conn
	lines answerLines
}

// Sending tells the hook, and wakes who waits for it.
func (a *onItsWay) Sending() {
	if after := a.c.srv.cfg.Hooks.After; after != nil {
		after(a.Command)
	}
	a.c.srv.wake()
}

// Settled tells it again of a command whose answer never will be there.
func (a *onItsWay) Settled(sent serve.Tally, lost bool) {
	if lost {
		a.Lost, a.BytesOut, a.Untagged = true, sent.Bytes, sent.Lines
		a.Lines = a.lines.within(sent.Bytes)
		a.Sending()
	}
}

// finish sends the tagged response.
func (c *conn) finish(cmd *Command, ok *okResponse, err error) {
	if errors.Is(err, errGone) || errors.Is(err, ErrHandled) {
		c.done = c.done || errors.Is(err, errGone)
		c.end(cmd, c.repliedResult())
		return
	}
	answer, isAnswer := c.answerOf(err)
	if err != nil && !isAnswer {
		c.srv.bug(fmt.Errorf("connection %d: %s: %w", c.info.Conn, cmd.Line, err))
		answer = no("server.bug", imap.ResponseCodeServerBug, "internal error")
	}
	switch {
	case answer != nil && answer.kind() == imap.StatusResponseTypeBye:
		result := c.inLanguage(errorText(answer.answer, string(answer.answer.Code)))
		if !c.done {
			result = c.sayBye(answer)
		}
		c.endFilter()
		c.end(cmd, result)
	default:
		if ok.text == "" {
			ok.text = cmd.Name + " completed"
		}
		c.end(cmd, c.asSent(c.taggedOK(cmd.Tag, answer, ok)))
	}
}

// asSent ends the filter. The result is what the client is told, if that is another.
func (c *conn) asSent(result string) string {
	if edited := c.endFilter(); edited != "" {
		return edited
	}
	if c.edited != "" {
		return c.edited
	}
	return result
}

// repliedResult ends the filter of a command that a hook has answered, or not.
func (c *conn) repliedResult() string {
	result := c.asSent(c.replied)
	c.replied = ""
	return result
}

func (s *Server) bug(err error) {
	if hook := s.cfg.Hooks.Bug; hook != nil {
		hook(err)
	}
}

// taggedOK sends err if there is one, else OK.
func (c *conn) taggedOK(tag string, err *refusal, ok *okResponse) string {
	if err != nil {
		return c.tagged(tag, err, ok.code)
	}
	if c.srv.profile != nil {
		return c.sayAs(tag, said{event: "ok", family: "ok", status: "OK", code: ok.code, text: ok.text, line: statusText("OK", ok.code, ok.text), n: ok.n})
	}
	c.enc.Raw(tag).Raw(" OK ")
	var result string
	if ok.code == "" {
		result = "OK " + ok.text
	} else {
		c.enc.Raw("[").Raw(ok.code).Raw("] ")
		result = "OK [" + ok.code + "] " + ok.text
	}
	c.enc.Text(ok.text).CRLF()
	return c.inLanguage(result)
}

// tagged sends a NO or BAD. A command that answers NO with a code that
// carries data puts it into code.
func (c *conn) tagged(tag string, r *refusal, code string) string {
	if r.answer.Code != "" {
		code = string(r.answer.Code)
	}
	result := errorText(r.answer, code)
	if c.srv.profile != nil && r.event != "" {
		kind := string(r.kind())
		return c.sayAs(tag, said{r.event, familyOf(kind), kind, code, r.answer.Text, result, 0, r.values})
	}
	c.enc.Raw(tag).SP().Text(result).CRLF()
	return c.inLanguage(result)
}

func errorText(err *imap.Error, code string) string {
	return statusText(string(err.Type), code, err.Text)
}

func statusText(status, code, text string) string {
	if code == "" {
		return status + " " + text
	}
	return status + " [" + code + "] " + text
}

// sayBye ends the connection, and returns what it has said.
func (c *conn) sayBye(r *refusal) string {
	farewell := bye(r.event, r.answer.Code, "%s", r.answer.Text)
	farewell.values = r.values
	c.Blame("BYE " + r.answer.Text)
	result := c.tagged("*", farewell, "")
	c.done = true
	c.Out.Flush()
	return result
}
