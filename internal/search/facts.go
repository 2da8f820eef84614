package search

import (
	"strings"

	"github.com/emersion/go-imap/v2"
)

// Flag is met by messages that have a flag: SEEN, KEYWORD.
func Flag(flag imap.Flag) Condition {
	has := func(m Message) bool { return m.Has(flag) }
	if name, system := strings.CutPrefix(string(flag), `\`); system {
		return key(CostFacts, strings.ToUpper(name), nil, has)
	}
	return key(CostFacts, "KEYWORD", flag, has)
}

// Recent is met by messages that are \Recent in a session.
func Recent() Condition { return key(CostFacts, "RECENT", nil, Message.Recent) }

// Larger is met by messages that are larger than size bytes.
func Larger(size int64) Condition {
	return key(CostFacts, "LARGER", size, func(m Message) bool { return m.Size() > size })
}

// Smaller is met by messages that are smaller than size bytes.
func Smaller(size int64) Condition {
	return key(CostFacts, "SMALLER", size, func(m Message) bool { return m.Size() < size })
}

// ModSeq is met by messages that have at least that modseq (RFC 7162, section 3.1.5).
func ModSeq(modseq uint64) Condition {
	return key(CostFacts, "MODSEQ", modseq, func(m Message) bool { return m.ModSeq() >= modseq })
}

// EmailID is met by messages with that EMAILID (RFC 8474, section 6).
func EmailID(id string) Condition {
	return key(CostFacts, "EMAILID", id, func(m Message) bool { return m.EmailID() == id })
}

// ThreadID is met by messages with that THREADID (RFC 8474, section 6). It is made of
// message IDs.
func ThreadID(id string) Condition {
	return key(CostHeader, "THREADID", id, func(m Message) bool { return m.ThreadID() == id })
}
