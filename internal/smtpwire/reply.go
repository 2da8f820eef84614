package smtpwire

import (
	"strconv"

	"github.com/emersion/go-smtp"
)

// AppendReply appends a line of a reply; sep is '-' if more follow, ' ' in the last.
// The enhanced code may be none (RFC 2034). The text is made one line.
func AppendReply(dst []byte, code int, sep byte, enhanced smtp.EnhancedCode, text string) []byte {
	dst = append(strconv.AppendInt(dst, int64(code), 10), sep)
	if enhanced != smtp.NoEnhancedCode && enhanced != smtp.EnhancedCodeNotSet {
		for i, n := range enhanced {
			dst = append(strconv.AppendInt(dst, int64(n), 10), ". "[i/2])
		}
	}
	from := len(dst)
	dst = append(dst, text...)
	for i, b := range dst[from:] {
		if b == '\r' || b == '\n' {
			dst[from+i] = ' '
		}
	}
	return append(dst, "\r\n"...)
}
