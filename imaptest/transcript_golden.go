package imaptest

import (
	"fmt"
	"regexp"
	"strings"
)

// AssertTranscript compares what went over all connections with a file, one
// connection after the other. What differs from run to run is made the same:
// tags are a1, a2 …, ports, dates and UIDVALIDITY are PORT, DATE and V; lists of
// capabilities are …. With IMAPTEST_UPDATE=1 in the environment, or a flag
// -update that the test binary has registered, it writes the file instead.
func (s *Server) AssertTranscript(t TB, golden string) {
	t.Helper()
	if s.rec.transcript.limit == 0 || s.rec.lost() {
		t.Fatalf("the transcript: a part of it was not kept; WithTranscriptLimit keeps more than %d bytes", s.rec.transcript.limit)
		return
	}
	s.assertGolden(t, "the transcript", golden, s.normalTranscript(), "")
}

// lost says whether the transcript has not all that was said.
func (rec *recorder) lost() bool {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return rec.transcript.dropped > 0
}

func (s *Server) normalTranscript() string {
	s.rec.mu.Lock()
	defer s.rec.mu.Unlock()
	var sb strings.Builder
	for _, c := range s.rec.conns {
		lines := s.rec.transcript.lines(func(num int) bool { return num == c.num })
		if len(lines) == 0 {
			continue
		}
		fmt.Fprintf(&sb, "connection %d\n", c.num)
		tags := make(map[string]string)
		for _, line := range lines {
			text := normalTags(tags, line)
			for _, row := range normalForms {
				text = row.find.ReplaceAllString(text, row.put)
			}
			fmt.Fprintf(&sb, "    %c: %s\n", line.from, indent(text, len("    C: ")))
		}
	}
	return sb.String()
}

// normalTags numbers the tags of one connection.
func normalTags(tags map[string]string, line wireLine) string {
	tag, rest, isCommand := strings.Cut(line.text, " ")
	if line.from == 'C' && isCommand && tags[tag] == "" {
		tags[tag] = fmt.Sprintf("a%d", len(tags)+1)
	}
	if to := tags[tag]; to != "" {
		return to + " " + rest
	}
	return line.text
}

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
