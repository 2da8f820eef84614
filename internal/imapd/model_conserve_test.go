package imapd_test

import (
	"fmt"
	"slices"
	"strings"
)

// state is all mail, a line a message, and how often each message is there.
func (m *model) state() (string, map[string]int) {
	var out strings.Builder
	counts := make(map[string]int)
	for _, mbox := range m.user.Mailboxes() {
		status := mbox.Status()
		fmt.Fprintln(&out, mbox.ID(), mbox.Name(), status.UIDValidity, status.UIDNext)
		for _, msg := range mbox.Messages() {
			fmt.Fprintln(&out, msg.UID, msg.ModSeq, msg.Flags, msg.EmailID())
			counts[msg.EmailID()]++
		}
	}
	return out.String(), counts
}

// conserves says that MOVE and COPY lose and double nothing, and that what was
// refused has changed nothing. With labels, how often a message is there is for the store's
// own tests.
func (m *model) conserves(c *client, words []string, r response) error {
	if words[0] == "UID" {
		words = words[1:]
	}
	state, counts := m.state()
	total, before := 0, 0
	for id := range counts {
		total += counts[id]
	}
	for id := range m.before.counts {
		before += m.before.counts[id]
		if words[0] == "MOVE" && !m.labels && counts[id] != m.before.counts[id] {
			return fmt.Errorf("connection %s: %v: message %s was there %d times and is there %d times", c.name, words, id, m.before.counts[id], counts[id])
		}
	}
	switch {
	case words[0] == "COPY" && !m.labels && r.name == "OK" && total != before+c.destUIDs:
		return fmt.Errorf("connection %s: %v: %d messages became %d, and COPYUID names %d", c.name, words, before, total, c.destUIDs)
	case r.name != "OK" && words[0] != "STORE" && words[0] != "FETCH" && state != m.before.state:
		return fmt.Errorf("connection %s: %v was refused and changed\n%sto\n%s", c.name, words, m.before.state, state)
	}
	return nil
}

// afterBye says that a command of a client whose mailbox is another one has
// changed nothing.
func (m *model) afterBye(c *client, cmd *sentCommand) error {
	switch cmd.name {
	case "APPEND", "CREATE", "DELETE", "RENAME":
		return nil // they name no messages
	}
	if !m.ran {
		return nil // the BYE was there before the command
	}
	if state, _ := m.state(); !strings.Contains(c.bye, "restored") && state != m.before.state {
		return fmt.Errorf("connection %s: %s ran on another mailbox than the client was told of (BYE %s): it changed\n%sto\n%s",
			c.name, cmd.line, c.bye, m.before.state, state)
	}
	return nil
}

// refusesOther says that no command runs on messages of a mailbox that was
// renumbered when it had been sent.
func (m *model) refusesOther(c *client, cmd *sentCommand, selected *memory, r response) error {
	act := strings.Fields(m.raced + " - -")
	if selected == nil || selected.mbox.Name() != act[1] || act[0] != "bump" && act[0] != "renumber" {
		return nil
	}
	switch name := strings.TrimPrefix(cmd.name, "UID "); {
	case name == "CLOSE" && c.readOnly: // it is about no message
	case slices.Contains(aboutMessages, name):
		return fmt.Errorf("connection %s: %s ran within %s, and was answered %s", c.name, cmd.line, m.raced, r.name)
	}
	return nil
}

// aboutMessages are the commands that are about messages of the selected mailbox.
var aboutMessages = []string{"FETCH", "STORE", "COPY", "MOVE", "REPLACE", "EXPUNGE", "CLOSE", "SEARCH", "SORT", "THREAD"}

// modSeqsAscend says that no mailbox's modseq ever falls, and no UID is given out
// again.
func (m *model) modSeqsAscend() error {
	for _, mbox := range m.user.Mailboxes() {
		now := mbox.HighestModSeq()
		if now < m.modseqs[mbox] {
			return fmt.Errorf("the modseq of %s fell from %d to %d", mbox.Name(), m.modseqs[mbox], now)
		}
		m.modseqs[mbox] = now
		for _, msg := range mbox.Messages() {
			if msg.ModSeq > now {
				return fmt.Errorf("%s has modseq %d, and message %d has %d", mbox.Name(), now, msg.UID, msg.ModSeq)
			}
		}
	}
	return nil
}
