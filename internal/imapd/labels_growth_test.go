package imapd_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/growth"
)

// labelGrowths are what is done in an account with labels: X-GM-EXT-1, and writes that write
// all entries of a message.
var labelGrowths = []growth.Case{
	{Name: "FETCH of labels and threads", Size: 2000, Prepare: labelled("UID FETCH 1:* (X-GM-MSGID X-GM-THRID X-GM-LABELS THREADID)")},
	{Name: "FETCH of threads one by one", Size: 500, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 0, labels(fixtures.Labels{}))
		return func() {
			for i := range n {
				c.do("APPEND INBOX {4+}\r\na: b")
				c.do(fmt.Sprintf("FETCH %d X-GM-THRID", i+1))
			}
		}
	}},
	{Name: "SEARCH by X-GM-RAW", Size: 3000, Prepare: labelled(`UID SEARCH X-GM-RAW "in:work -is:starred (one OR larger:10k) has:userlabels"`)},
	{Name: "SEARCH by X-GM-THRID", Size: 3000, Prepare: labelled("UID SEARCH X-GM-THRID 1152921504606846977 X-GM-LABELS Work")},
	{Name: "SEARCH by X-GM-RAW with keys", Size: 1000, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 20, labels(fixtures.Labels{}))
		return func() { c.do(`SEARCH X-GM-RAW "` + words(n, "label:l%d") + `"`) }
	}},
	{Name: "STORE of a label", Size: 1500, Prepare: labelled("UID STORE 1:* +X-GM-LABELS (Fox)", "UID STORE 1:* -X-GM-LABELS (Fox)")},
	{Name: "STORE of the star", Size: 1500, Prepare: labelled(`UID STORE 1:* +FLAGS (\Flagged)`, `UID STORE 1:* -FLAGS (\Flagged)`)},
	{Name: "STORE of labels", Size: 100, Bulk: square, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 10, labels(fixtures.Labels{}))
		return func() {
			for i := range n {
				c.do(fmt.Sprintf("UID STORE 1:* +X-GM-LABELS.SILENT (l%d)", i))
			}
		}
	}},
	{Name: "COPY to labels and to Trash", Size: 1500, Prepare: labelled("UID COPY 1:* Work", "UID COPY 1:* Trash")},
	{Name: "EXPUNGE of a label", Size: 1500, Prepare: labelled(`UID STORE 1:* +FLAGS.SILENT (\Deleted)`, "EXPUNGE")},
	{Name: "MULTIAPPEND of messages that are one", Size: 1500, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 0, labels(fixtures.Labels{Dedupe: true}))
		return func() { c.do("APPEND INBOX" + strings.Repeat(" {4+}\r\na: b", n)) }
	}},
	{Name: "MULTIAPPEND of messages that are not", Size: 1500, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 0, labels(fixtures.Labels{Dedupe: true}))
		return func() { c.do("APPEND INBOX " + words(n, "{9+}\r\na: %06d")) }
	}},
	{Name: "MULTIAPPEND to a label that shows few", Size: 1500, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 0, labels(fixtures.Labels{MailboxMax: n / 2}))
		return func() { c.do("APPEND INBOX" + strings.Repeat(" {4+}\r\na: b", n)) }
	}},
}

func labels(settings fixtures.Labels) imaptest.Option { return imaptest.WithLabels(settings) }

// labelled measures commands in an INBOX of n messages, of which each second has the label
// Work.
func labelled(commands ...string) func(testing.TB, int) func() {
	return func(tb testing.TB, n int) func() {
		c := newGrower(tb, n, labels(fixtures.Labels{}))
		c.do("CREATE Work")
		c.do("UID COPY " + odd(n/2) + " Work")
		return func() {
			for _, command := range commands {
				c.do(command)
			}
		}
	}
}
