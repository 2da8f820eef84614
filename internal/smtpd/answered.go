package smtpd

import (
	"fmt"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/serve"
)

// A step is told of when it begins, and when its reply is on its way. LMTP has a reply for
// each recipient at the end of a message, where a step is one of several.

// said is a reply.
type said struct {
	code     int
	enhanced string
	text     string // of the first line
	whole    bool
	end      int // in what is said of the step
}

// noteReply takes in a line of the reply.
func (c *conn) noteReply(code int, sep byte, enhanced smtp.EnhancedCode, text string) {
	if n := len(c.said); n == 0 || c.said[n-1].whole {
		one := said{text: text}
		if enhanced[0] > 0 {
			one.enhanced = fmt.Sprintf("%d.%d.%d", enhanced[0], enhanced[1], enhanced[2])
		}
		c.said = append(c.said, one)
	}
	last := &c.said[len(c.said)-1]
	last.code, last.whole = code, sep == ' '
}

// note tells of a step that begins.
func (c *conn) note(cmd *Command) {
	cmd.Conn, cmd.User, cmd.TLS, cmd.Start = c.info.Conn, c.info.User, c.info.TLS != nil, time.Now()
	c.running = append(c.running, cmd)
	if hook := c.srv.cfg.Hooks.Begin; hook != nil {
		hook(cmd)
	}
}

// settle tells of the replies of the steps that run, which have been handed to the output: so
// many bytes.
func (c *conn) settle(size int) {
	if len(c.running) == 0 && len(c.said) > 0 {
		c.note(c.step)
	}
	for i, cmd := range c.running {
		cmd.End = time.Now()
		others := 0
		if i < len(c.said) {
			one := c.said[i]
			cmd.Code, cmd.Enhanced, cmd.Text = one.code, one.enhanced, one.text
			others = max(size-one.end, 0)
		}
		c.Out.OweUpTo(&onItsWay{c, cmd}, c.Out.Tally(), others)
	}
	c.running, c.said = nil, c.said[:0]
}

// abandon tells of steps that never will be answered.
func (c *conn) abandon() {
	for _, cmd := range c.running {
		cmd.End, cmd.Cut = time.Now(), true
		c.tellAfter(cmd)
	}
	c.running = nil
}

func (c *conn) tellAfter(cmd *Command) {
	if hook := c.srv.cfg.Hooks.After; hook != nil {
		hook(cmd)
	}
}

// onItsWay is a step whose reply is.
type onItsWay struct {
	c   *conn
	cmd *Command
}

// Sending: see [serve.Answer].
func (a *onItsWay) Sending() { a.c.tellAfter(a.cmd) }

// Settled: see [serve.Answer].
func (a *onItsWay) Settled(_ serve.Tally, lost bool) {
	if lost {
		a.cmd.Code, a.cmd.Enhanced, a.cmd.Text, a.cmd.Cut = 0, "", "", true
		a.c.tellAfter(a.cmd)
	}
}
