package imapd

import (
	"bytes"

	"github.com/go-mailtest/mailtest/internal/imapurl"
)

// A URL with URLAUTH is a pawn ticket: who has its token has the message (RFC 4467, section
// 1; RFC 4468, section 8). So what is recorded of the commands and the responses that carry
// URLs has no token in it.

// carriesURLs says whether a command's arguments may be URLs.
func carriesURLs(name string) bool {
	switch name {
	case "GENURLAUTH", "URLFETCH", "APPEND", "REPLACE", "UID REPLACE":
		return true
	}
	return false
}

// answersURLs says whether a response may have URLs in it.
func answersURLs(line []byte) bool {
	tag := bytes.IndexByte(line, ' ') // it may have "[" in it
	rest := line[tag+1:]
	if len(rest) == 0 || !startsURLs[rest[0]|0x20] {
		return false
	}
	word := bytes.IndexByte(rest[:min(len(rest), len("GENURLAUTH "))], ' ')
	switch {
	case word < 0:
		return false
	case string(rest[:word]) == "GENURLAUTH" || string(rest[:word]) == "URLFETCH":
		return true
	}
	return bytes.HasPrefix(rest[word+1:], []byte("[BADURL "))
}

// startsURLs is how the word behind the tag begins, of GENURLAUTH and URLFETCH and of status
// responses, in lower case. Few lines need to be looked at.
var startsURLs = [256]bool{'g': true, 'u': true, 'o': true, 'n': true, 'b': true, 'p': true}

// maskTokens masks the tokens of URLs in a text.
func maskTokens(text string) string { return imapurl.MaskTokens(text, masked) }
