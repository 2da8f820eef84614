package imapd

import (
	"bytes"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// What is recorded and what is answered never holds a password, a token or a SASL
// response. They stand in three places. Behind LOGIN and AUTHENTICATE they are known for
// what they are, and so are the lines of an exchange that is under way. But there are
// also the lines of a client that did not wait: the response behind an AUTHENTICATE that
// was refused, the literal of a LOGIN that was; and those of one that has mistaken the
// name of its command, or forgotten the tag. So a connection remembers that a secret may
// be coming, and forgets it only when a command comes that is one beyond doubt. Until
// then, what is no command is not shown, not even its tag.

// expectation is what the lines to come may hold besides commands.
type expectation int

const (
	nothingSecret expectation = iota
	aLoneWord                 // behind an AUTHENTICATE that is done: its response once more
	anySecret
)

// heard is what is understood of a command when it has been read.
type heard struct {
	tag  string // "*" if it has none
	name string // in upper case; "" if it is not to be shown, or is none
	line string // as it is recorded
	sent string // the name as it was sent, but in upper case: not to be shown

	known  bool                  // there is a command of this name
	hidden bool                  // nothing of the line is shown
	quiet  bool                  // something of it is not shown
	err    *imapwire.SyntaxError // why it is not even a tag and a name
}

// hear reads tag and name of a command, of which the end may be missing, and decides
// what of it may be shown. The parser stands behind the name.
func (c *conn) hear(wire *imapwire.Command) (heard, *imapwire.Parser) {
	h := heard{tag: "*"}
	p := wire.Parser()
	tag := p.Tag()
	if p.OK() && !p.AtEnd() && p.Peek() != ' ' {
		p.Fail("a tag with %q in it", p.Peek())
	}
	if p.OK() {
		h.tag = tag
	}
	p.SP()
	h.sent = commandName(p)
	h.name = h.sent
	h.err, _ = p.Err().(*imapwire.SyntaxError)
	h.known = c.srv.knows(h.name)
	first, _, _ := bytes.Cut(wire.Segments()[0], []byte("\n"))
	first = bytes.TrimSuffix(first, []byte("\r"))
	switch {
	case holdsSecret(h.name):
		h.line, h.quiet = displaySecret(h.name, wire), true
	case c.hides(h, first, wire):
		h.name, h.line, h.hidden, h.quiet = "", masked, true, true
	case h.known:
		h.line = displayCommand(h.name, wire)
	default:
		text := string(first)
		h.showUnknown(text, p)
		if h.line != text {
			h.quiet = true
		}
		h.hidden = h.line == masked
	}
	return h, p
}

// showUnknown shows what is certain of a line that is no command: its tag and name, if
// they look it, or the command of which the tag is missing.
func (h *heard) showUnknown(text string, p *imapwire.Parser) {
	name := h.name
	h.name = ""
	end := strings.IndexAny(text, " \t")
	switch {
	case end < 0 && (len(text) < pieceOfSecret || commands[strings.ToUpper(text)] != nil):
		h.line = text
	case end < 0:
		h.line = masked
	case h.err == nil && isTag(h.tag) && !strings.ContainsFunc(name, notInName):
		h.name, h.line = name, text
		if !p.AtEnd() {
			h.line = h.tag + " " + name + " " + masked
		}
	default:
		h.line = text[:end] + " " + masked
	}
}

// pieceOfSecret is a length from which on a word might be one.
const pieceOfSecret = 6

// isTag says that a word is more like a tag than like a command without one.
func isTag(word string) bool { return len(word) < 3 || strings.ContainsAny(word, "0123456789") }

// notInName says that a letter is not one of the names that commands have.
func notInName(r rune) bool { return (r < 'A' || r > 'Z') && r != '-' && r != ' ' }

// hides says whether a line that is no LOGIN and no AUTHENTICATE may be a secret.
func (c *conn) hides(h heard, text []byte, wire *imapwire.Command) bool {
	switch c.secret {
	case anySecret:
		return !h.known || !c.parses(h.name, wire)
	case aLoneWord:
		return bytes.IndexByte(text, ' ') < 0
	}
	return false
}

// parses says whether the whole of a command is as its grammar has it.
func (c *conn) parses(name string, wire *imapwire.Command) bool {
	p := wire.Parser()
	p.Tag()
	p.SP()
	commandName(p)
	spec := c.srv.commands[name]
	if spec == nil {
		return c.srv.knows(name) // by the test
	}
	_, err := c.parse(spec, p)
	return err == nil
}

// expect notes what a command that has been read says of the lines to come. One that is
// not whole may have a literal that comes all the same, as may what looks like one.
func (c *conn) expect(h heard, wire *imapwire.Command, whole bool) {
	switch {
	case h.name == "LOGIN" && whole && c.parses(h.name, wire):
		c.secret = nothingSecret
	case holdsSecret(h.name), !h.known && (!whole || c.user == nil || bytes.IndexByte(wire.Raw(), '{') >= 0):
		c.secret = anySecret
	case !h.known:
		c.secret = max(c.secret, aLoneWord)
	case c.secret != nothingSecret && whole && !h.hidden:
		if _, err := c.lookup(h.name); err == nil && c.parses(h.name, wire) {
			c.secret = nothingSecret
		}
	}
}

// wrong is why a command cannot even be looked up, nil if it can.
func (h heard) wrong() *refusal {
	switch {
	case h.err != nil && h.tag == "*":
		return bad("command.tag", "a command begins with a tag: %s", h.err)
	case h.err != nil:
		return bad("command.none", "%s", h.err)
	case h.hidden || !h.known:
		return h.unknown()
	}
	return nil
}

// unknown refuses a command whose name is none.
func (h heard) unknown() *refusal {
	if h.name == "" {
		return bad("command.unknown", "unknown command")
	}
	return bad("command.unknown", "unknown command %q", h.name)
}

// answer refuses a command that could not be read or is none, and repeats nothing that
// is not shown.
func (c *conn) answer(h heard, err *refusal) string {
	switch {
	case h.hidden && err.kind() == imap.StatusResponseTypeBad && !strings.HasPrefix(err.answer.Text, "expected "):
		err = bad("command.unknown", "not a command that is known or as it should be, and no AUTHENTICATE is under way")
	case h.quiet:
		err = err.saying(notQuoting(err.answer.Text))
	}
	if h.hidden && h.tag != "*" {
		c.hidden = len(h.tag)
	}
	return c.tagged(h.tag, err, "")
}

// notQuoting is the text of an error without what the client has sent.
func notQuoting(text string) string {
	text, _, _ = strings.Cut(text, ", got ")
	return text
}

// holdsSecret says whether a command's arguments must not be repeated.
func holdsSecret(name string) bool { return name == "LOGIN" || name == "AUTHENTICATE" }
