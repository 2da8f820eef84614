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
	if bytes.HasPrefix(line, []byte("* GENURLAUTH ")) || bytes.HasPrefix(line, []byte("* URLFETCH ")) {
		return true
	}
	_, status, _ := bytes.Cut(line, []byte(" ")) // behind the tag, which may have "[" in it
	_, code, _ := bytes.Cut(status[:min(len(status), len("PREAUTH [BADURL "))], []byte(" "))
	return bytes.HasPrefix(code, []byte("[BADURL "))
}

// maskTokens masks the tokens of URLs in a text.
func maskTokens(text string) string { return imapurl.MaskTokens(text, masked) }
