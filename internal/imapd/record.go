package imapd

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// masked stands for a password or token in everything that is recorded.
const masked = "***"

// maxShownLiteral is how much of a literal from the client is recorded.
const maxShownLiteral = 120

// recordClient gives the line hook the command as it may be shown: secrets
// masked, long literals shortened. It returns that text without its CRLF.
func (c *conn) recordClient(name string, wire *imapwire.Command) string {
	line := displayCommand(name, wire)
	c.recordLine(line)
	return line
}

// recordSecret is for the lines of a SASL exchange.
func (c *conn) recordSecret() { c.recordLine(masked) }

func (c *conn) recordLine(line string) {
	if c.record != nil {
		c.record(FromClient, append([]byte(line), '\r', '\n'))
	}
}

// displayCommand is a command as text. Of LOGIN and AUTHENTICATE only what
// comes before the secret is shown, even if the command is malformed.
func displayCommand(name string, wire *imapwire.Command) string {
	switch name {
	case "LOGIN", "AUTHENTICATE":
		p := wire.Parser()
		text := p.Tag() + " " + name
		p.SP()
		p.Keyword()
		p.SP()
		if first := p.AString(); p.OK() {
			text += " " + first
		}
		if !p.OK() || !p.AtEnd() {
			text += " " + masked
		}
		return text
	}
	var sb strings.Builder
	for i, segment := range wire.Segments() {
		if i%2 == 0 {
			sb.Write(bytes.TrimSuffix(segment, []byte("\r\n")))
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
