package imapd_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/txtar"
)

// Which of several connections \Recent goes to is left open.
var (
	recentCount = regexp.MustCompile(`^\* \d+ RECENT$`)
	recentFlag  = regexp.MustCompile(`(FETCH \(.*FLAGS \([^)]*?) ?(\\Recent)?\)`)
)

// dialogue is what was said, in the form of testdata, and what was wrong with it.
func (m *model) dialogue(w world, failure error) string {
	var out strings.Builder
	out.WriteString("% bare\n")
	if w.labels {
		out.WriteString("# the account has labels: Every is All Mail, Bad Spam, Gone Trash, Star Starred\n")
		if w.dedupe {
			out.WriteString("# an APPEND of bytes that are there adds a label\n")
		}
	}
	if !w.longLog {
		out.WriteString("% remember 4\n")
	}
	for _, entry := range m.log {
		who, text, _ := strings.Cut(entry, ": ")
		side, text, isLine := strings.Cut(text, ": ")
		if !isLine {
			out.WriteString(entry + "\n")
			continue
		}
		for line := range strings.SplitSeq(text, "\n") {
			if side == "S" {
				line = recentCount.ReplaceAllString(line, "* {*} RECENT")
				line = recentFlag.ReplaceAllString(line, "${1}{*})")
			}
			fmt.Fprintf(&out, "%s: %s: %s\n", who, side, line)
		}
	}
	if failure != nil {
		out.WriteString("# " + strings.ReplaceAll(failure.Error(), "\n", "\n# ") + "\n")
	}
	return out.String()
}

// What the model has heard can be pasted as a test, and is heard again.
func TestModelDialogue(t *testing.T) {
	for seed := range uint64(10) {
		program := newProgram(newRand(2*seed + 1))[:16]
		m, failure := runProgram(t, program, world{})
		if failure != nil {
			t.Fatal(failure)
		}
		text := m.dialogue(world{}, nil)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			playDialogue(t, fmt.Sprintf("seed %d", seed), txtar.Parse([]byte(text)))
			if t.Failed() {
				t.Log(text)
			}
		})
	}
}
