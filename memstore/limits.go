package memstore

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/internal/store"
)

// SetQuota gives the account a quota root (RFC 9208), or the root of that name other
// limits; without Limits the root is taken away. Mailboxes may hold more than that
// already. What would become more is ErrOverQuota, whoever does it, unless the root is
// soft.
func (u *User) SetQuota(q fixtures.Quota) error { return u.core().SetQuota(q) }

// Quotas are the account's roots, in the order in which they were made. Their Limits must
// not be modified.
func (u *User) Quotas() []fixtures.Quota { return u.core().Quotas() }

// Usage is how much is used of each resource of a root, limited or not, in the units of its
// limits. It takes no longer for much mail than for little.
func (u *User) Usage(root string) (map[imap.QuotaResourceType]int64, error) {
	return u.core().Usage(root)
}

// SetMetadata gives the mailbox an annotation, shared or of its owner; a nil value takes it
// away. A name that no entry can have is an error. /private/specialuse changes the
// special uses (RFC 6154, section 4).
func (m *Mailbox) SetMetadata(entry string, value []byte) error {
	return m.core().Annotate(m.core().Owner(), annotate(entry, value), store.AnnotationLimits{})
}

// Metadata are the mailbox's annotations, shared and of its owner, by name.
func (m *Mailbox) Metadata() []fixtures.Annotation {
	return m.core().Annotations().Of(m.core().Owner())
}

// SetMetadata gives the server an annotation: one that all accounts see, or one that is
// this account's own. A nil value takes it away.
func (u *User) SetMetadata(entry string, value []byte) error {
	return u.core().Store().Annotate(u.core(), annotate(entry, value), store.AnnotationLimits{})
}

// Metadata are the server's annotations as the account sees them, by name.
func (u *User) Metadata() []fixtures.Annotation { return u.core().Store().Annotations().Of(u.core()) }

func annotate(entry string, value []byte) []fixtures.Annotation {
	return []fixtures.Annotation{{Entry: entry, Value: value}}
}
