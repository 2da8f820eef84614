package imaptest

import (
	"bytes"
	"fmt"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// Edit has the test's own code make other lines of each line of the answer, the tagged one,
// continuation requests and what IDLE pushes too: none leaves it out. A line is without its
// CRLF, and has its literals in it. What no other verb does this one does:
//
//	srv.On("SELECT").Edit(func(_ *imaptest.Command, line string) []string {
//		if strings.HasSuffix(line, " EXISTS") {
//			return []string{"* 0 EXISTS", line} // as some servers do
//		}
//		return []string{line}
//	})
func (r *Rule) Edit(f func(cmd *Command, line string) []string) *Rule {
	r.t().Helper()
	if f == nil {
		r.misuse("Edit(nil): which code?")
		return r
	}
	r.do(&effect{verb: "Edit(func)", traits: needsAnswer, edit: func(cmd *Command) imapd.Editor {
		return func(lines [][]byte, _ bool) [][]byte {
			var out [][]byte
			for _, line := range lines {
				var made []string
				r.srv.inside.Call(cmd.Conn, func() { made = f(cmd, string(bytes.TrimSuffix(line, []byte("\r\n")))) })
				out = append(out, asLines(cmd, made)...)
			}
			return out
		}
	}})
	return r
}

// StallBeforeLine runs the command, sends n-1 lines of its response, and no more: before
// the n-th push of IDLE for one. The connection stays open. Lines are counted as
// [Rule.CutBeforeLine] does.
func (r *Rule) StallBeforeLine(n int) *Rule {
	r.t().Helper()
	if n < 1 {
		r.misuse("StallBeforeLine(%d): the first is 1", n)
		return r
	}
	e := &effect{verb: fmt.Sprintf("StallBeforeLine(%d)", n), traits: isEnd | needsAnswer}
	e.beforeLine(n, func(ctl imapd.Control) { ctl.Deaf() })
	r.do(e)
	return r
}
