package store

import (
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"strconv"
	"sync/atomic"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// Mail is the bytes of a message and what has been found in them. Copies of a
// message share it; nil is that of the zero Message.
type Mail struct {
	id   uint64 // in the order of appending
	raw  []byte
	lies *lies // nil, but for very few
	tree atomic.Pointer[mimetree.Message]
}

// lies are what a server says of a message that is not so.
type lies struct {
	size     int64 // what RFC822.SIZE says; 0: the truth
	notFetch bool
}

func (s *Store) newMail(d Draft) *Mail {
	m := &Mail{}
	s.begin(m, d)
	return m
}

// begin makes m the mail of a draft.
func (s *Store) begin(m *Mail, d Draft) {
	m.id, m.raw = s.lastMail.Add(1), d.Raw
	if d.Size != 0 || d.NotFetch {
		m.lies = &lies{d.Size, d.NotFetch}
	}
}

// lie is what RFC822.SIZE says in place of the truth; 0 if it says that.
func (c *Mail) lie() int64 {
	if c.lies == nil {
		return 0
	}
	return c.lies.size
}

// Raw is the message as it was stored. The bytes must not be modified.
func (c *Mail) Raw() []byte {
	if c == nil {
		return nil
	}
	return c.raw
}

// Size is RFC822.SIZE: the message's length in bytes, unless [WithSize] says
// another.
func (c *Mail) Size() int64 {
	if c == nil {
		return 0
	}
	if lie := c.lie(); lie != 0 {
		return lie
	}
	return int64(len(c.raw))
}

// NotFetch says that FETCH leaves the message out.
func (c *Mail) NotFetch() bool { return c != nil && c.lies != nil && c.lies.notFetch }

// Tree is the parsed message. It is made when it is first asked for, and kept.
func (c *Mail) Tree() *mimetree.Message { return c.TreeUntil(nil) }

// TreeUntil is Tree as [mimetree.Message.Until] has it: once stop has said so, it may be
// anything.
func (c *Mail) TreeUntil(stop mimetree.Stop) *mimetree.Message {
	if c == nil {
		return mimetree.Parse(nil)
	}
	if c.tree.Load() == nil {
		c.tree.CompareAndSwap(nil, mimetree.Parse(c.raw))
	}
	return c.tree.Load().Until(stop)
}

// TreeIn is TreeUntil that keeps nothing of what is short: it is read anew, unless it has been
// parsed and kept. It is valid until r reads another.
func (c *Mail) TreeIn(r *mimetree.Reader, stop mimetree.Stop) *mimetree.Message {
	if c != nil && c.tree.Load() == nil {
		if tree, ok := r.Read(c.raw); ok {
			return tree
		}
	}
	return c.TreeUntil(stop)
}

// Subject is the subject decoded to UTF-8.
func (c *Mail) Subject() string { return c.Tree().Subject() }

// Text is what a person reads; memstore's docs say more.
func (c *Mail) Text() string { return c.Tree().Text() }

// TextError says where the text and the header are a guess.
func (c *Mail) TextError() error { return c.Tree().TextError() }

// Envelope is the message's envelope with names and subject decoded.
func (c *Mail) Envelope() *imap.Envelope { return c.Tree().IMAPEnvelope() }

// Header is the message's header: unfolded values as they stand, not decoded.
func (c *Mail) Header() mail.Header { return c.Tree().Header() }

// HeaderContains says whether some field of that name holds value, decoded and
// without regard to case. An empty value asks for the field alone.
func (c *Mail) HeaderContains(name, value string) bool {
	return c.Tree().HeaderContains(name, mimetree.Fold(value))
}

// MessageID is the Message-ID without its angle brackets, "" if there is none.
func (c *Mail) MessageID() string { return c.Tree().MessageID() }

// EmailID is the EMAILID (RFC 8474, section 5.1): messages have the same one
// if and only if they are copies of one message.
func (c *Mail) EmailID() string {
	if c == nil {
		return ""
	}
	return "M" + strconv.FormatUint(c.id, 10)
}

// ThreadID is the THREADID (RFC 8474, section 5.2). Messages have the same one
// if their References, or In-Reply-To without them, begin with the same
// message ID; that is their own where they have neither. IDs are compared as
// THREAD compares them: <"a"@b> is <a@b> (RFC 5256, section 3).
func (c *Mail) ThreadID() string { return c.ThreadIDUntil(nil) }

// ThreadIDUntil is ThreadID of [Mail.TreeUntil].
func (c *Mail) ThreadIDUntil(stop mimetree.Stop) string {
	tree := c.TreeUntil(stop)
	root := tree.MessageID()
	if ids := tree.References(); len(ids) > 0 {
		root = ids[0]
	} else if ids := tree.InReplyTo(); len(ids) > 0 {
		root = ids[0]
	}
	if root == "" {
		return "T" + c.EmailID()
	}
	sum := sha256.Sum256([]byte(tree.CanonicalID(root)))
	return "T" + hex.EncodeToString(sum[:8])
}
