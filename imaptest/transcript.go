package imaptest

import (
	"fmt"
	"strings"

	"github.com/go-mailtest/mailtest/internal/transcript"
)

// DefaultTranscriptLimit is how many bytes of the transcript a server keeps, the
// last ones.
const DefaultTranscriptLimit = 1 << 20

// minTranscriptLimit holds one write of the engine.
const minTranscriptLimit = 128 << 10

// Transcript is what went over all connections, the last megabyte of it or what
// [WithTranscriptLimit] says: a line each with the seconds since the server was
// started, the connection's number, and C: or S: for who sent it. Passwords and
// tokens are masked, long literals are shortened.
//
// Nothing is in it as sent that the client cannot have got, though TCP may lose what it
// has taken when a connection is reset. What may be a secret is masked too: behind LOGIN
// and AUTHENTICATE whatever is no command, until there is one, and of a line with an
// unknown command all but its name.
func (s *Server) Transcript() string {
	lines, cut := s.rec.transcript.Lines(nil)
	var sb strings.Builder
	if cut {
		sb.WriteString("[… what came before is gone: WithTranscriptLimit keeps more]\n")
	}
	for _, line := range lines {
		head := fmt.Sprintf("%9.6f %d %c: ", line.At.Seconds(), line.Conn, line.From)
		sb.WriteString(head + transcript.Indent(line.Text, len(head)) + "\n")
	}
	return sb.String()
}
