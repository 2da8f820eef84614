package imapd

import "strings"

// listPattern is a mailbox name with wildcards: "*" stands for anything, "%"
// for anything without the delimiter (RFC 3501, section 6.3.8).
type listPattern struct {
	text  string
	delim rune
}

// matches takes time proportional to the product of the lengths, however the
// wildcards stand. INBOX matches in any case (RFC 3501, section 5.1).
func (p listPattern) matches(name string) bool {
	text := p.text
	if name == "INBOX" {
		text = strings.ToUpper(text)
	}
	return wildcardMatch([]rune(text), []rune(name), p.delim)
}

// wildcardMatch keeps the set of places in the pattern that the name so far
// can have led to.
func wildcardMatch(pattern, name []rune, delim rune) bool {
	at := make([]bool, len(pattern)+1)
	at[0] = true
	skipWildcards(pattern, at)
	for _, r := range name {
		next := make([]bool, len(pattern)+1)
		for i, here := range at {
			if !here || i == len(pattern) {
				continue
			}
			switch {
			case pattern[i] == '*', pattern[i] == '%' && r != delim:
				next[i] = true
			case pattern[i] == '%':
			case pattern[i] == r:
				next[i+1] = true
			}
		}
		skipWildcards(pattern, next)
		at = next
	}
	return at[len(pattern)]
}

// skipWildcards adds the places behind wildcards that stand for nothing.
func skipWildcards(pattern []rune, at []bool) {
	for i, r := range pattern {
		if at[i] && (r == '*' || r == '%') {
			at[i+1] = true
		}
	}
}

// parents are the names above name, the outermost first.
func parents(name string, delim rune) []string {
	var out []string
	for i, r := range name {
		if r == delim {
			out = append(out, name[:i])
		}
	}
	return out
}
