package memstore

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// Mailbox is a mailbox of an account. Who holds one keeps it when it is renamed;
// when it is deleted [Mailbox.Deleted] says so.
type Mailbox store.Mailbox

func (m *Mailbox) core() *store.Mailbox { return (*store.Mailbox)(m) }

// Name is the mailbox's name in UTF-8.
func (m *Mailbox) Name() string { return m.core().Name() }

// ID is the MAILBOXID (RFC 8474, section 4): it stays when the mailbox is renamed,
// and no other mailbox of the store ever has it.
func (m *Mailbox) ID() string { return m.core().ID() }

// Deleted says that the mailbox is no longer in its account.
func (m *Mailbox) Deleted() bool { return m.core().Deleted() }

// SpecialUse are the attributes of RFC 6154 that the mailbox has.
func (m *Mailbox) SpecialUse() []imap.MailboxAttr { return m.core().SpecialUse() }

// Keywords are all keywords that the mailbox has seen, in the order of their
// first use. The slice must not be modified.
func (m *Mailbox) Keywords() []imap.Flag { return m.core().Keywords() }

// Configure applies options to a mailbox that exists. A UIDNEXT below the
// mailbox's own has no effect: UIDs only ascend. With another UIDVALIDITY the
// messages keep their UIDs; who follows the log is told of a Reset.
func (m *Mailbox) Configure(opts ...MailboxOption) error {
	return m.core().Configure(mailboxOptions(opts)...)
}

// Messages are all messages in the order of their UIDs.
func (m *Mailbox) Messages() []Message { return store.MessagesAs(m.core(), newMessage) }

// Message finds a message by its UID.
func (m *Mailbox) Message(uid imap.UID) (Message, bool) {
	msg, found := m.core().Message(uid)
	return newMessage(msg), found
}

// Search finds the messages that meet every condition of criteria, as SEARCH does
// (RFC 9051, section 6.4.4), and returns their UIDs. Sequence numbers are places
// in [Mailbox.Messages], from 1. \Recent belongs to sessions and is on no message
// here. A flag that no message can have, or a system flag without its backslash,
// is ErrInvalidFlag: see [Keyword].
func (m *Mailbox) Search(criteria *imap.SearchCriteria) ([]imap.UID, error) {
	return m.core().Search(criteria)
}

// Append adds a message. The mailbox keeps raw itself: it must not be modified
// afterwards.
func (m *Mailbox) Append(raw []byte, opts ...AppendOption) (Message, error) {
	msg, err := m.core().Append(raw, options[store.AppendOption](opts)...)
	return newMessage(msg), err
}

// AppendAll is Append of several messages, all or none, to each of which the
// options apply. Who waits for changes is woken once.
func (m *Mailbox) AppendAll(raws [][]byte, opts ...AppendOption) ([]Message, error) {
	added, err := m.core().AppendMany(raws, options[store.AppendOption](opts)...)
	return newMessages(added), err
}

// Store changes the flags of messages. UIDs that are not there are passed over.
// ErrInvalidFlag are \Recent, flags like \Foo, which a server must not make up
// (RFC 9051, section 9, flag-extension), and a system flag without its backslash:
// see [Keyword].
func (m *Mailbox) Store(uids imap.UIDSet, op imap.StoreFlagsOp, flags ...imap.Flag) error {
	return m.core().Store(uids, op, flags...)
}

// Expunge removes messages, whatever their flags, and returns the UIDs of those
// that were there.
func (m *Mailbox) Expunge(uids imap.UIDSet) ([]imap.UID, error) { return m.core().Expunge(uids) }

// Copy adds messages to dest, all or none, in the order of their UIDs. They keep
// flags and internal date and are new in dest: \Recent, with a save date of now.
// The result pairs old and new UIDs in order; it is empty if none of the UIDs was
// there.
func (m *Mailbox) Copy(uids imap.UIDSet, dest *Mailbox) (*imap.CopyData, error) {
	return m.core().Copy(uids, dest.core())
}

// Move is Copy that takes the messages from m in the same moment: nobody sees
// them in both mailboxes or in neither.
func (m *Mailbox) Move(uids imap.UIDSet, dest *Mailbox) (*imap.CopyData, error) {
	return m.core().Move(uids, dest.core())
}

// Replace appends a message to dest, which may be m, and removes the message uid
// from m in the same moment (RFC 8508). A UID that is not there is ErrNotFound,
// and nothing is appended.
func (m *Mailbox) Replace(uid imap.UID, dest *Mailbox, raw []byte, opts ...AppendOption) (Message, error) {
	msg, err := m.core().Replace(uid, dest.core(), raw, options[store.AppendOption](opts)...)
	return newMessage(msg), err
}

// BumpUIDValidity gives the mailbox a new UIDVALIDITY and its messages new UIDs
// from 1, as after a restore from a backup. It returns the new value. Changes
// since then are told as a Reset.
func (m *Mailbox) BumpUIDValidity() uint32 { return m.core().BumpUIDValidity() }

// Renumber gives the messages other UIDs under the same UIDVALIDITY, in the order
// in which they are, as a broken server does between two of its runs: RFC 9051,
// section 2.3.1.1, forbids it. UIDNEXT follows the highest. There must be a UID
// for each message, and none twice. Changes since then are told as a Reset.
func (m *Mailbox) Renumber(uids ...imap.UID) error { return m.core().Renumber(uids...) }

// SkipUIDs leaves a gap of n UIDs before the next message.
func (m *Mailbox) SkipUIDs(n uint32) { m.core().SkipUIDs(n) }
