package search

import (
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// Flag is met by messages that have a flag: SEEN, KEYWORD.
func Flag(flag imap.Flag) Condition {
	text, system := strings.CutPrefix(string(flag), `\`)
	if text = strings.ToUpper(text); !system {
		text = "KEYWORD " + string(flag)
	}
	return fact(text, func(m Message) bool { return m.Has(flag) })
}

// Recent is met by messages that are \Recent in a session.
func Recent() Condition { return fact("RECENT", Message.Recent) }

// Larger is met by messages that are larger than size bytes.
func Larger(size int64) Condition {
	return fact("LARGER "+strconv.FormatInt(size, 10), func(m Message) bool { return m.Size() > size })
}

// Smaller is met by messages that are smaller than size bytes.
func Smaller(size int64) Condition {
	return fact("SMALLER "+strconv.FormatInt(size, 10), func(m Message) bool { return m.Size() < size })
}

// ModSeq is met by messages that have at least that modseq (RFC 7162, section 3.1.5).
func ModSeq(modseq uint64) Condition {
	return fact("MODSEQ "+strconv.FormatUint(modseq, 10), func(m Message) bool { return m.ModSeq() >= modseq })
}

// EmailID is met by messages with that EMAILID (RFC 8474, section 6).
func EmailID(id string) Condition {
	return fact("EMAILID "+strconv.Quote(id), func(m Message) bool { return m.EmailID() == id })
}

// ThreadID is met by messages with that THREADID (RFC 8474, section 6). It is made of
// message IDs.
func ThreadID(id string) Condition {
	return Test(CostHeader, "THREADID "+strconv.Quote(id), func(m Message) bool { return m.ThreadID() == id })
}
