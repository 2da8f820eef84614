package mirror

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Timeout is how long a command may take between two lines.
const Timeout = time.Minute

// maxLiteral is the longest literal that is believed.
const maxLiteral = 64 << 20

// conn is a connection with what the mirror needs of IMAP.
type conn struct {
	nc   net.Conn
	r    *bufio.Reader
	tags int
	caps []string
}

// connect logs in, and asks for what the server can do.
func (m *Mirror) connect(ctx context.Context) (*conn, error) {
	nc, err := m.Dial(ctx)
	if err != nil {
		return nil, err
	}
	c := &conn{nc: nc, r: bufio.NewReader(nc)}
	if err := c.login(m.User, m.Password); err != nil {
		nc.Close()
		return nil, err
	}
	return c, nil
}

func (c *conn) login(user, password string) error {
	greeting, err := c.line()
	if err != nil {
		return err
	}
	if !strings.HasPrefix(string(greeting), "* OK") {
		return fmt.Errorf("greeting: %s", greeting)
	}
	if _, err := c.do("LOGIN " + quote(user) + " " + quote(password)); err != nil {
		return err
	}
	answer, err := c.do("CAPABILITY")
	if err != nil {
		return err
	}
	for _, values := range answer.untagged {
		if len(values) > 1 && values[0].text == "CAPABILITY" {
			for _, v := range values[1:] {
				c.caps = append(c.caps, strings.ToUpper(v.text))
			}
		}
	}
	if c.can("QRESYNC") {
		_, err = c.do("ENABLE QRESYNC")
	}
	return err
}

func (c *conn) can(capability string) bool { return slices.Contains(c.caps, capability) }

// canUIDExpunge says that there is UID EXPUNGE, which IMAP4rev2 has taken in.
func (c *conn) canUIDExpunge() bool { return c.can("UIDPLUS") || c.can("IMAP4REV2") }

// answer is what a command was answered.
type answer struct {
	untagged [][]value
	codes    [][]value // response codes, of the tagged line too
}

// code finds a response code.
func (a *answer) code(name string) (values []value, found bool) {
	for _, code := range a.codes {
		if len(code) > 0 && strings.EqualFold(code[0].text, name) {
			return code[1:], true
		}
	}
	return nil, false
}

// do sends a command and reads its answer. NO and BAD are errors, and so is a connection
// that ends before the tagged line.
func (c *conn) do(command string) (*answer, error) {
	tag, err := c.send(command)
	if err != nil {
		return nil, err
	}
	return c.answer(tag, command)
}

func (c *conn) send(command string) (tag string, err error) {
	c.tags++
	tag = "m" + strconv.Itoa(c.tags)
	c.nc.SetDeadline(time.Now().Add(Timeout))
	_, err = io.WriteString(c.nc, tag+" "+command+"\r\n")
	return tag, err
}

// errContinue is that the server waits for more of the command.
var errContinue = errors.New("the server asks for more")

func (c *conn) answer(tag, command string) (*answer, error) {
	var out answer
	for {
		line, err := c.line()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", command, err)
		}
		text := string(line)
		if strings.HasPrefix(text, "+") {
			return &out, errContinue
		}
		rest, tagged := strings.CutPrefix(text, tag+" ")
		if !tagged {
			rest = strings.TrimPrefix(text, "* ")
		}
		status, rest, _ := strings.Cut(rest, " ")
		if strings.HasPrefix(rest, "[") && (tagged || status == "OK") {
			if end := strings.IndexByte(rest, ']'); end > 0 {
				out.codes = append(out.codes, parse([]byte(rest[1:end])))
			}
		}
		switch {
		case tagged && status == "OK":
			return &out, nil
		case tagged:
			return nil, fmt.Errorf("%s: %s %s", command, status, rest)
		case status == "BYE" && !strings.HasPrefix(command, "LOGOUT"):
			return nil, fmt.Errorf("%s: %s", command, text)
		default:
			out.untagged = append(out.untagged, parse(line[2:]))
		}
	}
}

// line reads a line with its literals.
func (c *conn) line() ([]byte, error) {
	var out []byte
	for {
		c.nc.SetDeadline(time.Now().Add(Timeout))
		line, err := c.r.ReadBytes('\n')
		if err != nil {
			return nil, noEOF(err)
		}
		out = append(out, line...)
		n, has := literalAt(line)
		if !has {
			out = out[:len(out)-2]
			if len(out) < 2 {
				return nil, errors.New("an empty line")
			}
			return out, nil
		}
		if n > maxLiteral {
			return nil, fmt.Errorf("a literal of %d bytes", n)
		}
		literal := make([]byte, n)
		if _, err := io.ReadFull(c.r, literal); err != nil {
			return nil, noEOF(err)
		}
		out = append(out, literal...)
	}
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// literalAt is the size of the literal that a line ends with the announcement of.
func literalAt(line []byte) (n int, has bool) {
	text := strings.TrimSuffix(string(line), "}\r\n")
	open := strings.LastIndexByte(text, '{')
	if len(text) == len(line) || open < 0 {
		return 0, false
	}
	n, err := strconv.Atoi(text[open+1:])
	return n, err == nil && n >= 0
}

// quote is a string as a command has it.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// close says goodbye, if the server is still there.
func (c *conn) close() {
	c.do("LOGOUT")
	c.nc.Close()
}
