package store

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

func (s *Store) newContent(d Draft) *content {
	return &content{id: s.lastMail.Add(1), raw: d.Raw, lie: d.Size, notFetch: d.NotFetch}
}

// ID is the MAILBOXID (RFC 8474, section 4): it stays when the mailbox is
// renamed, and no other mailbox of the store ever has it.
func (m *Mailbox) ID() string { return "F" + strconv.FormatUint(m.lock, 10) }

// EmailID is the EMAILID (RFC 8474, section 5.1): messages have the same one
// if and only if they are copies of one message.
func (m Message) EmailID() string {
	if m.content == nil {
		return ""
	}
	return "M" + strconv.FormatUint(m.content.id, 10)
}

// ThreadID is the THREADID (RFC 8474, section 5.2). Messages have the same one
// if their References, or In-Reply-To without them, begin with the same
// message ID; that is their own where they have neither. IDs are compared as
// THREAD compares them: <"a"@b> is <a@b> (RFC 5256, section 3).
func (m Message) ThreadID() string {
	tree := m.Tree()
	root := tree.MessageID()
	if ids := tree.References(); len(ids) > 0 {
		root = ids[0]
	} else if ids := tree.InReplyTo(); len(ids) > 0 {
		root = ids[0]
	}
	if root == "" {
		return "T" + m.EmailID()
	}
	sum := sha256.Sum256([]byte(mimetree.CanonicalID(root)))
	return "T" + hex.EncodeToString(sum[:8])
}
