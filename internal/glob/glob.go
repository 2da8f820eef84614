// Package glob compares texts with patterns in which "*" stands for any text.
package glob

import "strings"

// Match compares text with a pattern. A "*" in the text is matched by one in the
// pattern too. What stands between two stars is looked for where it comes first: if
// the rest of the text has room for the rest of the pattern anywhere, it has it there.
func Match(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	first, rest := parts[0], parts[1:]
	if len(rest) == 0 {
		return pattern == text
	}
	text, ok := strings.CutPrefix(text, first)
	if !ok {
		return false
	}
	last := rest[len(rest)-1]
	for _, part := range rest[:len(rest)-1] {
		_, after, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = after
	}
	return strings.HasSuffix(text, last)
}
