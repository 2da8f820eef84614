package imapwire

// The character classes of RFC 9051, section 9.

func isCTL(b byte) bool { return b < 0x20 || b == 0x7f }

// isAtomChar: any CHAR except atom-specials.
func isAtomChar(b byte) bool {
	switch b {
	case '(', ')', '{', ' ', '%', '*', '"', '\\', ']':
		return false
	}
	return !isCTL(b) && b < 0x80
}

// isAStringChar: ATOM-CHAR / resp-specials.
func isAStringChar(b byte) bool { return isAtomChar(b) || b == ']' }

// isListChar: ATOM-CHAR / list-wildcards / resp-specials.
func isListChar(b byte) bool { return isAStringChar(b) || b == '%' || b == '*' }

// isTagChar: ASTRING-CHAR except "+".
func isTagChar(b byte) bool { return isAStringChar(b) && b != '+' }

// isItemChar is what the name of a FETCH item is made of: it ends before its
// section or partial.
func isItemChar(b byte) bool { return isAtomChar(b) && b != '[' && b != '<' && b != '>' }

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// IsAtom says whether s can be sent as an atom.
func IsAtom(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isAtomChar(s[i]) {
			return false
		}
	}
	return s != ""
}
