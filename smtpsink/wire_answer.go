package smtpsink

import (
	"io"
	"slices"
	"strings"
)

// reply answers in go-smtp's place.
func (w *wireConn) reply(code int, enhanced, text string) error {
	w.instead = formatReply(code, enhanced, text)
	return nil
}

// refuse is reply for an error.
func (w *wireConn) refuse(err error) error {
	w.instead = formatError(err)
	return nil
}

// obey is reply for a rule's. It stands for itself: nothing follows from its code but
// the end of the connection from 421.
func (w *wireConn) obey(e *Error) {
	w.instead, w.ruled = formatError(e), true
}

// finish ends the command that has run: its reply is on its way. It says the
// reply's code.
func (w *wireConn) finish() (code int, err error) {
	w.runAfter()
	text, ruled := w.takeReply()
	switch {
	case w.hungUp: // go-smtp's reply to a rule that has hung up
		return 0, io.EOF
	case w.dropReply:
		return 0, w.drop()
	case text == "":
		return 0, nil
	}
	before := len(w.sending)
	w.send(text)
	if ruled && codeOf(text) != 421 {
		text = ""
	}
	switch {
	case w.cutReply:
		w.sending = w.sending[:min(before+w.cutAfter, len(w.sending))]
		return 0, w.drop()
	case w.dribble > 0:
		err = w.trickle(before)
		w.settle()
	case len(w.settling) > 0:
		err = w.flush()
		w.settle()
	}
	return codeOf(text), err
}

// takeReply is the reply to the command that has run, and whether it is a rule's.
func (w *wireConn) takeReply() (text string, ruled bool) {
	text, ruled = string(w.out), w.ruled
	switch {
	case w.instead != "":
		text = w.instead
	case w.now != nil && w.now.Stage == "EHLO" && strings.HasPrefix(text, "250"):
		text = w.helloReply()
	case (w.verb == "MAIL" || w.verb == "RCPT") && strings.HasPrefix(text, "500 "):
		text = "501 " + text[len("500 "):] // go-smtp's for a parameter (RFC 5321, section 4.2.2)
	}
	w.out, w.instead, w.ruled = w.out[:0], "", false
	return strings.ReplaceAll(text, noDomain, ""), ruled
}

// runAfter does what rules want done when a command has run.
func (w *wireConn) runAfter() {
	for _, f := range w.after {
		f()
	}
	w.after = nil
}

// trickle sends the last reply a few bytes at a time.
func (w *wireConn) trickle(from int) error {
	reply := slices.Clone(w.sending[from:])
	w.sending = w.sending[:from]
	for piece := range slices.Chunk(reply, w.dribble) {
		w.sending = append(w.sending, piece...)
		if err := w.flush(); err != nil {
			return err
		}
		w.wait(w.pause)
	}
	w.dribble = 0
	return nil
}

// send adds a reply to those that are to be written.
func (w *wireConn) send(text string) {
	if !w.sink.cfg.has("ENHANCEDSTATUSCODES") {
		text = withoutEnhanced(text)
	}
	w.sink.dialogue.add(w.num, 'S', text)
	w.sending = append(w.sending, text...)
}

// flush writes the replies that have gathered; a client that pipelines gets
// them in one piece (RFC 2920, section 3.2).
func (w *wireConn) flush() error {
	if len(w.sending) == 0 {
		return nil
	}
	_, err := w.nc.Write(w.sending)
	w.sending = w.sending[:0]
	return err
}

// settle tells who waits of the messages that have been answered.
func (w *wireConn) settle() {
	for _, c := range w.settling {
		w.sink.answered(c)
	}
	w.settling = nil
}
