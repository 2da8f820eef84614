package imapurl

import (
	"regexp"
	"strings"
)

const urlAuthParam = ";URLAUTH="

// MaskTokens puts mask in place of what stands behind access identifier and mechanism of
// every URL in a line of IMAP or SMTP: who has a token has the message (RFC 4467, section
// 1). What is no identifier or no mechanism is masked too.
func MaskTokens(text, mask string) string {
	var out strings.Builder
	at := 0
	for {
		start := afterParam(text, at)
		if start < 0 {
			break
		}
		end := urlEnd(text, start)
		shown := start + tokenStart(text[start:end])
		out.WriteString(text[at:shown])
		if shown < end {
			out.WriteString(mask)
		}
		at = end
	}
	if at == 0 {
		return text
	}
	return out.String() + text[at:]
}

// afterParam is where what URLAUTH says begins, from a place on, or -1.
func afterParam(text string, from int) int {
	for {
		i := strings.IndexByte(text[from:], ';')
		if i < 0 || from+i+len(urlAuthParam) > len(text) {
			return -1
		}
		from += i + 1
		if strings.EqualFold(text[from-1:from-1+len(urlAuthParam)], urlAuthParam) {
			return from - 1 + len(urlAuthParam)
		}
	}
}

// urlEnd is where the URL ends that is under way at a place: at the quote of a quoted
// string, else before what an atom cannot have.
func urlEnd(line string, from int) int {
	ends := " ()\"\r\n"
	if strings.Count(line[strings.LastIndexByte(line[:from], '\n')+1:from], `"`)%2 == 1 {
		ends = "\"\r\n"
	}
	if i := strings.IndexAny(line[from:], ends); i >= 0 {
		return from + i
	}
	return len(line)
}

// isAccess is an access identifier; what is none may be a token out of its place.
var isAccess = regexp.MustCompile(`(?i)^((submit|user)\+[^:]*|authuser|anonymous)$`)

// tokenStart is where the token begins behind ";URLAUTH=".
func tokenStart(rest string) int {
	access, _, found := strings.Cut(rest, ":")
	if !isAccess.MatchString(access) {
		return 0
	}
	i := len(access)
	if !found {
		return i
	}
	i++
	if known := "INTERNAL:"; len(rest) >= i+len(known) && strings.EqualFold(rest[i:i+len(known)], known) {
		return i + len(known)
	}
	return i
}
