package imapd

import "slices"

// maxLines is how many lines of an answer are measured.
const maxLines = 1000

// usualLines is how many lines most answers have.
const usualLines = 16

// answerLines are the sizes of the lines to the client since a command began, those of
// continuation requests below 0.
type answerLines []int

func (l *answerLines) add(line []byte) {
	switch {
	case len(*l) == maxLines:
	case line[0] == '+':
		*l = append(*l, -len(line))
	default:
		*l = append(*l, len(line))
	}
}

// within are the sizes of the lines that are whole within so many bytes. Continuation
// requests are no response: they are among the bytes, and not among the lines.
func (l answerLines) within(bytes int64) []int {
	for i, size := range l {
		if bytes -= int64(max(size, -size)); bytes < 0 {
			l = l[:i]
			break
		}
	}
	if slices.ContainsFunc(l, func(size int) bool { return size < 0 }) {
		l = slices.DeleteFunc(slices.Clone(l), func(size int) bool { return size < 0 })
	}
	return l
}
