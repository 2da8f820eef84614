package imapd

import "github.com/emersion/go-imap/v2"

// CapOfWord is the capability of the engine that a word of CAPABILITY shows, also one that
// only a [Profile] has: APPENDLIMIT for APPENDLIMIT=35651584.
func CapOfWord(word string) (imap.Cap, bool) { return capOfWord(word) }
