package dovecot_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// said stands in a row for lines that are too many for a table. They are in a file of
// testdata/said, to the byte.
const said = "{said}"

var update = flag.Bool("update", false, "write testdata/said anew, from what the servers say; to be read before it is kept")

// sayings are the answers in which a server and the profile that plays it differ: by dialogue
// and tag, the lines that only the profile has ("-") and those that only the server has ("+").
type sayings struct {
	file  string
	known map[string]string
	heard map[string]string
}

// readSayings reads a file of testdata/said. An answer is a line "DIALOGUE TAG", and below it the
// lines.
func readSayings(t *testing.T, name string) *sayings {
	t.Helper()
	s := &sayings{file: "testdata/said/" + name + ".diff", known: make(map[string]string), heard: make(map[string]string)}
	text, err := os.ReadFile(s.file)
	if err != nil && !(*update && errors.Is(err, fs.ErrNotExist)) {
		t.Fatal(err)
	}
	for block := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
		head, lines, _ := strings.Cut(block, "\n")
		s.known[head] = lines
	}
	return s
}

// hear says whether an answer differs as the file has it.
func (s *sayings) hear(dialogue, tag string, ours, theirs []string) bool {
	head, lines := dialogue+" "+tag, strings.Join(slices.Concat(quoted("- ", ours), quoted("+ ", theirs)), "\n")
	s.heard[head] = lines
	return *update || s.known[head] == lines
}

// quoted has each line on one, in ASCII.
func quoted(prefix string, lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		line = strconv.QuoteToASCII(line)
		out[i] = prefix + strings.ReplaceAll(line[1:len(line)-1], `\"`, `"`)
	}
	return out
}

// close writes the file anew if that was asked for, and tells what of it was not said in the
// dialogues that were held.
func (s *sayings) close(t *testing.T, played map[string]bool) {
	t.Helper()
	for head, lines := range s.known {
		dialogue, _, _ := strings.Cut(head, " ")
		switch _, ok := s.heard[head]; {
		case ok:
		case played[dialogue] && !*update:
			t.Errorf("%s: %s: nothing differs there", s.file, head)
		case !played[dialogue]:
			s.heard[head] = lines
		}
	}
	if !*update {
		return
	}
	var text strings.Builder
	for _, head := range slices.Sorted(maps.Keys(s.heard)) {
		fmt.Fprintf(&text, "%s\n%s\n\n", head, s.heard[head])
	}
	if err := os.WriteFile(s.file, []byte(strings.TrimSuffix(text.String(), "\n")), 0o644); err != nil {
		t.Error(err)
	}
}
