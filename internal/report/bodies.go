package report

import (
	"regexp"
	"slices"
	"strings"
)

// withoutBodies is a Data without what messages say: the dialogue stays without literals, and
// of the messages subjects, senders, dates and structure when they are shown (shown.go).
func withoutBodies(d *Data) *Data {
	out := *d
	out.Events = slices.Clone(d.Events)
	for i := range out.Events {
		e := &out.Events[i]
		e.Lines = slices.Clone(e.Lines)
		for j := range e.Lines {
			e.Lines[j].Text = withoutLiterals(e.Lines[j].Text)
		}
		e.Args = withoutLiterals(e.Args)
	}
	out.Failures = slices.Clone(d.Failures)
	for i := range out.Failures {
		f := &out.Failures[i]
		f.Text, _, _ = strings.Cut(f.Text, "\nlast lines ")
	}
	return &out
}

// bodyItem is a part of a message as a quoted string.
var bodyItem = regexp.MustCompile(`(?i)((?:BODY|BINARY)\[[^\]]*\](?:<\d+>)?|RFC822(?:\.TEXT|\.HEADER)?|PREVIEW) "(?:[^"\\]|\\.)*"`)

// withoutLiterals takes out what stands in lines of its own, and parts of messages that
// are short enough to be quoted.
func withoutLiterals(line string) string {
	line = bodyItem.ReplaceAllString(line, `$1 "…"`)
	first, rest, several := strings.Cut(line, "\n\t")
	if !several {
		return line
	}
	last := rest[strings.LastIndex(rest, "\n\t")+1:]
	if tail := strings.TrimPrefix(last, "\t"); len(last) != len(rest) && tail == ")" {
		return first + "\n\t[…]\n\t)"
	}
	return first + "\n\t[…]"
}
