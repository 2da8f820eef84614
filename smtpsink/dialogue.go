package smtpsink

import (
	"fmt"
	"strings"

	"github.com/go-mailtest/mailtest/internal/transcript"
)

// keptBytes is how much of the dialogue is kept; maxLines how many lines of it a failure
// shows.
const (
	keptBytes = 64 << 10
	maxLines  = 12
)

// formatLine is a line as a transcript shows it, a reply of several lines as several.
func formatLine(indent string, l transcript.Line) string {
	head := fmt.Sprintf("%s%d %c:", indent, l.Conn, l.From)
	var sb strings.Builder
	for text := range strings.SplitSeq(l.Text, "\n\t") {
		sb.WriteString(strings.TrimRight(head+" "+text, " ") + "\n")
	}
	return sb.String()
}

// Transcript is what was said last on all connections, some hundred lines: commands and
// replies, without secrets and without the bytes of messages. Nothing is in it as sent
// that the client cannot have got, though TCP may lose what it has taken when a
// connection is reset.
func (s *Sink) Transcript() string {
	lines, _ := s.dialogue.Lines(nil)
	var sb strings.Builder
	for _, line := range lines {
		sb.WriteString(formatLine("", line))
	}
	return sb.String()
}

// tail is the end of the dialogue as a failure shows it: of a reply of several
// lines the first.
func (s *Sink) tail() string {
	lines, _ := s.dialogue.Lines(nil)
	var sb strings.Builder
	for _, line := range lines[max(0, len(lines)-maxLines):] {
		if first, rest, several := strings.Cut(line.Text, "\n\t"); several {
			line.Text = fmt.Sprintf("%s (and %d lines)", first, strings.Count(rest, "\n\t")+1)
		}
		sb.WriteString(formatLine("    ", line))
	}
	return strings.TrimRight(sb.String(), "\n")
}

// lastWords are what was said last on some connections; none is what DeliverAfter has
// begun.
func (s *Sink) lastWords(conns []int) string {
	if len(conns) == 0 {
		return "a message that is being filed"
	}
	var out []string
	for _, conn := range conns {
		text := fmt.Sprintf("connection %d", conn)
		if lines, _ := s.dialogue.Lines(func(num int) bool { return num == conn }); len(lines) > 0 {
			last := lines[len(lines)-1]
			text += fmt.Sprintf(" after %c: %s", last.From, oneLine(last.Text))
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}
