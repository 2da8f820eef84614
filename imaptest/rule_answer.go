package imaptest

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// filter adds to what happens to the command's response.
func (r *Rule) filter(change func(cmd *Command, f *imapd.Filter)) {
	r.do(func(cmd *Command, ctl imapd.Control) error {
		f := ctl.CurrentFilter()
		if f == nil {
			f = &imapd.Filter{}
			ctl.Filter(f)
		}
		change(cmd, f)
		return nil
	})
}

// rewrite changes the lines of the response, the tagged one is the last.
func (r *Rule) rewrite(rewrite func(cmd *Command, lines [][]byte) [][]byte) {
	r.filter(func(cmd *Command, f *imapd.Filter) {
		f.Rewrite = append(f.Rewrite, func(lines [][]byte) [][]byte { return rewrite(cmd, lines) })
	})
}

// DropBeforeReply runs the command, and closes the connection before a byte of
// its response is sent: the change is made and the client never hears.
func (r *Rule) DropBeforeReply() {
	r.filter(func(_ *Command, f *imapd.Filter) {
		f.Cut = new(int)
	})
}

// CutAfter runs the command, sends n bytes of its response, in the middle of a
// literal if that is there, and closes the connection.
func (r *Rule) CutAfter(n int) {
	r.filter(func(_ *Command, f *imapd.Filter) {
		left := max(n, 0) // each response has its own
		f.Cut = &left
	})
}

// Dribble sends the response n bytes at a time, with a pause before each piece
// but the first.
func (r *Rule) Dribble(n int, every time.Duration) {
	r.filter(func(_ *Command, f *imapd.Filter) { f.Piece, f.Pause = max(n, 1), every })
}

// After calls the test's own code when the command has run: changes that it makes
// are told to the client in the same response.
func (r *Rule) After(f func(*Command)) {
	r.do(func(cmd *Command, _ imapd.Control) error {
		r.srv.afterRun(cmd, func(imapd.Control) { f(cmd) })
		return nil
	})
}

// literalSize is the announcement of a literal in a response.
var literalSize = regexp.MustCompile(`\{(\d+)\}\r\n`)

// WrongLiteral announces the first literal of the response with a length that is
// wrong by so many bytes.
func (r *Rule) WrongLiteral(by int) {
	r.rewrite(func(_ *Command, lines [][]byte) [][]byte {
		for i, line := range lines {
			m := literalSize.FindSubmatchIndex(line)
			if m == nil {
				continue
			}
			n, _ := strconv.Atoi(string(line[m[2]:m[3]]))
			lines[i] = slices.Concat(line[:m[2]], fmt.Append(nil, max(n+by, 0)), line[m[3]:])
			break
		}
		return lines
	})
}

// WrongTag answers with another tag.
func (r *Rule) WrongTag(tag string) {
	r.rewrite(func(cmd *Command, lines [][]byte) [][]byte {
		if last := len(lines) - 1; last >= 0 {
			lines[last] = append([]byte(tag), bytes.TrimPrefix(lines[last], []byte(cmd.Tag))...)
		}
		return lines
	})
}

// Insert puts lines as they are, untagged ones or garbage, before the tagged line.
func (r *Rule) Insert(text ...string) {
	r.rewrite(func(_ *Command, lines [][]byte) [][]byte {
		var extra [][]byte
		for _, line := range text {
			extra = append(extra, []byte(line+"\r\n"))
		}
		return slices.Insert(lines, max(len(lines)-1, 0), extra...)
	})
}

// OmitLines leaves out the untagged lines that hold a text, in any case: "UIDNEXT"
// for one.
func (r *Rule) OmitLines(text string) {
	r.rewrite(func(_ *Command, lines [][]byte) [][]byte {
		return slices.DeleteFunc(lines, func(line []byte) bool {
			return line[0] == '*' && strings.Contains(strings.ToUpper(string(line)), strings.ToUpper(text))
		})
	})
}

// OmitItem leaves an item out of every FETCH response, "BODY[]" or "UID" for one.
func (r *Rule) OmitItem(item string) {
	r.filter(func(_ *Command, f *imapd.Filter) { f.OmitItem = strings.ToUpper(item) })
}

// RepeatItem has an item twice in every FETCH response.
func (r *Rule) RepeatItem(item string) {
	r.filter(func(_ *Command, f *imapd.Filter) { f.RepeatItem = strings.ToUpper(item) })
}

// fetchLine is a FETCH response.
var fetchLine = regexp.MustCompile(`^\* \d+ FETCH `)

// Reorder sends the FETCH responses in the opposite order, which is as legal (RFC
// 9051, section 7.5.2): a client must go by their numbers.
func (r *Rule) Reorder() {
	r.rewrite(func(_ *Command, lines [][]byte) [][]byte {
		for first := 0; first < len(lines); first++ {
			last := first
			for last < len(lines) && fetchLine.Match(lines[last]) {
				last++
			}
			slices.Reverse(lines[first:last])
			first = max(first, last-1)
		}
		return lines
	})
}
