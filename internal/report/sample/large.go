package sample

import (
	"fmt"
	"strings"

	"github.com/go-mailtest/mailtest/internal/report"
)

// Large is a failure after so many commands on six connections, in an account with so many
// messages: more than fit into a report whole.
func Large(commands, messages int) *report.Data {
	t := newTeller("TestMirrorOfALargeAccount", false)
	for i := range messages {
		t.seed(fmt.Sprintf("Message %d", i+1))
		m := t.d.Messages[i]
		m.Text = strings.Repeat(fmt.Sprintf("Line of the text of message %d, <as it is> & \"quoted\".\n", i+1), 40)
		m.Source += m.Text
	}
	var lanes []int
	for range 6 {
		lanes = append(lanes, t.login(report.LaneIMAP, messages))
	}
	for i := range commands {
		lane, uid := lanes[i%len(lanes)], uint32(i%messages+1)
		if i%3 == 0 {
			id := t.begin(lane, "UID STORE "+number(uid)+` +FLAGS (\Seen)`)
			t.change(id, report.Flagged, "user", "INBOX", uid, int(uid)-1, `\Seen`)
			t.say(id, fmt.Sprintf(`* %d FETCH (UID %d FLAGS (\Seen))`, uid, uid))
			t.answer(id, "OK UID STORE completed")
			continue
		}
		t.cmd(lane, "UID FETCH "+number(uid)+" (UID ENVELOPE BODY.PEEK[])", fetched(int(uid), int(uid), fmt.Sprintf("Message %d", uid)), "OK UID FETCH completed")
	}
	t.fail(report.Failure{Helper: "AssertFlags", Title: `INBOX, UID 7 "Message 7": flags`, Got: `\Seen`, Want: `\Answered \Seen`, Account: "user", Mailbox: "INBOX", UIDs: []uint32{7}})
	return t.done()
}

// Mail is a failed test whose INBOX has these messages.
func Mail(messages []*report.Message) *report.Data {
	t := newTeller("TestMail", false)
	inbox := &t.d.Start[0]
	for i, m := range messages {
		t.d.Messages = append(t.d.Messages, m)
		inbox.Rows = append(inbox.Rows, report.Row{UID: uint32(i + 1), Message: i})
	}
	inbox.UIDNext = uint32(len(messages) + 1)
	c := t.login(report.LaneIMAP, len(messages))
	t.cmd(c, "UID SEARCH ALL", "* SEARCH 1", "OK UID SEARCH completed")
	t.fail(report.Failure{Helper: "AssertFlags", Title: "INBOX, UID 1: flags", Got: "(none)", Want: `\Seen`, Account: "user", Mailbox: "INBOX", UIDs: []uint32{1}})
	return t.done()
}
