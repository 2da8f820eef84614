package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// longest is how much is shown of what should be a few words, in bytes: whoever writes mail
// chooses how long its subject is.
const longest = 1 << 10

// visible is a Data in which characters that are not seen, and have others be read in another
// order, are seen: a file that is called "invoice[U+202E]fdp.exe" is no PDF. Its messages are seen
// when they are shown (shown.go).
func (d *Data) visible() *Data {
	out := *d
	out.Events = slices.Clone(d.Events)
	for i := range out.Events {
		e := &out.Events[i]
		show(&e.Name, &e.Args, &e.Note, &e.Text, &e.User, &e.Mailbox)
		if slices.ContainsFunc(e.Lines, func(l Line) bool { return hasUnseen(l.Text) }) {
			e.Lines = slices.Clone(e.Lines)
			for j := range e.Lines {
				show(&e.Lines[j].Text)
			}
		}
	}
	out.Failures = slices.Clone(d.Failures)
	for i := range out.Failures {
		f := &out.Failures[i]
		show(&f.Title, &f.Got, &f.Want, &f.Text, &f.Account, &f.Mailbox)
	}
	out.Start = slices.Clone(d.Start)
	for i := range out.Start {
		show(&out.Start[i].Account, &out.Start[i].Name)
	}
	out.Changes = slices.Clone(d.Changes)
	for i := range out.Changes {
		c := &out.Changes[i]
		show(&c.Account, &c.Mailbox, &c.To, &c.Text)
	}
	show(&out.Test.Name, &out.Test.Account)
	return &out
}

// visible does the same for a message. Its text and its source stay what they are; they are shown
// by themselves.
func (m *Message) visible() {
	for _, s := range []*string{&m.Subject, &m.From, &m.To, &m.Date} {
		show(s)
		*s = shorten(*s, longest)
	}
	m.Headers = slices.Clone(m.Headers)
	for i := range m.Headers {
		show(&m.Headers[i].Name, &m.Headers[i].Value)
	}
	m.Parts = slices.Clone(m.Parts)
	for i := range m.Parts {
		p := &m.Parts[i]
		for _, s := range []*string{&p.Type, &p.Charset, &p.Encoding, &p.Disposition, &p.Filename} {
			show(s)
			*s = shorten(*s, longest)
		}
	}
}

// show makes what is not seen in texts seen.
func show(texts ...*string) {
	for _, s := range texts {
		if hasUnseen(*s) {
			*s = seen(*s)
		}
	}
}

func hasUnseen(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			return strings.ContainsFunc(s, isUnseen) || !utf8.ValidString(s)
		}
	}
	return false
}

// isUnseen says whether a character is a control, or one of those that set the direction of
// others (Unicode Standard Annex 9, sections 2.1 to 2.6).
func isUnseen(r rune) bool {
	switch {
	case r == '\n', r == '\t':
		return false
	case r < ' ', r >= 0x7f && r < 0xa0:
		return true
	}
	return r == 0x61c || r == 0x200e || r == 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

func seen(s string) string {
	var out strings.Builder
	for _, r := range s { // what is no UTF-8 is U+FFFD
		switch {
		case !isUnseen(r):
			out.WriteRune(r)
		case r < ' ':
			out.WriteRune('\u2400' + r)
		case r == 0x7f:
			out.WriteRune('\u2421')
		default:
			fmt.Fprintf(&out, "[U+%04X]", r)
		}
	}
	return out.String()
}
