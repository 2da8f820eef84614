package imaptest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// How much of the wire a failure shows.
const (
	shownLines = 16
	shownConns = 3
)

// shownWidth is how much of a line a failure shows.
const shownWidth = 400

// shownCapabilities are longer than what they tell.
var shownCapabilities = regexp.MustCompile(`\[CAPABILITY [^\]]*\]`)

// tail is the end of the conversations that had to do with any of the mailboxes,
// or of the last ones if none had.
func (rec *recorder) tail(mailboxes ...Mailbox) string {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	conns := slices.Clone(rec.conns)
	touched := slices.DeleteFunc(slices.Clone(conns), func(c *connLog) bool { return !slices.ContainsFunc(mailboxes, c.touched) })
	if len(touched) > 0 {
		conns = touched
	}
	var sb strings.Builder
	for _, c := range conns[max(0, len(conns)-shownConns):] {
		rec.writeTail(&sb, c)
	}
	return sb.String()
}

func (c *connLog) touched(m Mailbox) bool {
	return c.user == m.account.name && slices.Contains(c.mailboxes, m.name)
}

// writeTail writes the last lines of one connection.
func (rec *recorder) writeTail(sb *strings.Builder, c *connLog) {
	lines := rec.transcript.lines(func(num int) bool { return num == c.num })
	if len(lines) == 0 {
		return
	}
	user := c.user
	if user == "" {
		user = "not logged in"
	}
	fmt.Fprintf(sb, "last lines on connection %d (%s):\n", c.num, user)
	for _, line := range lines[max(0, len(lines)-shownLines):] {
		text := shownCapabilities.ReplaceAllString(line.text, "[CAPABILITY …]")
		fmt.Fprintf(sb, "    %c: %s\n", line.from, indent(clip(text, shownWidth), len("    C: ")))
	}
}
