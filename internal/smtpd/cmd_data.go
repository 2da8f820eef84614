package smtpd

import (
	"bufio"
	"bytes"
	"errors"

	"github.com/emersion/go-smtp"
)

// DATA: RFC 5321, section 4.1.1.4. It takes no argument.
type dataCmd struct{}

func parseData(p *parser) command {
	if p.text != "" {
		p.fail(badSyntax("DATA takes no argument"))
	}
	return dataCmd{}
}

func (dataCmd) run(c *conn) error {
	switch {
	case len(c.tx.to) == 0 && c.srv.cfg.LMTP:
		return badSequence("no valid recipients") // RFC 2033, section 4.2
	case len(c.tx.to) == 0:
		return refusal(554, smtp.EnhancedCode{5, 5, 1}, "no valid recipients") // RFC 5321, section 3.3
	case c.tx.binary:
		return badSequence("BODY=BINARYMIME wants BDAT") // RFC 3030, section 3
	}
	c.say(354, smtp.NoEnhancedCode, "Go ahead. End your data with <CR><LF>.<CR><LF>")
	if err := c.finish(); err != nil {
		return err
	}
	size, err := c.readMessage()
	if err != nil {
		return err
	}
	return c.endOfMessage(size)
}

// readMessage reads up to CRLF.CRLF into c.room and undoes dot-stuffing (RFC
// 5321, section 4.5.2). Only CRLF ends a line: a dot between bare LFs or CRs is
// text (section 4.1.1.4). What is beyond the largest size is read and not kept.
func (c *conn) readMessage() (size int64, err error) {
	c.room = c.room[:0]
	lineStart, lastCR := true, false
	for {
		piece, err := c.br.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return 0, errGone
		}
		if lineStart && piece[0] == '.' {
			if string(piece) == ".\r\n" {
				return size, nil
			}
			piece = piece[1:]
		}
		if size += int64(len(piece)); size <= c.srv.cfg.MaxSize {
			c.room = append(c.room, piece...)
		}
		lineStart = bytes.HasSuffix(piece, []byte("\r\n")) || lastCR && string(piece) == "\n"
		lastCR = bytes.HasSuffix(piece, []byte("\r"))
	}
}
