package store

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

// Found are messages as they were when they were looked up, each of which is made when it is
// looked at: all of them side by side take memory that few need.
type Found struct {
	messages []*message
	as       *User // whose \Seen they have, where that is another for each; else nil
}

// Find is Lookup without a message being made.
func (n Numbered) Find(uids []imap.UID) (Found, error) {
	n.mbox.mu.RLock()
	defer n.mbox.mu.RUnlock()
	if err := n.check(); err != nil {
		return Found{}, err
	}
	found := Found{messages: make([]*message, 0, min(len(uids), n.mbox.messages.len()))}
	for _, msg := range n.mbox.messages.among(uids) {
		found.messages = append(found.messages, msg)
	}
	if n.mbox.seenApart(n.user) {
		found.as = n.user
	}
	return found, nil
}

// Len is how many there are.
func (f Found) Len() int { return len(f.messages) }

// Get makes m the message in a place, from 0.
func (f Found) Get(place int, m *Message) {
	f.messages[place].put(m)
	if f.as != nil {
		m.Flags = withSeen(m.Flags, m.seenBy.has(f.as))
	}
}

// Reverse puts the last message first.
func (f Found) Reverse() { slices.Reverse(f.messages) }
