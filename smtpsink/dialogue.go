package smtpsink

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/go-mailtest/mailtest/internal/smtpd"
)

// keptLines is how many lines of the dialogue are kept; maxLines how many of
// them a failure shows.
const (
	keptLines = 400
	maxLines  = 12
)

// dialogue is the end of what was said on all connections, without the bytes
// of messages and without secrets.
type dialogue struct {
	log io.Writer // nil: no live transcript

	mu    sync.Mutex // guards what follows
	lines []dialogueLine
	next  int // where the next line goes, once the list is full
}

type dialogueLine struct {
	conn int
	side smtpd.Side
	text string
}

// add records a line of the client, or a reply of the server.
func (d *dialogue) add(conn int, side smtpd.Side, text string) {
	line := dialogueLine{conn, side, text}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.lines) < keptLines {
		d.lines = append(d.lines, line)
	} else {
		d.lines[d.next] = line
		d.next = (d.next + 1) % keptLines
	}
	if d.log != nil {
		io.WriteString(d.log, line.format("smtp "))
	}
}

// format is the line as a transcript shows it, a reply of several lines as
// several.
func (l dialogueLine) format(indent string) string {
	var sb strings.Builder
	for text := range strings.Lines(l.text) {
		fmt.Fprintf(&sb, "%s%d %c: %s\n", indent, l.conn, l.side, strings.TrimRight(text, "\r\n"))
	}
	if l.text == "" {
		fmt.Fprintf(&sb, "%s%d %c:\n", indent, l.conn, l.side)
	}
	return sb.String()
}

// kept are the lines that are kept, the oldest first.
func (d *dialogue) kept() []dialogueLine {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append(slices.Clone(d.lines[d.next:]), d.lines[:d.next]...)
}

// tail is the end of the dialogue as a failure shows it: of a reply of several
// lines the first.
func (d *dialogue) tail() string {
	lines := d.kept()
	var sb strings.Builder
	for _, line := range lines[max(0, len(lines)-maxLines):] {
		if first, rest, _ := strings.Cut(line.text, "\r\n"); rest != "" {
			line.text = fmt.Sprintf("%s (and %d lines)", first, strings.Count(rest, "\n"))
		}
		sb.WriteString(line.format("    "))
	}
	return strings.TrimRight(sb.String(), "\n")
}

// Transcript is what was said last on all connections, some hundred lines:
// commands and replies, without secrets and without the bytes of messages.
func (s *Sink) Transcript() string {
	var sb strings.Builder
	for _, line := range s.dialogue.kept() {
		sb.WriteString(line.format(""))
	}
	return sb.String()
}

// lastWords are what was said last on some connections; none is what DeliverAfter has
// begun.
func (s *Sink) lastWords(conns []int) string {
	lines := s.dialogue.kept()
	var out []string
	for _, conn := range conns {
		last := ""
		for _, line := range lines {
			if line.conn == conn {
				last = fmt.Sprintf(" after %c: %s", line.side, oneLine(line.text))
			}
		}
		out = append(out, fmt.Sprintf("connection %d%s", conn, strings.TrimRight(last, " ")))
	}
	if len(out) == 0 {
		return "a message that is being filed"
	}
	return strings.Join(out, "; ")
}
