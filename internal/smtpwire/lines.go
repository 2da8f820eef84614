package smtpwire

// HasBareLineEnd finds a CR or LF that is not part of CRLF (RFC 5321, section
// 2.3.8).
func HasBareLineEnd(raw []byte) bool {
	for i, c := range raw {
		switch {
		case c == '\n' && (i == 0 || raw[i-1] != '\r'):
			return true
		case c == '\r' && (i+1 == len(raw) || raw[i+1] != '\n'):
			return true
		}
	}
	return false
}
