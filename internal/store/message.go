package store

import (
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// message is a message in a mailbox. It never changes: a change of its flags
// makes another one.
type message struct {
	uid      imap.UID
	modseq   uint64      // of its last change
	flags    []imap.Flag // shared
	*lasting             // shared with what the message was before its flags changed
}

// lasting is what a change of flags leaves as it is.
type lasting struct {
	created            uint64 // the modseq with which the message first came
	returned           uint64 // the modseq with which a Restore brought it back; 0: never
	internalDate, save time.Time
	seenBy             *seers    // where \Seen is per user
	labels             *labelSet // in an account with labels; nil in others
	notes              *Notes    // its annotations
	mail               *Mail
}

// newMessage is a message of a draft, with its mail: one thing in memory.
func (s *Store) newMessage(d Draft) *message {
	whole := &struct {
		message
		own lasting
		new Mail
	}{}
	whole.lasting, whole.own.mail = &whole.own, &whole.new
	s.begin(&whole.new, d)
	return &whole.message
}

// again is the message once more, with nothing that it shares: to be changed before others
// see it.
func (m *message) again() *message {
	whole := &struct {
		message
		own lasting
	}{*m, *m.lasting}
	whole.lasting = &whole.own
	return &whole.message
}

// has says whether the message has a system flag, which come first.
func (m *message) has(flag imap.Flag) bool {
	for _, have := range m.flags {
		if have == flag {
			return true
		}
		if !isSystem(have) {
			break
		}
	}
	return false
}

// Message is a message as it was when it was looked up. Its Flags must not be
// modified.
type Message struct {
	UID          imap.UID
	ModSeq       uint64      // of its last change (RFC 7162)
	InternalDate time.Time   // when it was received, or what APPEND said
	SaveDate     time.Time   // when it came into this mailbox (RFC 8514)
	Flags        []imap.Flag // system flags first, without \Recent

	created  uint64
	returned uint64
	seenBy   *seers
	labels   *labelSet
	notes    *Notes
	*Mail
}

// value is the public form of a message.
func (m *message) value() (v Message) {
	m.put(&v)
	return v
}

// put makes v the public form of a message, field by field: a whole one that is copied costs
// more than what is done with most.
func (m *message) put(v *Message) {
	v.UID, v.ModSeq, v.InternalDate, v.SaveDate, v.Flags = m.uid, m.modseq, m.internalDate, m.save, m.flags
	v.created, v.returned, v.seenBy, v.labels, v.notes, v.Mail = m.created, m.returned, m.seenBy, m.labels, m.notes, m.mail
}

// values are all messages; m.mu is held.
func (m *Mailbox) values() []Message {
	out := make([]Message, 0, m.messages.len())
	for _, msg := range m.messages.all() {
		out = append(out, msg.value())
	}
	return out
}

// CreatedModSeq is the modseq with which the message first came into the
// mailbox.
func (m Message) CreatedModSeq() uint64 { return m.created }

// ReturnedModSeq is the modseq with which a [Store.Restore] brought the message
// back after an expunge, 0 if that has never happened.
func (m Message) ReturnedModSeq() uint64 { return m.returned }

// Notes are the annotations of the message (RFC 5257).
func (m Message) Notes() *Notes { return m.notes }

// Has says whether the message has a flag, in any case: "Seen" is a keyword here too.
func (m Message) Has(flag imap.Flag) bool { return hasFlag(m.Flags, flag) }

// hasFlag says whether a flag is in a set, in any case.
func hasFlag(set []imap.Flag, flag imap.Flag) bool {
	system := isSystem(flag)
	for _, have := range set {
		if system && !isSystem(have) {
			return false
		}
		if have == flag || strings.EqualFold(string(have), string(flag)) {
			return true
		}
	}
	return false
}

// Messages are all messages in the order of their UIDs.
func (m *Mailbox) Messages() []Message {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.values()
}

// MessagesAs is [Mailbox.Messages] in another form, without a list between. The
// mailbox is locked: form only converts.
func MessagesAs[T any](m *Mailbox, form func(Message) T) []T {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := make([]T, 0, m.messages.len())
	for _, msg := range m.messages.all() {
		out = append(out, form(msg.value()))
	}
	return out
}

// Message finds a message by its UID.
func (m *Mailbox) Message(uid imap.UID) (Message, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if msg := m.find(uid); msg != nil {
		return msg.value(), true
	}
	return Message{}, false
}

// MessageUnder is [Mailbox.Message] under a UIDVALIDITY, 0 for any. It leaves out what
// FETCH does.
func (m *Mailbox) MessageUnder(uidValidity uint32, uid imap.UID) (Message, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	msg := m.find(uid)
	if msg == nil || m.deleted || uidValidity != 0 && uidValidity != m.uidValidity {
		return Message{}, false
	}
	found := msg.value()
	return found, !found.NotFetch()
}

// Lookup finds the messages of ascending UIDs; those that are not there are
// left out.
func (m *Mailbox) Lookup(uids []imap.UID) []Message {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.lookup(uids)
}

// lookup is Lookup; m.mu is held.
func (m *Mailbox) lookup(uids []imap.UID) []Message {
	out := make([]Message, 0, min(len(uids), m.messages.len()))
	for _, msg := range m.messages.among(uids) {
		out = append(out, msg.value())
	}
	return out
}
