package imapd

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// command runs one command from its line to its tagged response.
func (c *conn) command(wire *imapwire.Command) {
	cmd, p := c.take(wire)
	if cmd == nil {
		return
	}
	ok, err := c.run(cmd, p)
	c.finish(cmd, ok, err)
	if cmd.Name == "AUTHENTICATE" && err == nil {
		c.secret = aLoneWord
	}
	if then := c.afterReply; then != nil && !c.done {
		c.afterReply = nil
		c.Out.Flush()
		then()
	}
}

// take begins a command that has come whole; the parser stands behind its name. What is
// none it answers, and returns nil.
func (c *conn) take(wire *imapwire.Command) (*Command, *imapwire.Parser) {
	h, p := c.hear(wire)
	c.expect(h, wire, true)
	c.recordCommand(h)
	cmd := c.begin(h, wire)
	c.tag = h.tag
	if err := h.wrong(); err != nil {
		c.end(cmd, c.asSent(c.answer(h, err)))
		return nil, nil
	}
	return cmd, p
}

// run finds, parses and runs a command, and then tells what has changed.
func (c *conn) run(cmd *Command, p *imapwire.Parser) (ok *okResponse, err error) {
	ok = &okResponse{}
	defer func() {
		if r := recover(); r != nil {
			c.enc.Discard()
			err = fmt.Errorf("panic in %s: %v\n%s", cmd.Name, r, debug.Stack())
		}
	}()
	spec, body, err := c.prepare(cmd, p)
	if err != nil {
		return ok, err
	}
	stranger := c.user == nil
	c.beginWork()
	defer c.endWork()
	err = body.run(c, ok)
	if err == nil && stranger && c.user != nil {
		err = c.admit(ok)
	}
	return ok, c.conclude(cmd, spec, ok, err)
}

// prepare is what comes before a command runs: it is parsed, the hook is asked, and the
// rights that it takes are.
func (c *conn) prepare(cmd *Command, p *imapwire.Parser) (spec *commandSpec, body command, err error) {
	spec, invalid := c.lookup(cmd.Name)
	known := invalid == nil
	if known {
		body, invalid = c.parse(spec, p)
	}
	if before := c.srv.cfg.Hooks.Before; before != nil {
		if err := before(cmd, invalid, Control{c}); err != nil {
			return nil, nil, err
		}
	}
	c.parsed = body
	if invalid != nil {
		if known {
			if err := c.gated(cmd, false); err != nil {
				return nil, nil, err
			}
		}
		return nil, nil, invalid
	}
	if c.view != nil {
		c.view.at = c.view.at.By(cmd.Number)
		c.view.noticeReadOnly(c)
	}
	if err := c.gated(cmd, true); err != nil {
		return nil, nil, err
	}
	return spec, body, c.beginRights(cmd.Name)
}

// conclude is what comes when a command has run with this result: the hooks, and what has
// changed meanwhile. It returns what the command answers in place of OK.
func (c *conn) conclude(cmd *Command, spec *commandSpec, ok *okResponse, err error) error {
	if err := c.strikeAfter(cmd.Name); err != nil {
		return err
	}
	if ran := c.srv.cfg.Hooks.Ran; ran != nil {
		ran(cmd, Control{c})
	}
	if c.filter != nil {
		for _, then := range c.filter.Ran {
			then(Control{c})
		}
	}
	if c.bye != nil {
		return c.bye
	}
	if c.done {
		return err
	}
	if c.view != nil && !ok.lockedOut {
		how := telling{syncMode: spec.sync, fromTop: ok.limited}
		switch {
		case ok.holdExpunges:
			how.syncMode = holdExpunges
		case ok.tellsExpunges && how.syncMode == holdExpunges:
			how.syncMode = tellAll
		}
		if syncErr := c.view.sync(c, how); syncErr != nil {
			return syncErr
		}
	}
	if c.user != nil {
		c.tellAnnotations()
	}
	if c.gaveUp {
		return errGone
	}
	c.complete(ok, err)
	return err
}

func (c *conn) parse(spec *commandSpec, wire *imapwire.Parser) (command, error) {
	wire.UTF8, wire.EarlyUTF8, wire.InPlace = c.speaksUTF8(), c.srv.takesUTF8, c.srv.inPlaceOfUTF8
	p := &parser{Parser: wire, c: c, uid: strings.HasPrefix(spec.name, "UID ")}
	c.mailboxes = c.mailboxes[:0]
	body := spec.parse(p)
	p.End()
	if err := p.Err(); err != nil {
		text := err.Error()
		if holdsSecret(spec.name) || p.quiet {
			text = notQuoting(text)
		}
		return nil, bad("command.syntax", "%s: %s", spec.name, text)
	}
	if p.denied != nil {
		return nil, p.denied
	}
	if err := p.NameErr(); err != nil {
		return misnamed{body, no("mailbox.name", imap.ResponseCodeCannot, "%v", err)}, nil
	}
	if answer := c.referral(p.mailboxes); answer != nil {
		return misnamed{body, answer}, nil
	}
	return body, nil
}
