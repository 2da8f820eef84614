package smtpd

import (
	"errors"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/smtpwire"
)

// refusal is an error that is told to the client.
func refusal(code int, enhanced smtp.EnhancedCode, text string) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}

func badSequence(text string) error { return refusal(503, smtp.EnhancedCode{5, 5, 1}, text) }

func badSyntax(text string) error { return refusal(501, smtp.EnhancedCode{5, 5, 4}, text) }

// say adds a line to the reply of the step, as its last.
func (c *conn) say(code int, enhanced smtp.EnhancedCode, text string) {
	c.sayLine(code, ' ', enhanced, text)
}

// sayAll is a reply of several lines.
func (c *conn) sayAll(code int, lines []string) {
	last := len(lines) - 1
	for _, line := range lines[:last] {
		c.sayLine(code, '-', smtp.NoEnhancedCode, line)
	}
	c.say(code, smtp.NoEnhancedCode, lines[last])
}

func (c *conn) sayLine(code int, sep byte, enhanced smtp.EnhancedCode, text string) {
	if !c.has(extEnhancedCodes) {
		enhanced = smtp.NoEnhancedCode
	}
	c.code = code
	c.noteReply(code, sep, enhanced, text)
	c.answer = smtpwire.AppendReply(c.answer, code, sep, enhanced, text)
	c.said[len(c.said)-1].end = len(c.answer)
}

// sayError answers an error.
func (c *conn) sayError(err error) {
	e := asReply(err)
	c.say(e.Code, e.EnhancedCode, e.Message)
}

// asReply is the reply that an error stands for.
func asReply(err error) *smtp.SMTPError {
	var e *smtp.SMTPError
	if errors.As(err, &e) {
		return e
	}
	return refusal(451, smtp.EnhancedCode{4, 3, 0}, err.Error())
}
