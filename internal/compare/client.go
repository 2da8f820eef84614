package compare

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// patience is how long a server may take for one answer.
const patience = 2 * time.Minute

// client speaks IMAP, or SMTP, and does no more than it must. After an error it does
// nothing at all: err is looked at when the work is done.
type client struct {
	nc   net.Conn
	r    *bufio.Reader
	tape *tape // what takes down what is said, or nil
	err  error
}

// newClient is a client that has read the greeting.
func newClient(addr string, record *tape) *client {
	c := &client{tape: record}
	if c.nc, c.err = net.DialTimeout("tcp", addr, patience); c.err != nil {
		return c
	}
	if record != nil {
		c.nc = record.listen(c.nc)
	}
	c.r = bufio.NewReaderSize(c.nc, 64<<10)
	c.hurry()
	c.line()
	return c
}

// hurry gives the server its time, from now on.
func (c *client) hurry() {
	if c.err == nil {
		c.err = c.nc.SetDeadline(time.Now().Add(patience))
	}
}

// edge is what is kept of a line at both ends, however long it is.
const edge = 64

// line reads a line with its literals, and returns how it begins.
func (c *client) line() (head []byte) {
	for c.err == nil {
		first, size := c.piece()
		if head == nil {
			head = first
		}
		if size < 0 {
			return head
		}
		_, c.err = c.r.Discard(size)
	}
	return head
}

// piece reads up to the next end of a line: how it begins, and the size of the literal
// that it announces, -1 for none.
func (c *client) piece() (head []byte, literal int) {
	var tail []byte
	for {
		part, err := c.r.ReadSlice('\n')
		if head == nil {
			head = bytes.Clone(part[:min(len(part), edge)])
		}
		tail = append(tail, part[max(0, len(part)-edge):]...)
		if err == bufio.ErrBufferFull {
			continue
		}
		c.err = err
		return head, literalSize(tail)
	}
}

// literalSize is n of a line that ends in {n}.
func literalSize(line []byte) int {
	line, ok := bytes.CutSuffix(line, []byte("}\r\n"))
	open := bytes.LastIndexByte(line, '{')
	if !ok || open < 0 {
		return -1
	}
	size, err := strconv.Atoi(string(line[open+1:]))
	if err != nil {
		return -1
	}
	return size
}

// send writes, whole lines or a literal.
func (c *client) send(s string) {
	if c.err == nil {
		c.hurry()
		_, c.err = io.WriteString(c.nc, s)
	}
}

// until reads up to the line that begins so. A tagged line that does not say OK is an
// error.
func (c *client) until(prefix string) {
	for c.err == nil {
		line := c.line()
		if bytes.HasPrefix(line, []byte(prefix)) {
			return
		}
		if c.err == nil && (bytes.HasPrefix(line, []byte("t NO")) || bytes.HasPrefix(line, []byte("t BAD"))) {
			c.err = fmt.Errorf("got %q, want %q", line, prefix)
		}
	}
}

// do sends a command and reads its answer.
func (c *client) do(command string) {
	if c.err != nil {
		return
	}
	c.send("t " + command + "\r\n")
	c.until("t OK")
	if c.err != nil {
		c.err = fmt.Errorf("%.60s: %w", command, c.err)
	}
}

// append puts a message into a mailbox, and waits for the server to ask for it.
func (c *client) append(mailbox, raw string) {
	c.send(fmt.Sprintf("t APPEND %s {%d}\r\n", mailbox, len(raw)))
	c.until("+")
	c.send(raw + "\r\n")
	c.until("t OK")
}

// expect reads an answer of SMTP for each of the codes.
func (c *client) expect(codes ...string) {
	for _, code := range codes {
		line := c.line()
		for c.err == nil && len(line) > 3 && line[3] == '-' {
			line = c.line()
		}
		if c.err == nil && !bytes.HasPrefix(line, []byte(code)) {
			c.err = fmt.Errorf("got %q, want %s", line, code)
		}
	}
}

func (c *client) close() {
	if c.nc != nil {
		c.nc.Close()
	}
}
