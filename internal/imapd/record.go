package imapd

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// masked stands for a password or token in everything that is recorded.
const masked = "***"

// maxShownLiteral is how much of a literal from the client is recorded.
const maxShownLiteral = 120

// recordClient gives the line hook the command as it may be shown: secrets
// masked, what is long shortened. It returns that text without its CRLF. What
// recordPart has recorded of it already is not repeated.
func (c *conn) recordClient(name string, wire *imapwire.Command) string {
	line := c.display(name, wire)
	if c.recorded == "" {
		c.recordLine(line)
		return line
	}
	c.recordRest(line)
	c.recorded = ""
	return line
}

// recordPart records a command up to the literal that the server is to ask for: what
// the client has sent is shown before what it is told.
func (c *conn) recordPart(name string, wire *imapwire.Command) {
	line := c.display(name, wire)
	if c.recorded == "" {
		c.recordLine(line)
	} else {
		c.recordRest(line)
	}
	c.recorded = line
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

// display is a command as text. Behind what may be a LOGIN or AUTHENTICATE that went
// wrong nothing is shown.
func (c *conn) display(name string, wire *imapwire.Command) string {
	line := displayCommand(name, wire)
	if c.srv.commands[name] != nil {
		return line
	}
	if at := secretWords.FindStringIndex(line); at != nil {
		return line[:at[1]] + " " + masked
	}
	return line
}

// secretWords are names of commands behind which a secret stands.
var secretWords = regexp.MustCompile(`(?i)LOGIN|AUTHENTICATE`)

// isMasked says whether something of a line is not shown.
func isMasked(line string) bool { return strings.HasSuffix(line, masked) }

// recordSecret is for the lines of a SASL exchange.
func (c *conn) recordSecret() { c.recordLine(masked) }

// recordLine records a line of the client, behind what it has been sent.
func (c *conn) recordLine(line string) {
	if c.record != nil {
		c.recordShown()
		c.record(FromClient, appendBroken(nil, []byte(line)))
	}
}

// recordShown records the lines to the client that have come together. It is
// called before they are written, so that a client never knows more than the
// transcript.
func (c *conn) recordShown() {
	if len(c.shown) > 0 {
		c.record(FromServer, c.shown)
		c.shown = c.shown[:0]
	}
}

// maxShownLine is how much of a line is recorded, but for its literals.
const maxShownLine = 2000

// appendShown appends a response as it is recorded.
func appendShown(dst, line []byte) []byte {
	line = bytes.TrimSuffix(line, []byte("\r\n"))
	for bytes.IndexByte(line, '\n') >= 0 {
		text, literal, rest, ok := cutLiteral(line)
		if !ok {
			return appendBroken(dst, line)
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
		return appendBroken(dst, bytes.TrimSuffix(literal, []byte("\r\n")))
	}
	dst = appendBroken(dst, literal[:maxShownLiteral])
	return fmt.Appendf(dst, "\t[… %d more bytes]\n", len(literal)-maxShownLiteral)
}

// shorten appends the beginning of a line, and how much is left out.
func shorten(dst, line []byte, limit int) []byte {
	if len(line) <= limit {
		return append(dst, line...)
	}
	return fmt.Appendf(append(dst, line[:limit]...), " [… %d more bytes]", len(line)-limit)
}

// appendBroken appends a line with its line breaks as they are recorded.
func appendBroken(dst, line []byte) []byte {
	for {
		i := bytes.IndexByte(line, '\n')
		if i < 0 {
			return append(append(dst, line...), '\n')
		}
		dst = append(append(dst, bytes.TrimSuffix(line[:i], []byte("\r"))...), "\n\t"...)
		line = line[i+1:]
	}
}

// cutLiteral splits a response at its first literal.
func cutLiteral(line []byte) (text, literal, rest []byte, ok bool) {
	for at := 0; ; {
		i := bytes.Index(line[at:], []byte("}\r\n"))
		if i < 0 {
			return nil, nil, nil, false
		}
		end := at + i + len("}\r\n")
		open := bytes.LastIndexByte(line[:end], '{')
		size, err := strconv.Atoi(string(line[open+1 : end-len("}\r\n")]))
		if err == nil && size >= 0 && size <= len(line)-end {
			return line[:end-len("\r\n")], line[end : end+size], line[end+size:], true
		}
		at = end
	}
}

// holdsSecret says whether a command's arguments must not be repeated.
func holdsSecret(name string) bool { return name == "LOGIN" || name == "AUTHENTICATE" }

// isMechanism says whether a word is the name of a SASL mechanism (RFC 4422, section
// 3.1), and not a response of a client that has left it out.
func isMechanism(word string) bool {
	if len(word) == 0 || len(word) > 20 {
		return false
	}
	if slices.ContainsFunc(mechanisms, func(m mechanism) bool { return strings.EqualFold(m.name, word) }) {
		return true
	}
	return !strings.ContainsFunc(word, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

// displayCommand is a command as text. Of LOGIN and AUTHENTICATE only what
// comes before the secret is shown, even if the command is malformed.
func displayCommand(name string, wire *imapwire.Command) string {
	if holdsSecret(name) {
		p := wire.Parser()
		text := p.Tag() + " " + name
		p.SP()
		p.Keyword()
		p.SP()
		first := p.AString()
		alone := p.AtEnd()
		shown := p.OK() && !(alone && name == "LOGIN") && (name == "LOGIN" || isMechanism(first))
		if shown {
			text += " " + first
		}
		if !shown || !alone || name == "LOGIN" {
			text += " " + masked
		}
		return text
	}
	var sb strings.Builder
	for i, segment := range wire.Segments() {
		if i%2 == 0 {
			sb.Write(shorten(nil, bytes.TrimSuffix(segment, []byte("\r\n")), maxShownLine))
			continue
		}
		sb.WriteString("\r\n")
		sb.Write(segment[:min(len(segment), maxShownLiteral)])
		if cut := len(segment) - maxShownLiteral; cut > 0 {
			fmt.Fprintf(&sb, "[… %d more bytes]", cut)
		}
	}
	return sb.String()
}
