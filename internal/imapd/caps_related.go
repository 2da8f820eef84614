package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

// Names that stand for any of several capabilities.
const (
	capThread        imap.Cap = "THREAD"
	capAnyMetadata   imap.Cap = "METADATA or METADATA-SERVER"
	capStatusDeleted imap.Cap = "STATUS DELETED"
	capSetQuota      imap.Cap = "QUOTASET or QUOTA of RFC 2087"
	capQuota2087     imap.Cap = "QUOTA of RFC 2087"
)

// anyOf are the capabilities that such a name stands for.
var anyOf = map[imap.Cap][]imap.Cap{
	capThread:        {CapThreadOrderedSubject, CapThreadReferences, CapThreadRefs},
	capAnyMetadata:   {imap.CapMetadata, imap.CapMetadataServer},
	capStatusDeleted: {imap.CapIMAP4rev2, CapQuotaMessage},
}

// quotaCaps are the resources of a server with RFC 9208. One of RFC 2087 names none among
// its capabilities, and has SETQUOTA without QUOTASET.
var quotaCaps = []imap.Cap{CapQuotaStorage, CapQuotaMessage, CapQuotaMailbox, CapQuotaAnnotation}

// lost says that a capability which is needed has gone from a list, or all of those that
// would do.
func lost(need imap.Cap, list, gone []imap.Cap) bool {
	var had bool
	for _, c := range alternatives(need) {
		if slices.Contains(list, c) && !slices.Contains(gone, c) {
			return false
		}
		had = had || slices.Contains(gone, c)
	}
	return had
}

func alternatives(c imap.Cap) []imap.Cap {
	if any := anyOf[c]; any != nil {
		return any
	}
	return []imap.Cap{c}
}
