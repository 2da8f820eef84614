package store

import (
	"bytes"
	"iter"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// Selection is messages of a mailbox as they were at one moment. To look at all of many takes
// less than a list of them.
type Selection struct {
	messages []*message
	seenBy   *User // whose \Seen they have; nil: that of who owns the mailbox
	reads    bool  // it is for who looks into each
}

// Select is [Numbered.Lookup] of messages of which few may be wanted.
func (n Numbered) Select(uids []imap.UID) (Selection, error) {
	m := n.mbox
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := n.check(); err != nil {
		return Selection{}, err
	}
	s := Selection{messages: make([]*message, 0, min(len(uids), m.messages.len()))}
	for _, msg := range m.messages.among(uids) {
		s.messages = append(s.messages, msg)
	}
	if m.seenApart(n.user) {
		s.seenBy = n.user
	}
	return s, nil
}

// Len is how many there are.
func (s Selection) Len() int { return len(s.messages) }

// Reverse puts the last message first.
func (s Selection) Reverse() { slices.Reverse(s.messages) }

// Reading is the selection for who looks into each of the messages: their bytes are there sooner.
func (s Selection) Reading() Selection {
	s.reads = true
	return s
}

// All are the messages, one after the other in the same place.
func (s Selection) All() iter.Seq[*Message] {
	return func(yield func(*Message) bool) {
		at := new(Message)
		for i, msg := range s.messages {
			if s.reads && i%together == 0 {
				readAhead(s.messages[i:min(i+together, len(s.messages))])
			}
			msg.put(at)
			if s.seenBy != nil {
				at.Flags = withSeen(at.Flags, at.seenBy.has(s.seenBy))
			}
			if !yield(at) {
				return
			}
		}
	}
}

// How many messages are read ahead together, and how much of each: most headers are not longer.
const (
	together  = 16
	beginning = 512
)

// readAhead has memory bring the beginnings of messages. That takes longer than to look through
// one, and for several as long as for one, if none has to wait for what another says.
func readAhead(messages []*message) {
	for _, msg := range messages {
		raw := msg.mail.Raw()
		bytes.IndexByte(raw[:min(beginning, len(raw))], 0)
	}
}
