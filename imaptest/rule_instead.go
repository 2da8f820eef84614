package imaptest

import (
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// do sets what the rule does.
func (r *Rule) do(does action) { r.set(func() { r.does = does }) }

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

// No answers NO without running the command. The text may begin with a response
// code: "[OVERQUOTA] full". What of it is not ASCII is sent as in a mailbox name until
// the client has enabled UTF-8; [Rule.Reply] sends any bytes.
func (r *Rule) No(text string) {
	r.do(func(*Command, imapd.Control) error { return answer(imap.StatusResponseTypeNo, text) })
}

// Bad answers BAD without running the command.
func (r *Rule) Bad(text string) {
	r.do(func(*Command, imapd.Control) error { return answer(imap.StatusResponseTypeBad, text) })
}

// Bye says BYE without running the command, and closes the connection. With
// OnConnect it is the greeting.
func (r *Rule) Bye(text string) {
	r.do(func(*Command, imapd.Control) error { return answer(imap.StatusResponseTypeBye, text) })
}

// Drop closes the connection; the command does not run.
func (r *Rule) Drop() {
	r.do(func(_ *Command, ctl imapd.Control) error { ctl.Drop(false); return imapd.ErrHandled })
}

// Reset closes the connection with RST, as a host does that has been restarted;
// the command does not run.
func (r *Rule) Reset() {
	r.do(func(_ *Command, ctl imapd.Control) error { ctl.Drop(true); return imapd.ErrHandled })
}

// Stall never answers. The connection stays open and reads what the client
// sends; the command does not run.
func (r *Rule) Stall() {
	r.do(func(_ *Command, ctl imapd.Control) error { ctl.Silence(); return imapd.ErrHandled })
}

// HalfOpen neither answers nor reads: when its buffers are full the client blocks.
// The command does not run.
func (r *Rule) HalfOpen() {
	r.do(func(_ *Command, ctl imapd.Control) error { ctl.Deaf(); return imapd.ErrHandled })
}

// Reply sends lines as they are instead of running the command; {tag} stands for
// its tag. With OnConnect they are the greeting, and end the connection.
func (r *Rule) Reply(lines ...string) {
	r.do(func(cmd *Command, ctl imapd.Control) error {
		for _, line := range lines {
			ctl.Write(strings.ReplaceAll(line, "{tag}", cmd.Tag))
		}
		return imapd.ErrHandled
	})
}

// Delay waits before the command runs, or before the greeting.
func (r *Rule) Delay(d time.Duration) {
	r.do(func(_ *Command, ctl imapd.Control) error { ctl.Wait(d); return nil })
}

// Before calls the test's own code before the command runs: a race, made to
// order.
func (r *Rule) Before(f func(*Command)) {
	r.do(func(cmd *Command, _ imapd.Control) error { f(cmd); return nil })
}

// Bandwidth sends no more than so many bytes a second from here on, on this
// connection.
func (r *Rule) Bandwidth(bytesPerSecond int) {
	r.do(func(_ *Command, ctl imapd.Control) error { ctl.Pace(bytesPerSecond); return nil })
}

// CloseAfter lets a connection do n commands, and drops it at the next one. It is
// for OnConnect.
func (r *Rule) CloseAfter(n int) {
	r.do(func(cmd *Command, _ imapd.Control) error {
		r.srv.On("*").OnConn(cmd.Conn).Nth(n + 1).Optional().Drop()
		return nil
	})
}
