// Package glob compares texts with patterns in which "*" stands for any text.
package glob

import "strings"

// Match compares text with a pattern. A "*" in the text is matched by one in the
// pattern too.
func Match(pattern, text string) bool {
	first, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == text
	}
	if !strings.HasPrefix(text, first) {
		return false
	}
	text = text[len(first):]
	for i := 0; i <= len(text); i++ {
		if Match(rest, text[i:]) {
			return true
		}
	}
	return false
}
