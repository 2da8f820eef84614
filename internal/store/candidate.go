package store

import (
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// Candidate is a message as the conditions of package search look at it. One can stand
// for message after message.
type Candidate struct {
	*Message
	For      *User                   // who looks at it: whose annotations those are that are private
	IsRecent func(uid imap.UID) bool // nil: none is, as \Recent belongs to sessions
	Stop     mimetree.Stop           // for [Mail.TreeUntil]
}

// Tree is that of the message.
func (c *Candidate) Tree() *mimetree.Message { return c.Message.TreeUntil(c.Stop) }

// Unparsed is the message as long as nobody has had it parsed.
func (c *Candidate) Unparsed() (mimetree.Unparsed, bool) {
	if c.Mail == nil || c.Mail.tree.Load() != nil {
		return mimetree.Unparsed{}, false
	}
	return mimetree.Look(c.Mail.raw, c.Stop), true
}

// ThreadID is that of the message.
func (c *Candidate) ThreadID() string { return c.Message.ThreadIDUntil(c.Stop) }

// UID is that of the message.
func (c *Candidate) UID() imap.UID { return c.Message.UID }

// ModSeq is that of the message.
func (c *Candidate) ModSeq() uint64 { return c.Message.ModSeq }

// InternalDate is that of the message.
func (c *Candidate) InternalDate() time.Time { return c.Message.InternalDate }

// SaveDate is that of the message.
func (c *Candidate) SaveDate() time.Time { return c.Message.SaveDate }

// Entries are those of which the message has an annotation, for who looks at it.
func (c *Candidate) Entries() []string { return c.notes.Entries(c.For) }

// Value is that of an annotation, for who looks at it; nil is none.
func (c *Candidate) Value(entry string, shared bool) []byte {
	return c.notes.Value(c.For, entry, shared)
}

// Has says whether the message has a flag, in any case.
func (c *Candidate) Has(flag imap.Flag) bool { return hasFlag(c.Flags, flag) }

// Recent says whether the message is \Recent.
func (c *Candidate) Recent() bool { return c.IsRecent != nil && c.IsRecent(c.Message.UID) }

// Labels are those of the message, for conditions of package search.
func (c *Candidate) Labels() []string { return c.Message.Labels() }

// Number is that of the message.
func (c *Candidate) Number() uint64 { return c.Message.Number() }

// ThreadNumber is that of the message.
func (c *Candidate) ThreadNumber() uint64 { return c.Message.ThreadNumber(c.Stop) }
