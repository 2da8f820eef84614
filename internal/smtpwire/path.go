package smtpwire

import "strings"

// Path is that of MAIL or RCPT: RFC 5321, section 4.1.2.
//
//	Path = "<" [ A-d-l ":" ] Mailbox ">"
//
// It may stand without its brackets; many clients leave them out. A source route is
// not looked at (section 4.1.1.3). The null path is the zero Address.
type Path struct {
	Address
	Bracketed bool
	Raw       string // as it was sent
}

// ReadPath reads a path and what stands behind it, as far as it is one.
func ReadPath(s string) (p Path, rest string, ok bool) {
	p.Raw, rest, ok = splitPath(s)
	inner, bracketed := strings.CutPrefix(p.Raw, "<")
	if p.Bracketed = bracketed; bracketed {
		inner = strings.TrimSuffix(inner, ">")
	}
	if strings.HasPrefix(inner, "@") {
		_, inner, _ = strings.Cut(inner, ":")
	}
	if p.Raw == "<>" {
		return p, rest, ok
	}
	var isAddress bool
	p.Address, isAddress = ParseAddress(inner)
	return p, rest, ok && isAddress
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
