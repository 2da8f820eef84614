package memstore

import (
	"net/mail"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// Message is a message as it was when it was looked up. Its Flags must not be
// modified.
type Message struct {
	UID          imap.UID
	ModSeq       uint64      // of its last change (RFC 7162)
	InternalDate time.Time   // when it was received, or what APPEND said
	SaveDate     time.Time   // when it came into this mailbox (RFC 8514)
	Flags        []imap.Flag // system flags first, without \Recent

	created uint64
	mail    *store.Mail
}

func newMessage(m store.Message) Message {
	return Message{m.UID, m.ModSeq, m.InternalDate, m.SaveDate, m.Flags, m.CreatedModSeq(), m.Mail}
}

func newMessages(list []store.Message) []Message {
	out := make([]Message, len(list))
	for i := range list {
		out[i] = newMessage(list[i])
	}
	return out
}

// CreatedModSeq is the modseq with which the message first came into the mailbox:
// to one who follows the log it is new if that is above the old position.
func (m Message) CreatedModSeq() uint64 { return m.created }

// Has says whether the message has a flag, in any case: "Seen" is a keyword here
// too.
func (m Message) Has(flag imap.Flag) bool { return store.Message{Flags: m.Flags}.Has(flag) }

// Raw is the message as it was stored. The bytes must not be modified.
func (m Message) Raw() []byte { return m.mail.Raw() }

// Size is RFC822.SIZE: the message's length in bytes, unless [WithSize] says
// another.
func (m Message) Size() int64 { return m.mail.Size() }

// Subject is the subject decoded to UTF-8.
func (m Message) Subject() string { return m.mail.Subject() }

// Text is what a person reads: the first text/plain part decoded to UTF-8 with LF
// line ends, or else the text of the first text/html part. What is in a charset
// that nobody knows is taken for UTF-8 if it is that, and else for windows-1252;
// [Message.TextError] says so.
func (m Message) Text() string { return m.mail.Text() }

// TextError says where the text and the header of the message are a guess: it
// names each charset and each transfer encoding of a text that is not known, and
// the part. It is nil where all are known.
func (m Message) TextError() error { return m.mail.TextError() }

// Envelope is the message's envelope with names and subject decoded.
func (m Message) Envelope() *imap.Envelope { return m.mail.Envelope() }

// Header is the message's header: unfolded values as they stand, not decoded.
func (m Message) Header() mail.Header { return m.mail.Header() }

// HeaderContains says whether some field of that name holds value, decoded and
// without regard to case. An empty value asks for the field alone.
func (m Message) HeaderContains(name, value string) bool { return m.mail.HeaderContains(name, value) }

// MessageID is the Message-ID without its angle brackets, "" if there is none.
func (m Message) MessageID() string { return m.mail.MessageID() }

// EmailID is the EMAILID (RFC 8474, section 5.1): messages have the same one if
// and only if they are copies of one message.
func (m Message) EmailID() string { return m.mail.EmailID() }

// ThreadID is the THREADID (RFC 8474, section 5.2). Messages have the same one if
// their References, or In-Reply-To without them, begin with the same message ID;
// that is their own where they have neither. IDs are compared as THREAD compares
// them: <"a"@b> is <a@b> (RFC 5256, section 3).
func (m Message) ThreadID() string { return m.mail.ThreadID() }

// AppendOption fixes something about a message that is appended.
type AppendOption store.AppendOption

// WithFlags sets the message's flags; those that [Mailbox.Store] refuses are an
// error of [Mailbox.Append].
func WithFlags(flags ...imap.Flag) AppendOption { return AppendOption(store.WithFlags(flags...)) }

// WithInternalDate sets the internal date; its zone is kept.
func WithInternalDate(t time.Time) AppendOption { return AppendOption(store.WithInternalDate(t)) }

// WithUID sets the UID, which must be at least the UIDNEXT of [Status].
func WithUID(uid imap.UID) AppendOption { return AppendOption(store.WithUID(uid)) }

// WithSize makes RFC822.SIZE lie: a size above 0.
func WithSize(size int64) AppendOption { return AppendOption(store.WithSize(size)) }

// NotFetch makes a message that is there and that FETCH leaves out, as of a
// server whose index knows more than its disk.
func NotFetch() AppendOption { return AppendOption(store.NotFetch()) }

// Keyword is the keyword with a name, for who means one that would be taken for a
// system flag without its backslash: Keyword("Seen"). It is for [WithFlags],
// [Mailbox.Store], [Mailbox.Search] and what imaptest takes; a message that has it
// has imap.Flag("Seen").
func Keyword(name string) imap.Flag { return store.Keyword(name) }
