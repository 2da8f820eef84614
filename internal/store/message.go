package store

import (
	"net/mail"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// message is a message in a mailbox. It never changes: a change of its flags
// makes another one.
type message struct {
	uid                imap.UID
	modseq             uint64 // of its last change
	created            uint64 // the modseq with which it first came
	returned           uint64 // the modseq with which a Restore brought it back; 0: never
	internalDate, save time.Time
	flags              []imap.Flag // shared
	content            *content
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

// content is the bytes of a message and what has been found in them. Copies
// share it.
type content struct {
	id       uint64 // in the order of appending
	raw      []byte
	lie      int64 // what RFC822.SIZE says; 0: the truth
	parse    sync.Once
	notFetch bool
	tree     *mimetree.Message
}

// size is what a client is told.
func (c *content) size() int64 {
	if c.lie != 0 {
		return c.lie
	}
	return int64(len(c.raw))
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
	content  *content
}

// value is the public form of a message.
func (m *message) value() Message {
	return Message{
		UID: m.uid, ModSeq: m.modseq, InternalDate: m.internalDate, SaveDate: m.save,
		Flags: m.flags, created: m.created, returned: m.returned, content: m.content,
	}
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

// Raw is the message as it was stored. The bytes must not be modified.
func (m Message) Raw() []byte {
	if m.content == nil {
		return nil
	}
	return m.content.raw
}

// Size is RFC822.SIZE: the message's length in bytes, unless [WithSize] says
// another.
func (m Message) Size() int64 {
	if m.content == nil {
		return 0
	}
	return m.content.size()
}

// NotFetch says that FETCH leaves the message out.
func (m Message) NotFetch() bool { return m.content != nil && m.content.notFetch }

// Has says whether the message has a flag, in any case: "Seen" is a keyword here too.
func (m Message) Has(flag imap.Flag) bool {
	system := isSystem(flag)
	for _, have := range m.Flags {
		if system && !isSystem(have) {
			return false
		}
		if have == flag || strings.EqualFold(string(have), string(flag)) {
			return true
		}
	}
	return false
}

// Tree is the parsed message, for the engine. It is made when it is first
// asked for, and kept.
func (m Message) Tree() *mimetree.Message {
	if m.content == nil {
		return mimetree.Parse(nil)
	}
	m.content.parse.Do(func() { m.content.tree = mimetree.Parse(m.content.raw) })
	return m.content.tree
}

// Subject is the subject decoded to UTF-8.
func (m Message) Subject() string { return m.Tree().Subject() }

// Text is what a person reads: the first text/plain part decoded to UTF-8
// with LF line ends, or else the text of the first text/html part. What is in
// a charset that nobody knows is taken for UTF-8 if it is that, and else for
// windows-1252; [Message.TextError] says so.
func (m Message) Text() string { return m.Tree().Text() }

// TextError says where the text and the header of the message are a guess: it
// names each charset and each transfer encoding of a text that is not known,
// and the part. It is nil where all are known.
func (m Message) TextError() error { return m.Tree().TextError() }

// Envelope is the message's envelope with names and subject decoded.
func (m Message) Envelope() *imap.Envelope { return m.Tree().IMAPEnvelope() }

// Header is the message's header: unfolded values as they stand, not decoded.
func (m Message) Header() mail.Header { return m.Tree().Header() }

// HeaderContains says whether some field of that name holds value, decoded
// and without regard to case. An empty value asks for the field alone.
func (m Message) HeaderContains(name, value string) bool {
	return m.Tree().HeaderContains(name, mimetree.Fold(value))
}

// MessageID is the Message-ID without its angle brackets, "" if there is none.
func (m Message) MessageID() string { return m.Tree().MessageID() }

// Messages are all messages in the order of their UIDs.
func (m *Mailbox) Messages() []Message {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.values()
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

// Lookup finds the messages of ascending UIDs; those that are not there are
// left out.
func (m *Mailbox) Lookup(uids []imap.UID) []Message {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.lookup(uids)
}

// lookup walks both lists at once; few UIDs are looked up one by one. m.mu is
// held.
func (m *Mailbox) lookup(uids []imap.UID) []Message {
	out := make([]Message, 0, min(len(uids), m.messages.len()))
	if len(uids) < m.messages.len()/16 {
		for _, uid := range uids {
			if msg := m.find(uid); msg != nil {
				out = append(out, msg.value())
			}
		}
		return out
	}
	for _, msg := range m.messages.all() {
		for len(uids) > 0 && uids[0] < msg.uid {
			uids = uids[1:]
		}
		if len(uids) == 0 {
			break
		}
		if uids[0] == msg.uid {
			out = append(out, msg.value())
		}
	}
	return out
}
