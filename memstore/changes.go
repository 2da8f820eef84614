package memstore

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// Status is one consistent look at a mailbox.
type Status struct {
	Messages      int
	Recent        int // messages that no session has claimed
	Unseen        int
	Deleted       int      // messages that are \Deleted
	DeletedSize   int64    // of those in bytes
	Size          int64    // of all messages in bytes
	UIDNext       imap.UID // that the next message gets
	UIDValidity   uint32   // RFC 9051, section 2.3.1.1
	HighestModSeq uint64   // of the last change (RFC 7162, section 3.1.2.1)
}

// Status takes no longer for a large mailbox than for a small one.
func (m *Mailbox) Status() Status { return Status(m.core().Status()) }

// Changes are what happened to a mailbox since a position in its log.
type Changes struct {
	ModSeq   uint64     // the position to go on from
	Messages []Message  // that exist and were added, changed or brought back by a Restore, ascending by UID
	Expunged []imap.UID // that existed at the old position and are gone, ascending
	Reset    bool       // the UIDVALIDITY changed, or the UIDs under it: start again
	Restored bool       // messages that were expunged are back: they may be below UIDs seen before
	Deleted  bool       // the mailbox is no longer in its account

	// Forgotten says that the log does not reach back to the old position (see
	// [WithExpungesRemembered]): Messages are all that exist, and whatever else
	// was known is gone.
	Forgotten bool
}

// Changed is closed at the next change. Whoever waits takes it first and reads
// [Mailbox.ChangesSince] then, so that no change is missed.
func (m *Mailbox) Changed() <-chan struct{} { return m.core().Changed() }

// ChangesSince reads the log from a position, which is a modseq: the
// HighestModSeq of a [Status], the ModSeq of earlier Changes, or 0 for the
// beginning. It takes time in proportion to what happened since.
func (m *Mailbox) ChangesSince(modseq uint64) Changes {
	return newChanges(m.core().ChangesSince(modseq))
}

func newChanges(c store.Changes) Changes {
	return Changes{
		ModSeq: c.ModSeq, Messages: newMessages(c.Messages), Expunged: c.Expunged,
		Reset: c.Reset, Restored: c.Restored, Deleted: c.Deleted, Forgotten: c.Forgotten,
	}
}
