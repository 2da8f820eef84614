package store

import (
	"math"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/emersion/go-imap/v2"
)

// Mailbox is a mailbox of an account. Who holds one keeps it when it is
// renamed; when it is deleted [Mailbox.Deleted] says so.
type Mailbox struct {
	user   *User
	number uint64 // other than that of any mailbox of the store

	access atomic.Pointer[accessList] // nil: as its owner has it; stored while mu is held
	own    guard                      // where the account has none for all

	*guard      // its mu guards what follows
	name        string
	specialUse  []imap.MailboxAttr
	odd         Oddities
	deleted     bool
	opened      bool // somebody follows the log, or has
	uidValidity uint32
	numbering   uint64 // other when UIDs become those of other messages, or void
	uidNext     imap.UID
	recentFrom  imap.UID            // messages from here on are \Recent and not claimed
	spent       map[uint32]imap.UID // the UIDNEXT to which other UIDVALIDITYs have come
	modseq      uint64              // of the last change here
	messages    list
	uids        map[*Mail]imap.UID // of the messages, in an account with labels; nil in others
	unseen      int
	seenOf      map[*User]int // messages that accounts have seen, of seenBy
	toDelete    int           // messages that are \Deleted
	toFree      int64         // their size
	size        int64
	noted       int64        // the octets of the messages' annotations
	roots       []*quotaRoot // that govern it
	notes       *Annotations // but for the special uses
	flags       flagTable
	log         changeLog
	did         hands
	changed     notifier
}

// newMailbox makes a mailbox that is not yet in its account.
func (u *User) newMailbox(name string) *Mailbox {
	m := &Mailbox{}
	u.begin(m, name)
	return m
}

// begin makes m a new mailbox that is not yet in its account.
func (u *User) begin(m *Mailbox, name string) {
	m.user, m.number, m.name = u, u.store.lastNumber.Add(1), name
	m.uidValidity, m.numbering, m.uidNext, m.modseq, m.recentFrom = u.store.newUIDValidity(), 1, 1, 1, 1
	u.guarded(m)
	m.reindex()
}

// ID is the MAILBOXID (RFC 8474, section 4): it stays when the mailbox is
// renamed, and no other mailbox of the store ever has it.
func (m *Mailbox) ID() string { return "F" + strconv.FormatUint(m.number, 10) }

// Name is the mailbox's name in UTF-8.
func (m *Mailbox) Name() string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.name
}

// setName changes the name, and with it whose quota counts; u.mu and m.mu are held.
func (m *Mailbox) setName(name string) {
	m.name = name
	m.join(m.user.rootsOf(name))
}

// Owner is the account.
func (m *Mailbox) Owner() *User { return m.user }

// SpecialUse are the attributes of RFC 6154 that the mailbox has.
func (m *Mailbox) SpecialUse() []imap.MailboxAttr {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Clone(m.specialUse)
}

// Deleted says that the mailbox is no longer in its account.
func (m *Mailbox) Deleted() bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.deleted
}

// markDeleted takes the mailbox out of its account; u.mu is held.
func (m *Mailbox) markDeleted() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dropped()
	m.join(nil)
	m.notify()
}

// dropped notes that the mailbox is no longer in its account; u.mu and m.mu are held.
func (m *Mailbox) dropped() {
	m.deleted, m.did.gone = true, m.user.by
	if m.odd.NoSelect {
		m.reportName(MailboxDeleted)
		return
	}
	m.report(MailboxGone, MailboxNews{UIDValidity: m.uidValidity, held: m.messages.share()})
}

// made notes that the mailbox is in its account; u.mu and m.mu are held.
func (m *Mailbox) made() {
	m.did.made = m.user.by
	if m.odd.NoSelect {
		m.reportName(MailboxCreated)
		return
	}
	m.report(MailboxMade, MailboxNews{UIDValidity: m.uidValidity})
}

// UIDValidity is the mailbox's UIDVALIDITY (RFC 9051, section 2.3.1.1).
func (m *Mailbox) UIDValidity() uint32 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.uidValidity
}

// UIDNext is the UID that the next message gets.
func (m *Mailbox) UIDNext() imap.UID {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.uidNext
}

// HighestModSeq is the modseq of the last change (RFC 7162, section 3.1.2.1), of any
// mailbox of the account if that has one for all.
func (m *Mailbox) HighestModSeq() uint64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.highest()
}

// Keywords are all keywords that the mailbox has seen, in the order of their
// first use. The slice must not be modified.
func (m *Mailbox) Keywords() []imap.Flag {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.flags.all()
}

// SkipUIDs leaves a gap of n UIDs before the next message.
func (m *Mailbox) SkipUIDs(n uint32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.uidNext = imap.UID(min(uint64(m.uidNext)+uint64(n), math.MaxUint32))
}

// BumpUIDValidity gives the mailbox a new UIDVALIDITY and its messages new
// UIDs from 1, as after a restore from a backup. It returns the new value.
// Changes since then are told as a Reset.
func (m *Mailbox) BumpUIDValidity() uint32 { return Numbered{mbox: m}.BumpUIDValidity() }

// bumpUIDValidity is BumpUIDValidity; m.mu is held.
func (m *Mailbox) bumpUIDValidity() uint32 {
	was := m.numbers()
	m.leaveUIDValidity(m.user.store.newUIDValidity())
	m.tick()
	var renumbered list
	for i, msg := range m.messages.all() {
		other := msg.again()
		other.uid, other.modseq, other.created = imap.UID(i+1), m.modseq, m.modseq
		renumbered.append(other)
	}
	m.messages = renumbered
	m.reindex()
	m.uidNext = imap.UID(m.messages.len() + 1)
	m.recentFrom = m.uidNext
	m.renumbered(was)
	m.notify()
	return m.uidValidity
}

// leaveUIDValidity makes another value that of the mailbox, and remembers how far
// UIDs have come under the one before: a [Store.Restore] may bring it back, and no UID
// is given out twice (RFC 9051, section 2.3.1.1). m.mu is held.
func (m *Mailbox) leaveUIDValidity(v uint32) {
	if m.spent == nil {
		m.spent = make(map[uint32]imap.UID)
	}
	m.spent[m.uidValidity] = max(m.spent[m.uidValidity], m.uidNext)
	m.uidValidity = v
	m.uidNext = max(m.uidNext, m.spent[v])
}

// numbers are the messages and their UIDs before they become others; m.mu is held.
func (m *Mailbox) numbers() Happening {
	return Happening{Kind: UIDsRenumbered, MailboxNews: &MailboxNews{WasValidity: m.uidValidity, held: m.messages.share()}}
}

// renumbered makes all that was told of UIDs void; m.mu is held.
func (m *Mailbox) renumbered(was Happening) {
	m.numbering++
	m.log.reset(m.modseq)
	if m.deleted {
		return // nobody has it any more
	}
	was.UIDValidity, was.became = m.uidValidity, m.messages.share()
	m.tell(was)
}

// Renumber gives the messages other UIDs under the same UIDVALIDITY, in the order
// in which they are, as a broken server does between two of its runs: RFC 9051,
// section 2.3.1.1, forbids it. UIDNEXT follows the highest. There must be a UID
// for each message, and none twice. Changes since then are told as a Reset.
func (m *Mailbox) Renumber(uids ...imap.UID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	sorted := slices.Compact(slices.Sorted(slices.Values(uids)))
	if len(uids) != m.messages.len() || len(sorted) != len(uids) || len(sorted) > 0 && (sorted[0] == 0 || sorted[len(sorted)-1] == math.MaxUint32) {
		return errorf(ErrInvalidUID, "mailbox %q has %d messages, and needs as many different UIDs, got %v", m.name, m.messages.len(), uids)
	}
	was := m.numbers()
	m.leaveUIDValidity(m.uidValidity)
	m.tick()
	renumbered := make([]*message, len(uids))
	for i, msg := range m.messages.all() {
		other := msg.again()
		other.uid, other.modseq, other.created = uids[i], m.modseq, m.modseq
		renumbered[i] = other
	}
	slices.SortFunc(renumbered, func(a, b *message) int { return int(int64(a.uid) - int64(b.uid)) })
	m.messages = newList(renumbered)
	m.reindex()
	m.uidNext = 1
	if n := len(sorted); n > 0 {
		m.uidNext = sorted[n-1] + 1
	}
	m.recentFrom = m.uidNext
	m.renumbered(was)
	m.notify()
	return nil
}

// find is the message with a UID, or nil; m.mu is held.
func (m *Mailbox) find(uid imap.UID) *message {
	_, msg := m.messages.find(uid)
	return msg
}

// Changed is closed at the next change. Whoever waits takes it first and
// reads [Mailbox.ChangesSince] then, so that no change is missed.
func (m *Mailbox) Changed() <-chan struct{} {
	m.mu.RLock()
	made, opened := m.changed.ch, m.opened
	m.mu.RUnlock()
	if made != nil && opened {
		return made // of all who wait, the first has made it
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.opened = true
	return m.changed.channel()
}
