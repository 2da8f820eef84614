package store

import (
	"math"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Draft is a message to be appended.
type Draft struct {
	Raw          []byte
	Flags        []imap.Flag
	InternalDate time.Time // zero: now
	UID          imap.UID  // 0: the next one
	Size         int64     // what RFC822.SIZE says in place of the truth; 0: the truth
	NotFetch     bool      // FETCH leaves the message out
	Notes        []Note    // annotations, of who appends it (RFC 5257, section 4.7)
	seenBy       *seers    // where \Seen is per user
}

// size is what RFC822.SIZE will say.
func (d Draft) size() int64 {
	if d.Size != 0 {
		return d.Size
	}
	return int64(len(d.Raw))
}

// notes are the annotations of the message, which an account brings.
func (d Draft) notes(by *User) *Notes {
	if len(d.Notes) == 0 {
		return nil
	}
	return (*Notes)(nil).with(by, d.Notes)
}

// AppendOption fixes something about a message that is appended.
type AppendOption func(*Draft)

// WithFlags sets the message's flags; those that [Mailbox.Store] refuses are an error of
// [Mailbox.Append].
func WithFlags(flags ...imap.Flag) AppendOption {
	return func(d *Draft) { d.Flags = append(d.Flags, flags...) }
}

// WithInternalDate sets the internal date; its zone is kept.
func WithInternalDate(t time.Time) AppendOption { return func(d *Draft) { d.InternalDate = t } }

// WithUID sets the UID, which must be at least UIDNext.
func WithUID(uid imap.UID) AppendOption { return func(d *Draft) { d.UID = uid } }

// WithSize makes RFC822.SIZE lie: a size above 0.
func WithSize(size int64) AppendOption { return func(d *Draft) { d.Size = size } }

// NotFetch makes a message that is there and that FETCH leaves out, as of a
// server whose index knows more than its disk.
func NotFetch() AppendOption { return func(d *Draft) { d.NotFetch = true } }

// Append adds a message. The mailbox keeps raw itself: it must not be
// modified afterwards.
func (m *Mailbox) Append(raw []byte, opts ...AppendOption) (Message, error) {
	added, err := m.AppendMany([][]byte{raw}, opts...)
	if err != nil {
		return Message{}, err
	}
	return added[0], nil
}

// AppendMany is Append of several messages, all or none, to each of which the
// options apply.
func (m *Mailbox) AppendMany(raws [][]byte, opts ...AppendOption) ([]Message, error) {
	drafts := make([]Draft, len(raws))
	for i, raw := range raws {
		draft := newDraft(raw, opts)
		flags, err := written(draft.Flags)
		if err != nil {
			return nil, err
		}
		draft.Flags = flags
		drafts[i] = draft
	}
	return m.AppendAll(drafts)
}

func newDraft(raw []byte, opts []AppendOption) Draft {
	d := Draft{Raw: raw}
	for _, opt := range opts {
		opt(&d)
	}
	return d
}

// AppendAll adds messages, all or none. Each has its own modseq; who waits is
// woken once. The flags are those that a client sends: "Seen" is a keyword.
func (m *Mailbox) AppendAll(drafts []Draft) ([]Message, error) {
	added, err := m.AppendDrafts(drafts)
	return added.Messages, err
}

// Appended are messages that were added, and the UIDVALIDITY under which they
// have their UIDs.
type Appended struct {
	UIDValidity uint32
	Messages    []Message
}

// AppendDrafts is AppendAll, with the UIDVALIDITY at that moment.
func (m *Mailbox) AppendDrafts(drafts []Draft) (Appended, error) {
	return Numbered{mbox: m}.AppendDrafts(drafts)
}

// AppendDrafts is [Mailbox.AppendDrafts], under whatever numbers.
func (n Numbered) AppendDrafts(drafts []Draft) (Appended, error) {
	m := n.mbox
	now := m.user.store.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	defer m.changedBy(n.by)()
	added, err := m.appendAll(drafts, now, n.user, leaving{})
	return Appended{m.uidValidity, added}, err
}

// appendAll is AppendAll, with the flags that an account may set, and with what leaves
// another mailbox in the same moment; m.mu is held.
func (m *Mailbox) appendAll(drafts []Draft, now time.Time, by *User, leaving leaving) ([]Message, error) {
	may := m.rightsOf(by)
	if err := m.checkAppend(drafts); err != nil {
		return nil, err
	}
	if box := m.user.box; box != nil {
		return box.appendAll(m, drafts, now, may, leaving)
	}
	if err := m.admit(weigh(drafts), leaving.from, leaving.holding); err != nil {
		return nil, err
	}
	added, came := make([]Message, len(drafts)), make([]turn, len(drafts))
	for i, d := range drafts {
		if d.InternalDate.IsZero() {
			d.InternalDate = now
		}
		m.uidNext = max(m.uidNext, d.UID)
		flags, err := m.flags.learn(may.Settable(d.Flags))
		if err != nil {
			return nil, err // checkAppend has seen them
		}
		msg := m.user.store.newMessage(d)
		msg.flags, msg.internalDate, msg.save = m.flags.set(flags), d.InternalDate, now
		msg.seenBy, msg.notes = d.seenBy, d.notes(by)
		m.takeSeen(by, msg)
		came[i].after = m.add(msg)
		added[i] = msg.value()
	}
	m.tellTurns(MessageCame, came...)
	m.seenAs(by, added)
	if len(drafts) > 0 {
		m.notify()
	}
	return added, nil
}

// checkAppend refuses before anything is changed; m.mu is held.
func (m *Mailbox) checkAppend(drafts []Draft) error {
	if err := m.checkOpen(); err != nil {
		return err
	}
	next := uint64(m.uidNext)
	for _, d := range drafts {
		if d.Size < 0 {
			return errorf(ErrInvalidSize, "mailbox %q: the size %d is below zero", m.name, d.Size)
		}
		if d.UID != 0 && uint64(d.UID) < next {
			return errorf(ErrInvalidUID, "mailbox %q: UID %d is below UIDNEXT %d", m.name, d.UID, next)
		}
		next = max(next, uint64(d.UID)) + 1
		for _, flag := range d.Flags {
			if _, err := m.flags.canonical(flag); err != nil {
				return err
			}
		}
	}
	return m.checkUIDs(next)
}

// checkUIDs refuses to go beyond the last UID, 2^32-1, which UIDNEXT needs.
func (m *Mailbox) checkUIDs(next uint64) error {
	if next > math.MaxUint32 {
		return errorf(ErrInvalidUID, "mailbox %q has no UIDs left", m.name)
	}
	return nil
}

// checkOpen refuses what is no mailbox; m.mu is held.
func (m *Mailbox) checkOpen() error {
	switch {
	case m.deleted:
		return errorf(ErrNotFound, "mailbox %q was deleted", m.name)
	case m.odd.NoSelect:
		return errorf(ErrNoSelect, `mailbox %q is \Noselect`, m.name)
	}
	return nil
}

// add gives msg the next UID and modseq. Who follows is told by the caller. m.mu is held.
func (m *Mailbox) add(msg *message) *message { return m.addAt(m.nextModSeq(), msg) }

// addAt is add with a modseq that several changes have; m.mu is held.
func (m *Mailbox) addAt(modseq uint64, msg *message) *message {
	m.stamp(modseq)
	msg.uid, msg.modseq, msg.created, msg.returned = m.uidNext, modseq, modseq, 0
	m.uidNext++
	m.messages.append(msg)
	if m.uids != nil {
		m.uids[msg.mail] = msg.uid
	}
	m.count(msg, 1)
	m.logChange(msg, nil)
	m.compactIfLong()
	return msg
}

// count keeps the numbers of Status; m.mu is held.
func (m *Mailbox) count(msg *message, sign int) {
	if !msg.has(imap.FlagSeen) {
		m.unseen += sign
	}
	m.countSeen(msg, sign)
	if msg.has(imap.FlagDeleted) {
		m.toDelete += sign
		m.toFree += int64(sign) * msg.mail.Size()
	}
	m.size += int64(sign) * msg.mail.Size()
	m.noted += int64(sign) * msg.notes.size()
}
