package smtpsink

import (
	"strings"
	"unicode/utf8"
)

// noDomain stands in for the domain of a recipient without one, such as
// <Postmaster> (RFC 5321, section 4.1.1.3), where go-smtp wants a domain.
const noDomain = "@no-domain.invalid"

// splitPath splits "<path> parameters" at the end of the path. A path may stand
// without its brackets; many clients leave them out.
func splitPath(s string) (path, rest string, ok bool) {
	end := -1
	outside(s, func(i int) bool {
		switch {
		case s[0] == '<' && s[i] == '>':
			end = i + 1
		case s[0] != '<' && s[i] == ' ':
			end = i
		}
		return end < 0
	})
	switch {
	case s == "":
		return "", "", false
	case end < 0:
		return s, "", s[0] != '<'
	}
	path, rest = s[:end], s[end:]
	return path, rest, rest == "" || rest[0] == ' '
}

// outside calls f for every byte outside quotes, until it returns false.
func outside(s string, f func(i int) bool) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case !quoted && !f(i):
			return
		}
	}
}

// hasDomain says whether a path has an @ outside quotes.
func hasDomain(path string) bool {
	found := false
	outside(path, func(i int) bool {
		found = path[i] == '@'
		return !found
	})
	return found
}

// quoteAddr is an address as it stands in a command or a header: its local part
// quoted where it must be (RFC 5321, section 4.1.2).
func quoteAddr(addr string) string {
	local, domain := addr, ""
	if i := strings.LastIndexByte(addr, '@'); i >= 0 {
		local, domain = addr[:i], addr[i:]
	}
	if addr == "" || isDotString(local) {
		return addr
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(local) + `"` + domain
}

func isDotString(local string) bool {
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" || strings.ContainsFunc(atom, notAtext) {
			return false
		}
	}
	return true
}

// notAtext are the characters that an atom may not have (RFC 5321, section
// 4.1.2; RFC 6531, section 3.3).
func notAtext(r rune) bool {
	return r <= ' ' || r == 0x7f || strings.ContainsRune(`()<>[]:;@\,"`, r)
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
