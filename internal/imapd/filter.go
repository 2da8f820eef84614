package imapd

import (
	"bytes"
	"strings"

	"github.com/go-mailtest/mailtest/internal/serve"
)

// Editor makes other lines of lines of a response, each with its CRLF and with the
// literals in it. It must not change the bytes of a line, but put another in its place.
// Of a response that comes in pieces, because the client waits for a continuation
// request or idles, it sees one piece after the other; last says that this is the last
// one, which ends in the tagged line or in a BYE.
type Editor func(lines [][]byte, last bool) [][]byte

// Filter is what happens to the response of one command on its way to the client. The
// editors come first, in their order; what they make passes the gates; and what is left
// is sent as Sending says.
type Filter struct {
	Edit []Editor
	// Gate is called before each line is written, when those before it have been sent.
	// It may block, and drop the connection.
	Gate []func(line []byte)
	// Sending is how it is sent. A connection that is cut is dropped.
	serve.Sending
	// Ran is called when the command has run, before its tagged line is written.
	Ran []func(Control)
	// CountContinuations lets Gate, Cut and Piece see continuation requests too. Else they
	// pass, because without them the command would not run.
	CountContinuations bool

	lines [][]byte // held back
}

// holdsBack says that lines are gathered, and not sent one by one.
func (f *Filter) holdsBack() bool { return len(f.Edit) > 0 || !f.IsUsual() }

// filterLine takes a line of a command with a filter. A continuation request lets go of
// what was held back: the client waits for it.
func (c *conn) filterLine(line []byte) {
	f := c.filter
	if !f.holdsBack() {
		c.pass(f, line)
		return
	}
	f.lines = append(f.lines, bytes.Clone(line))
	if line[0] == '+' {
		c.release(false)
	}
}

// pass lets a line through the gates.
func (c *conn) pass(f *Filter, line []byte) {
	if f.counts(line) {
		for _, gate := range f.Gate {
			c.Out.Flush()
			gate(line)
		}
	}
	c.emit(line)
}

func (f *Filter) counts(line []byte) bool { return f.CountContinuations || line[0] != '+' }

// release sends what was held back. It returns the tagged line without its tag if an
// editor may have changed it.
func (c *conn) release(last bool) (result string) {
	f := c.filter
	if f == nil || len(f.lines) == 0 && (!last || c.done) { // a client that is gone gets nothing
		return ""
	}
	lines := f.lines
	f.lines = nil
	for _, edit := range f.Edit {
		lines = edit(lines, last)
	}
	if last && len(f.Edit) > 0 {
		result = c.resultIn(lines)
	}
	for len(lines) > 0 {
		n := 1
		for n < len(lines) && f.counts(lines[n]) == f.counts(lines[0]) {
			n++
		}
		c.send(f, lines[:n])
		lines = lines[n:]
	}
	return result
}

// send writes lines of one kind, counted or not, as the filter wants it.
func (c *conn) send(f *Filter, lines [][]byte) {
	if f.IsUsual() || !f.counts(lines[0]) {
		c.passAll(f, lines)
		return
	}
	size := 0
	for _, line := range lines {
		size += len(line)
	}
	if c.Out.SendAs(f.Sending, size, func() { c.passAll(f, lines) }) && !c.dropped {
		c.drop(false)
	}
}

// passAll lets lines through the gates, up to one at which the connection is dropped.
func (c *conn) passAll(f *Filter, lines [][]byte) {
	for _, line := range lines {
		if c.dropped {
			return
		}
		c.pass(f, line)
	}
}

// resultIn is the tagged line of a response without its tag, "" if there is none.
func (c *conn) resultIn(lines [][]byte) string {
	for i := len(lines) - 1; i >= 0; i-- {
		if rest, found := strings.CutPrefix(string(lines[i]), c.tag+" "); found {
			return strings.TrimSuffix(rest, "\r\n")
		}
	}
	return ""
}

// endFilter writes what was held back of the whole response, and ends the filter.
func (c *conn) endFilter() (result string) {
	result = c.release(true)
	c.filter = nil
	return result
}
