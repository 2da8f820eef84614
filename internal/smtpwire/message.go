package smtpwire

import "bytes"

// EncodingOf says what a message is (RFC 2045, sections 2.7 to 2.9).
func EncodingOf(raw []byte) string {
	switch {
	case bytes.IndexByte(raw, 0) >= 0, HasBareLineEnd(raw), hasLongLine(raw):
		return "binary"
	case !IsASCII(string(raw)):
		return "8bit"
	}
	return "7bit"
}

func hasLongLine(raw []byte) bool {
	for line := range bytes.Lines(raw) {
		if len(line) > 1000 {
			return true
		}
	}
	return false
}

// HeaderOf is a message up to the end of its header, which an empty line ends,
// however its lines end.
func HeaderOf(raw []byte) []byte {
	end := 0
	for line := range bytes.Lines(raw) {
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			break
		}
		end += len(line)
	}
	return raw[:end]
}
