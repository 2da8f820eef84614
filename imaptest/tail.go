package imaptest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/transcript"
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

// touched says whether a connection has selected a mailbox, or named it as the
// destination of a command. The mailbox may be called by an alias of its account.
func (c *connLog) touched(m Mailbox) bool {
	if m.account.srv == nil {
		return false
	}
	user, found := m.account.srv.Store().User(m.account.name)
	if !found || c.user != user.Name() {
		return false
	}
	name := m.name
	if mbox, found := user.Mailbox(name); found {
		name = mbox.Name()
	}
	return slices.Contains(c.mailboxes, name)
}

// destination is the mailbox that a command names and does not select, "" for none.
func destination(cmd *imapd.Command) string {
	args := argsOf(cmd)
	switch cmd.Name {
	case "APPEND", "STATUS", "DELETE", "RENAME":
	case "COPY", "MOVE", "UID COPY", "UID MOVE", "REPLACE", "UID REPLACE":
		_, args = cutArg(args)
	default:
		return ""
	}
	name, _ := cutArg(args)
	if decoded, err := imapwire.DecodeUTF7(name); err == nil {
		name = decoded
	}
	if strings.EqualFold(name, "INBOX") {
		return "INBOX"
	}
	return name
}

// writeTail writes the last lines of one connection.
func (rec *recorder) writeTail(sb *strings.Builder, c *connLog) {
	lines, _ := rec.transcript.Lines(func(num int) bool { return num == c.num })
	if len(lines) == 0 {
		return
	}
	user := c.user
	if user == "" {
		user = "not logged in"
	}
	fmt.Fprintf(sb, "last lines on connection %d (%s):\n", c.num, user)
	for _, line := range lines[max(0, len(lines)-shownLines):] {
		text := shownCapabilities.ReplaceAllString(line.Text, "[CAPABILITY …]")
		fmt.Fprintf(sb, "    %c: %s\n", line.From, transcript.Indent(clip(text, shownWidth), len("    C: ")))
	}
}
