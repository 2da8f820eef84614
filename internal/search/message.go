package search

import (
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// Message is what conditions look at. Message numbers are not among it: they are
// resolved to UIDs before any message is looked at.
type Message interface {
	UID() imap.UID
	ModSeq() uint64          // RFC 7162
	Has(flag imap.Flag) bool // in any case
	Recent() bool            // \Recent belongs to a session
	InternalDate() time.Time // in the zone in which it was given
	SaveDate() time.Time     // RFC 8514
	Size() int64             // RFC822.SIZE
	EmailID() string         // RFC 8474
	ThreadID() string        // RFC 8474
	Tree() *mimetree.Message // parsed when it is first asked for

	// Unparsed is the message as long as it has not been parsed: then ok is false.
	Unparsed() (m mimetree.Unparsed, ok bool)
}
