package imapd

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/saslserver"
	"github.com/go-mailtest/mailtest/internal/serve"
)

// masked stands for a password or token in everything that is recorded.
const masked = serve.Masked

// maxShownLiteral is how much of a literal from the client is recorded.
const maxShownLiteral = 120

// maxShownLiterals is how many literals of a command are recorded. It may have
// thousands, and is shown anew when each is announced.
const maxShownLiterals = 32

// recordCommand records a command, and of one that recordPart has begun the rest.
func (c *conn) recordCommand(h heard) {
	if c.recorded == "" {
		c.recordLine(h.line)
		return
	}
	c.recordRest(h.line)
	c.recorded = ""
}

// recordPart records a command up to the literal that the server is to ask for: what
// the client has sent is shown before what it is told.
func (c *conn) recordPart(h heard) {
	if c.recorded == "" {
		c.recordLine(h.line)
	} else {
		c.recordRest(h.line)
	}
	c.recorded = h.line
}

func (c *conn) recordRest(line string) {
	rest, follows := strings.CutPrefix(line, c.recorded)
	if !follows {
		rest = masked // of a command with secrets, which is shown otherwise when it is whole
	}
	if rest = strings.TrimPrefix(rest, "\r\n"); rest != "" {
		c.recordLine(rest)
	}
}

// recordLine records a line of the client, behind what it is being sent.
func (c *conn) recordLine(line string) {
	if c.Out.Recorded() {
		text := append(slices.Grow(c.heard[:0], 2*len(line)+len("\n")), line...)
		c.heard = serve.AppendLines(text, text)
		c.Out.Heard(c.heard[len(text):])
	}
}

// maxShownLine is how much of a line is recorded, but for its literals.
const maxShownLine = 2000

// appendShown appends a response as it is recorded. The end of one that was cut is
// missing.
func appendShown(dst, line []byte, cut bool) []byte {
	if answersURLs(line) {
		return append(dst, maskTokens(string(appendLine(nil, line, cut)))...)
	}
	return appendLine(dst, line, cut)
}

func appendLine(dst, line []byte, cut bool) []byte {
	line = bytes.TrimSuffix(line, []byte("\r\n"))
	if cut {
		line = bytes.TrimSuffix(line, []byte("\r"))
	}
	for bytes.IndexByte(line, '\n') >= 0 {
		text, literal, rest, ok := cutLiteral(line, cut)
		if !ok {
			return serve.AppendLines(dst, line)
		}
		dst = append(shorten(dst, text, maxShownLine), "\n\t"...)
		dst = append(appendLiteral(dst, literal), '\t')
		line = rest
	}
	return append(shorten(dst, line, maxShownLine), '\n')
}

// appendLiteral appends the head of a literal.
func appendLiteral(dst, literal []byte) []byte {
	if len(literal) <= maxShownLiteral {
		return serve.AppendLines(dst, bytes.TrimSuffix(literal, []byte("\r\n")))
	}
	dst = serve.AppendLines(dst, literal[:maxShownLiteral])
	return fmt.Appendf(dst, "\t[… %d more bytes]\n", len(literal)-maxShownLiteral)
}

// shorten appends the beginning of a line, and how much is left out.
func shorten(dst, line []byte, limit int) []byte {
	if len(line) <= limit {
		return append(dst, line...)
	}
	return fmt.Appendf(append(dst, line[:limit]...), " [… %d more bytes]", len(line)-limit)
}

// cutLiteral splits a response at its first literal. That of a response which was cut
// may lack its end.
func cutLiteral(line []byte, cut bool) (text, literal, rest []byte, ok bool) {
	for at := 0; ; {
		i := bytes.Index(line[at:], []byte("}\r\n"))
		if i < 0 {
			return nil, nil, nil, false
		}
		end := at + i + len("}\r\n")
		open := bytes.LastIndexByte(line[:end], '{')
		size, err := strconv.Atoi(string(line[open+1 : end-len("}\r\n")]))
		if cut && size > len(line)-end {
			size = len(line) - end
		}
		if err == nil && size >= 0 && size <= len(line)-end {
			return line[:end-len("\r\n")], line[end : end+size], line[end+size:], true
		}
		at = end
	}
}

// displaySecret is a LOGIN or AUTHENTICATE as text. Only what comes before the secret is
// shown, and of a malformed one no more than is certain: the name of a user who has no
// space in it, and that of a mechanism which somebody has.
func displaySecret(name string, wire *imapwire.Command) string {
	p := wire.Parser()
	text := p.Tag() + " " + name
	p.SP()
	p.Keyword()
	p.SP()
	first := p.AString()
	alone := p.AtEnd()
	last := !p.Try(' ') || p.Peek() <= ' '
	switch {
	case !p.OK() || name == "AUTHENTICATE" && !saslserver.Registered(first):
	case name == "AUTHENTICATE" && alone:
		return text + " " + first
	case name == "AUTHENTICATE" || !last && !strings.ContainsFunc(first, isSpace):
		text += " " + first
	}
	return text + " " + masked
}

func isSpace(r rune) bool { return r <= ' ' }

// displayCommand is a command as text.
func displayCommand(name string, wire *imapwire.Command) string {
	if carriesURLs(name) {
		return maskTokens(displayAll(wire))
	}
	return displayAll(wire)
}

func displayAll(wire *imapwire.Command) string {
	text := make([]byte, 0, 256) // as most commands
	for i, segment := range wire.Segments() {
		if i > 2*maxShownLiterals {
			text = append(text, " [… more]"...)
			break
		}
		if i%2 == 0 {
			text = shorten(text, bytes.TrimSuffix(segment, []byte("\r\n")), maxShownLine)
			continue
		}
		text = append(text, "\r\n"...)
		text = append(text, segment[:min(len(segment), maxShownLiteral)]...)
		if cut := len(segment) - maxShownLiteral; cut > 0 {
			text = fmt.Appendf(text, "[… %d more bytes]", cut)
		}
	}
	return string(text)
}
