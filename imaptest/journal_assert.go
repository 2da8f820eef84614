package imaptest

import (
	"fmt"
	"slices"
	"strings"
)

// gap stands for any number of commands in AssertCommands.
func isGap(pattern string) bool { return pattern == "…" || pattern == "..." }

// AssertCommands checks every command of every connection so far, in the order
// in which they began, against patterns such as "LOGIN", "SELECT INBOX" or "UID
// SEARCH *"; "…" (or "...") stands for any number of commands. A name alone
// matches it with any arguments, "*" any text. Case does not matter, nor whether
// a string was quoted, nor in which order the items of FETCH and STATUS, the flags of STORE
// and the RETURN options of SEARCH stand; "*" among them stands for any others. A command
// that does not exist fails the test.
//
//	srv.AssertCommands(t, "LOGIN", "SELECT INBOX", "…", "UID MOVE 3 Archive", "LOGOUT")
func (s *Server) AssertCommands(t TB, want ...string) {
	t.Helper()
	got, dropped := s.rec.commands()
	patterns := newPatterns(want)
	if wrong := s.wrongCommands(patterns...); wrong != "" {
		s.errorf(t, "AssertCommands: %s", wrong)
		return
	}
	if dropped > 0 && (len(patterns) == 0 || !isGap(patterns[0].text)) {
		s.errorf(t, "commands: the journal keeps the last %d of %d; begin with \"…\" for those that are gone", len(got), len(got)+dropped)
		return
	}
	ok, reached, expected := matchCommands(got, patterns)
	if !ok {
		detail := describeMismatch(got, patterns, reached, expected)
		s.errorf(t, "%s", s.explainJournal("commands", detail, got, func(i int) bool { return i == reached }))
		return
	}
	s.held(joinPatterns(patterns))
}

// AssertNoCommand checks that no command so far matches a pattern. What must not be must
// not be by UID either: "EXPUNGE" is UID EXPUNGE too, while "UID EXPUNGE" is that alone, and
// CommandCount("EXPUNGE") counts the other alone.
func (s *Server) AssertNoCommand(t TB, unwanted string) {
	t.Helper()
	got, dropped := s.rec.commands()
	p := newPattern(unwanted)
	if wrong := s.wrongCommands(p); wrong != "" {
		s.errorf(t, "AssertNoCommand: %s", wrong)
		return
	}
	p.byUID = true
	n := 0
	for _, cmd := range got {
		if p.matches(cmd) {
			n++
		}
	}
	if n > 0 {
		detail := gotWant(plural(n, "such command"), "none that matches "+unwanted)
		s.errorf(t, "%s", s.explainJournal("commands", detail, got, func(i int) bool { return p.matches(got[i]) }))
		return
	}
	if dropped > 0 && s.mayHaveBeen(p) {
		s.errorf(t, "commands: the journal keeps the last %d of %d, and %s may be among those that are gone", len(got), len(got)+dropped, unwanted)
		return
	}
	s.held(unwanted)
}

// mayHaveBeen says whether there was any command of a pattern's name, kept or not.
func (s *Server) mayHaveBeen(p pattern) bool {
	for name := range s.CommandCounts() {
		if p.name == "" || name == "" || p.named(name) {
			return true
		}
	}
	return false
}

func newPatterns(texts []string) []pattern {
	out := make([]pattern, len(texts))
	for i, text := range texts {
		out[i] = newPattern(text)
	}
	return out
}

// matchCommands matches all commands with all patterns. Where it cannot, reached
// is the first command that no way through the patterns could take, and want
// are the patterns that could have come there.
func matchCommands(commands []Command, patterns []pattern) (ok bool, reached int, want []string) {
	at := closure(patterns, map[int]bool{0: true})
	for i, cmd := range commands {
		next := step(patterns, at, cmd)
		if len(next) == 0 {
			return false, i, expected(patterns, at)
		}
		at = next
	}
	return at[len(patterns)], len(commands), expected(patterns, at)
}

// step is where in the patterns one can be after a command.
func step(patterns []pattern, at map[int]bool, cmd Command) map[int]bool {
	next := make(map[int]bool)
	for j := range at {
		switch {
		case j == len(patterns):
		case isGap(patterns[j].text):
			next[j] = true
		case patterns[j].matches(cmd):
			next[j+1] = true
		}
	}
	return closure(patterns, next)
}

// expected are the patterns that can come next.
func expected(patterns []pattern, at map[int]bool) []string {
	var out []string
	for j, p := range patterns {
		if at[j] && !isGap(p.text) {
			out = append(out, p.text)
		}
	}
	return out
}

// closure adds the places that are reached by a gap that takes nothing.
func closure(patterns []pattern, at map[int]bool) map[int]bool {
	for j := range patterns {
		if at[j] && isGap(patterns[j].text) {
			at[j+1] = true
		}
	}
	return at
}

// describeMismatch says which command was not expected, and what was.
func describeMismatch(commands []Command, patterns []pattern, reached int, expected []string) string {
	got, want := "no further command", "no further command"
	if reached < len(commands) {
		got = commands[reached].String()
	}
	if len(expected) > 0 {
		want = strings.Join(expected, " or ")
	}
	return gotWant(got, want) + "\n    of   " + joinPatterns(patterns)
}

func joinPatterns(patterns []pattern) string {
	var out []string
	for _, p := range patterns {
		out = append(out, p.text)
	}
	return strings.Join(out, ", ")
}

// explainJournal is the text of a failure, with the commands, those that matter
// marked.
func (s *Server) explainJournal(title, detail string, commands []Command, marked func(i int) bool) string {
	return title + "\n" + detail + "\n" + strings.TrimRight(listCommands(commands, marked), "\n")
}

// maxCommands is how many commands a failure lists.
const maxCommands = 30

// listCommands are the commands as a table. Where there are too many, those
// near the first that is marked are shown, or the last.
func listCommands(commands []Command, marked func(i int) bool) string {
	if len(commands) == 0 {
		return "no command so far"
	}
	first := max(0, len(commands)-maxCommands)
	for i := range commands {
		if marked(i) {
			first = min(first, max(0, i-maxCommands/2))
			break
		}
	}
	last := min(first+maxCommands, len(commands))
	var sb strings.Builder
	sb.WriteString("all commands:\n")
	if first > 0 {
		fmt.Fprintf(&sb, "      … %d before\n", first)
	}
	writeCommands(&sb, commands[first:last], func(i int) bool { return marked(first + i) })
	if more := len(commands) - last; more > 0 {
		fmt.Fprintf(&sb, "      … %d more\n", more)
	}
	return sb.String()
}

// maxCommandWidth is how much of a command is shown.
const maxCommandWidth = 72

func writeCommands(sb *strings.Builder, commands []Command, marked func(i int) bool) {
	lines := make([]string, len(commands))
	width := len("COMMAND")
	for i, cmd := range commands {
		lines[i] = clip(strings.ReplaceAll(cmd.String(), "\r\n", " "), maxCommandWidth)
		width = max(width, len([]rune(lines[i])))
	}
	fmt.Fprintf(sb, "      CONN  %-*s  RESULT\n", width, "COMMAND")
	for i, cmd := range commands {
		mark := "     "
		if marked(i) {
			mark = "    >"
		}
		fmt.Fprintf(sb, "%s %4d  %-*s  %s\n", mark, cmd.Conn, width, lines[i], shortResult(cmd))
	}
}

// shortResult is OK, NO [CODE] text, or why there is none.
func shortResult(cmd Command) string {
	switch {
	case cmd.Running():
		return "(running)"
	case cmd.Status == "":
		return "(the connection ended)"
	case cmd.Status == "OK":
		return "OK"
	}
	return clip(cmd.Result(), maxCommandWidth)
}

// clip cuts a text that is too long.
func clip(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(slices.Concat(runes[:limit-1], []rune("…")))
}
