package smtpd

import (
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-smtp"
)

// address is what stands in a path: RFC 5321, section 4.1.2; RFC 6531, section 3.3.
//
//	Mailbox = Local-part "@" ( Domain / address-literal )
type address struct {
	local  string // without quotes
	domain string // "" for none, as of <Postmaster>
}

// String is the address without quotes.
func (a address) String() string {
	if a.domain == "" {
		return a.local
	}
	return a.local + "@" + a.domain
}

// parseAddress reads an address with its quotes, as far as it is one.
func parseAddress(s string) (a address, ok bool) {
	local, domain, hasDomain := s, "", false
	outside(s, func(i int) bool {
		if hasDomain = s[i] == '@'; hasDomain {
			local, domain = s[:i], s[i+1:]
		}
		return !hasDomain
	})
	unquoted, isQuoted := unquote(local)
	a = address{unquoted, domain}
	switch {
	case a.local == "", !isQuoted && !IsDotString(local), hasDomain && domain == "":
		return a, false
	case strings.HasPrefix(domain, "[") && strings.HasSuffix(domain, "]"):
		return a, !strings.ContainsFunc(domain[1:len(domain)-1], func(r rune) bool { return r <= ' ' || r > '~' || r == '[' || r == ']' })
	}
	return a, domain == "" || IsDotString(domain)
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

// readPath reads the path of MAIL or RCPT, behind FROM: or TO:, and leaves the
// parameters. The path may stand without its brackets; many clients leave them out. A
// source route is not looked at (RFC 5321, section 4.1.1.3). The null path is the
// zero address.
func (p *parser) readPath(prefix string) (a address, bracketed bool) {
	behind, found := cutPrefixFold(p.text, prefix)
	if !found {
		p.badPath(prefix)
		return a, false
	}
	path, rest, ok := splitPath(strings.TrimLeft(behind, " "))
	p.text, p.shown = strings.TrimLeft(rest, " "), path
	inner, bracketed := strings.CutPrefix(path, "<")
	if bracketed {
		inner = strings.TrimSuffix(inner, ">")
	}
	if strings.HasPrefix(inner, "@") {
		_, inner, _ = strings.Cut(inner, ":")
	}
	if path == "<>" {
		return address{}, true
	}
	a, isAddress := parseAddress(inner)
	if shown := a.String(); shown != "" {
		p.shown = shown
	}
	if !ok || !isAddress {
		p.badPath(prefix)
	}
	return a, bracketed
}

func (p *parser) badPath(prefix string) {
	p.fail(refusal(501, smtp.EnhancedCode{5, 5, 2}, "want "+p.verb+" "+prefix+"<address>"))
}

// splitPath splits "<path> parameters" at the end of the path.
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

// IsDotString says whether a local part, or a domain, need not be quoted.
func IsDotString(s string) bool {
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

func cutPrefixFold(s, prefix string) (rest string, found bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
