package sweep_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// client is a small IMAP client that says what it is told to.
type client struct {
	nc      net.Conn
	r       *bufio.Reader
	tags    int
	timeout time.Duration // of a command; 0: it waits for ever
}

// connect makes a connection.
type connect func(ctx context.Context) (net.Conn, error)

// dial connects and logs in.
func dial(ctx context.Context, srv *imaptest.Server, timeout time.Duration) (*client, error) {
	return dialOn(ctx, srv.Dial, timeout)
}

func dialOn(ctx context.Context, connect connect, timeout time.Duration) (*client, error) {
	nc, err := connect(ctx)
	if err != nil {
		return nil, err
	}
	c := &client{nc: nc, r: bufio.NewReader(nc), timeout: timeout}
	c.limit()
	greeting, err := c.line()
	if err == nil && !strings.HasPrefix(greeting, "* OK") {
		err = errors.New("greeting: " + greeting)
	}
	if err == nil {
		_, err = c.cmd("LOGIN %s %s", imaptest.DefaultUser, imaptest.DefaultPassword)
	}
	if err != nil {
		nc.Close()
		return nil, err
	}
	return c, nil
}

func (c *client) close() { c.nc.Close() }

func (c *client) limit() {
	if c.timeout > 0 {
		c.nc.SetDeadline(time.Now().Add(c.timeout))
	}
}

func (c *client) line() (string, error) {
	line, err := c.r.ReadString('\n')
	return strings.TrimRight(line, "\r\n"), err
}

// cmd sends a command and returns the untagged lines, each with its literal.
func (c *client) cmd(format string, args ...any) ([]string, error) {
	c.tags++
	tag := "t" + strconv.Itoa(c.tags)
	c.limit()
	text := fmt.Sprintf(format, args...)
	if _, err := io.WriteString(c.nc, tag+" "+text+"\r\n"); err != nil {
		return nil, err
	}
	return c.answer(tag, text)
}

func (c *client) answer(tag, text string) ([]string, error) {
	var out []string
	for {
		line, err := c.line()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", text, err)
		}
		if strings.HasSuffix(line, "}") {
			n, _ := strconv.Atoi(line[strings.LastIndexByte(line, '{')+1 : len(line)-1])
			literal := make([]byte, n)
			if _, err := io.ReadFull(c.r, literal); err != nil {
				return nil, err
			}
			rest, err := c.line()
			if err != nil {
				return nil, err
			}
			line += "\r\n" + string(literal) + rest
		}
		rest, tagged := strings.CutPrefix(line, tag+" ")
		switch {
		case strings.HasPrefix(line, "+"):
			return out, nil // the caller goes on
		case !tagged:
			out = append(out, line)
		case strings.HasPrefix(rest, "OK"):
			return out, nil
		default:
			return out, errors.New(text + ": " + rest)
		}
	}
}

// uids are those of all messages in the selected mailbox.
func (c *client) uids() ([]string, error) {
	lines, err := c.cmd("UID SEARCH ALL")
	if err != nil {
		return nil, err
	}
	for _, line := range lines {
		if rest, found := strings.CutPrefix(line, "* SEARCH"); found {
			return strings.Fields(rest), nil
		}
	}
	return nil, errors.New("no SEARCH response")
}
