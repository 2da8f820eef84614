package smtpd

import (
	"bufio"
	"errors"
	"strings"

	"github.com/emersion/go-smtp"
)

// maxLine is how long a line may be: 12,288 octets for AUTH (RFC 4954, section
// 4), far more than any other command needs.
const maxLine = 16 << 10

// errGone is the end of the connection: nothing more is read, and nothing said.
var errGone = errors.New("the connection has ended")

// errLongLine is RFC 4954, section 4, and RFC 5321, section 4.5.3.1.4.
var errLongLine = refusal(500, smtp.EnhancedCode{5, 5, 6}, "line too long")

// readLine reads a line without its CRLF. Nothing else ends a line (RFC 5321,
// section 2.3.8); what stands behind a bare LF is not looked at, and is the end of
// the connection.
func (c *conn) readLine() (string, error) {
	line, err := c.br.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		if err := c.skipLine(); err != nil {
			return "", errGone
		}
		return "", errLongLine
	case err != nil:
		return "", errGone
	}
	text, whole := strings.CutSuffix(string(line), "\r\n")
	if !whole || strings.ContainsAny(text, "\r\x00") {
		c.begin(&Command{})
		c.say(521, smtp.EnhancedCode{5, 5, 2}, "bare CR, bare LF or NUL in a command")
		c.finish()
		return "", errGone
	}
	return text, nil
}

// skipLine reads to the end of a line.
func (c *conn) skipLine() error {
	for {
		_, err := c.br.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}
