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

// isAddress says whether a path holds an address: a dot-string or quoted string, and,
// unless it is only a local part, a domain or address literal (RFC 5321, section 4.1.2;
// RFC 6531, section 3.3).
func isAddress(path string) bool {
	path = strings.TrimSuffix(strings.TrimPrefix(path, "<"), ">")
	if strings.HasPrefix(path, "@") {
		_, path, _ = strings.Cut(path, ":")
	}
	at := len(path)
	outside(path, func(i int) bool {
		if path[i] == '@' {
			at = i
		}
		return at == len(path)
	})
	local, domain := path[:at], strings.TrimPrefix(path[at:], "@")
	if n := len(local); n >= 2 && local[0] == '"' && local[n-1] == '"' {
		local = "quoted"
	}
	if !isDotString(local) || at < len(path) && domain == "" {
		return false
	}
	if strings.HasPrefix(domain, "[") && strings.HasSuffix(domain, "]") {
		return !strings.ContainsFunc(domain[1:len(domain)-1], func(r rune) bool { return r <= ' ' || r > '~' || r == '[' || r == ']' })
	}
	return domain == "" || isDotString(domain)
}

// plainAddr is the address of a path, without brackets, source route (RFC 5321,
// section 4.1.1.3) and quotes: as [Recipient] has it.
func plainAddr(path string) string {
	addr := strings.TrimSuffix(strings.TrimPrefix(path, "<"), ">")
	if strings.HasPrefix(addr, "@") {
		_, addr, _ = strings.Cut(addr, ":")
	}
	end := strings.LastIndexByte(addr, '"')
	if !strings.HasPrefix(addr, `"`) || end <= 0 {
		return addr
	}
	var sb strings.Builder
	for i := 1; i < end; i++ {
		if addr[i] == '\\' && i+1 < end {
			i++
		}
		sb.WriteByte(addr[i])
	}
	return sb.String() + addr[end+1:]
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
