package smtpwire

import (
	"net"
	"strings"
	"unicode/utf8"
)

// Address is what stands in a path: RFC 5321, section 4.1.2; RFC 6531, section 3.3.
//
//	Mailbox = Local-part "@" ( Domain / address-literal )
type Address struct {
	Local  string // without quotes
	Domain string // "" for none, as of <Postmaster>
}

// String is the address without quotes.
func (a Address) String() string {
	if a.Domain == "" {
		return a.Local
	}
	return a.Local + "@" + a.Domain
}

// ParseAddress reads an address with its quotes, as far as it is one.
func ParseAddress(s string) (a Address, ok bool) {
	local, domain, hasDomain := s, "", false
	outside(s, func(i int) bool {
		if hasDomain = s[i] == '@'; hasDomain {
			local, domain = s[:i], s[i+1:]
		}
		return !hasDomain
	})
	unquoted, isQuoted := unquote(local)
	a = Address{unquoted, domain}
	switch {
	case a.Local == "", !isQuoted && !isDotString(local), hasDomain && domain == "":
		return a, false
	case strings.HasPrefix(domain, "[") && strings.HasSuffix(domain, "]"):
		return a, !strings.ContainsFunc(domain[1:len(domain)-1], func(r rune) bool { return r <= ' ' || r > '~' || r == '[' || r == ']' })
	}
	return a, domain == "" || isDotString(domain)
}

// unquote is a local part without its quotes; one without any is as it was.
func unquote(local string) (text string, quoted bool) {
	if n := len(local); n < 2 || local[0] != '"' || local[n-1] != '"' {
		return local, false
	}
	var sb strings.Builder
	inner := local[1 : len(local)-1]
	for i := 0; i < len(inner); i++ {
		switch {
		case inner[i] == '"':
			return local, false
		case inner[i] == '\\':
			if i++; i == len(inner) {
				return local, false
			}
		}
		sb.WriteByte(inner[i])
	}
	return sb.String(), true
}

// Quote is an address as it stands in a command or a header: its local part quoted
// where it must be.
func Quote(addr string) string {
	local, domain := addr, ""
	at := strings.LastIndexByte(addr, '@')
	if strings.HasSuffix(addr, "]") {
		at = strings.LastIndex(addr, "@[") // an address literal may have "@" in it (RFC 5321, section 4.1.3)
	}
	if at >= 0 {
		local, domain = addr[:at], addr[at:]
	}
	if addr == "" || isDotString(local) {
		return addr
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(local) + `"` + domain
}

// isDotString says whether a local part, or a domain, need not be quoted.
func isDotString(s string) bool {
	atom := 0 // bytes of the last one
	for _, r := range s {
		switch {
		case r == '.' && atom > 0:
			atom = 0
		case r == '.' || !isAtext(r):
			return false
		default:
			atom++
		}
	}
	return atom > 0
}

// isAtext is what an atom may have (RFC 5321, section 4.1.2; RFC 6531, section 3.3).
func isAtext(r rune) bool {
	return r > ' ' && r != 0x7f && !strings.ContainsRune(`()<>[]:;@\,"`, r)
}

// IsASCII says whether an address needs no SMTPUTF8.
func IsASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// AddressLiteral is the client's address (RFC 5321, section 4.1.3); a connection
// in memory has none, and its name is a comment.
func AddressLiteral(addr string) string {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	switch {
	case err != nil || ip == nil:
		return addr
	case ip.To4() == nil:
		return "[IPv6:" + host + "]"
	}
	return "[" + host + "]"
}
