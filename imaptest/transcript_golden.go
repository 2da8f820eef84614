package imaptest

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/go-mailtest/mailtest/internal/transcript"
)

// AssertTranscript compares what went over all connections with a file, one
// connection after the other. What differs from run to run is made the same:
// tags are a1, a2 …, ports, dates and UIDVALIDITY are PORT, DATE and V; lists of
// capabilities are …; what has no order, such as the items of FETCH and STATUS, is
// sorted. With IMAPTEST_UPDATE=1 in the environment, or a flag -update that the test
// binary has registered, it writes the file instead.
func (s *Server) AssertTranscript(t TB, golden string) {
	t.Helper()
	limit := s.rec.transcript.Limit()
	if _, cut := s.rec.transcript.Lines(nil); cut || limit == 0 {
		s.fatalf(t, "the transcript: a part of it was not kept; WithTranscriptLimit keeps more than %d bytes", limit)
		return
	}
	s.assertGolden(t, "the transcript", golden, s.normalTranscript(), "")
}

func (s *Server) normalTranscript() string {
	s.rec.mu.Lock()
	defer s.rec.mu.Unlock()
	var sb strings.Builder
	for _, c := range s.rec.conns {
		lines, _ := s.rec.transcript.Lines(func(num int) bool { return num == c.num })
		if len(lines) == 0 {
			continue
		}
		fmt.Fprintf(&sb, "connection %d\n", c.num)
		tags := make(map[string]string)
		for _, line := range lines {
			text := normalLine(tags, line)
			for _, row := range normalForms {
				text = row.find.ReplaceAllString(text, row.put)
			}
			fmt.Fprintf(&sb, "    %c: %s\n", line.From, transcript.Indent(text, len("    C: ")))
		}
	}
	return sb.String()
}

// normalLine numbers the tags of one connection, and sorts what has no order.
func normalLine(tags map[string]string, line transcript.Line) string {
	tag, rest, isCommand := strings.Cut(line.Text, " ")
	if line.From == 'C' && isCommand && tags[tag] == "" {
		tags[tag] = fmt.Sprintf("a%d", len(tags)+1)
	}
	if to := tags[tag]; to != "" {
		return to + " " + inOrder(rest)
	}
	if m := correlator.FindStringSubmatch(line.Text); m != nil && tags[m[2]] != "" {
		return m[1] + tags[m[2]] + m[3]
	}
	return inOrder(line.Text)
}

// correlator is what of an ESEARCH response says to which command it is (RFC 9051, section
// 7.3.4).
var correlator = regexp.MustCompile(`(?s)^(\* ESEARCH \(TAG ")([^"]*)(".*)$`)

// normalForms replace what is not the same in every run.
var normalForms = []struct {
	find *regexp.Regexp
	put  string
}{
	{regexp.MustCompile(`\b(127\.0\.0\.1|localhost|\[::1\]):\d+`), "$1:PORT"},
	{shownCapabilities, "[CAPABILITY …]"},
	{regexp.MustCompile(`^\* CAPABILITY .*`), "* CAPABILITY …"},
	{regexp.MustCompile(`UIDVALIDITY \d+`), "UIDVALIDITY V"},
	{regexp.MustCompile(`\[(APPENDUID|COPYUID) \d+ `), "[$1 V "},
	{regexp.MustCompile(`\(QRESYNC \(\d+ `), "(QRESYNC (V "},
	{regexp.MustCompile(`\b([A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(:\d\d)? [+-]\d{4}( \([A-Z]+\))?`), "DATE"},
	{regexp.MustCompile(`"[ \d]\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d [+-]\d{4}"`), `"DATE"`},
	{regexp.MustCompile(`\b\d{1,2}-[A-Z][a-z]{2}-\d{4}\b`), "DATE"},
}
