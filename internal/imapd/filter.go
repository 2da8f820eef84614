package imapd

import (
	"bytes"
	"time"

	"github.com/go-mailtest/mailtest/internal/serve"
)

// Filter changes the response of one command. It is made before the command
// runs, and sees the lines in the order in which the engine writes them.
type Filter struct {
	// Line is called before each line is written, when those before it have been
	// sent. It may block.
	Line func(line []byte)
	// Rewrite makes other lines of all lines of the response, each with its CRLF;
	// the tagged one is the last.
	Rewrite []func(lines [][]byte) [][]byte
	// Cut sends so many bytes of the response, and closes the connection; nil sends it
	// as usual.
	Cut *int
	// Piece sends the response so many bytes at a time, with a Pause before each piece
	// but the first; 0 sends it as usual.
	Piece int
	Pause time.Duration
	// OmitItem and RepeatItem name a FETCH item that is left out of each FETCH
	// response, or is there twice: "BODY[]", "UID".
	OmitItem, RepeatItem string

	lines [][]byte // held back
}

// holdsBack says that the response is written when it is complete.
func (f *Filter) holdsBack() bool { return len(f.Rewrite) > 0 || f.Cut != nil || f.Piece > 0 }

// filterLine takes a line of a command with a filter. A continuation request
// lets go of what was held back: the client waits for it.
func (c *conn) filterLine(line []byte) {
	f := c.filter
	switch {
	case line[0] == '+':
		c.emitAll(f.lines)
		f.lines = nil
		c.emit(line)
	case f.holdsBack():
		f.lines = append(f.lines, bytes.Clone(line))
	default:
		if f.Line != nil {
			c.Out.Flush()
			f.Line(line)
		}
		c.emit(line)
	}
}

func (c *conn) emitAll(lines [][]byte) {
	for _, line := range lines {
		c.emit(line)
	}
}

// releaseFilter writes what was held back, and ends the filter.
func (c *conn) releaseFilter() {
	f := c.filter
	if f == nil {
		return
	}
	c.filter = nil
	lines := f.lines
	for _, rewrite := range f.Rewrite {
		lines = rewrite(lines)
	}
	if f.Cut == nil && f.Piece == 0 {
		c.emitAll(lines)
		return
	}
	c.Out.SendAs(serve.Sending{Cut: f.Cut, Piece: f.Piece, Pause: f.Pause}, func() { c.emitAll(lines) })
	if f.Cut != nil {
		c.drop(false)
	}
}

// copies is how often an item is in a FETCH response.
func (c *conn) copies(item fetchItem) int {
	switch f := c.filter; {
	case f == nil:
		return 1
	case f.OmitItem != "" && f.OmitItem == item.label:
		return 0
	case f.RepeatItem != "" && f.RepeatItem == item.label:
		return 2
	}
	return 1
}
