package mimetree

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// TextError says where the text of the message is a guess, nil where it is
// not: charsets that are not known, and transfer encodings of text.
func (m *Message) TextError() error {
	return errors.Join(m.Root().textErrors(nil, "")...)
}

// textErrors adds those of a part and of all parts in it, and of the headers of
// messages.
func (p *Part) textErrors(errs []error, path string) []error {
	for i, child := range p.Children {
		errs = child.textErrors(errs, strings.TrimPrefix(path+"."+strconv.Itoa(i+1), "."))
	}
	for f := range fields(p.header).all(nil) {
		for _, label := range unknownWords(f.Unfolded()) {
			errs = append(errs, fmt.Errorf("mimetree: %s%s: unknown charset %q of an encoded word, which is left as it stands", inPart(path), f.Name, label))
		}
	}
	switch {
	case p.Message != nil && p.Message.Root().IsMultipart(): // whose parts are numbered as this one's
		return p.Message.Root().textErrors(errs, path)
	case p.Message != nil:
		return p.Message.Root().textErrors(errs, strings.TrimPrefix(path+".1", "."))
	case p.Type != "text" && p.standsFor == nil:
		return errs
	case p.standsFor != nil:
		p = p.standsFor
	}
	data, err := p.Decoded()
	if err != nil {
		errs = append(errs, fmt.Errorf("mimetree: %sunknown transfer encoding %q, left as it stands", inPart(path), cmp.Or(p.oddEncoding, p.Encoding)))
		data = p.body
	}
	if label := p.charset(nil); label != "" && findCharset(label) == nil {
		guess := "windows-1252"
		if utf8.Valid(data) {
			guess = "UTF-8"
		}
		errs = append(errs, fmt.Errorf("mimetree: %sunknown charset %q, read as %s", inPart(path), label, guess))
	}
	return errs
}

func inPart(path string) string {
	if path == "" {
		return ""
	}
	return "part " + path + ": "
}

// unknownWords are the charsets of encoded words that are not known.
func unknownWords(s string) []string {
	var out []string
	seen := make(map[string]bool)
	for {
		i := strings.Index(s, "=?")
		if i < 0 {
			return out
		}
		word, ok := parseEncodedWord(nil, s[i:])
		if ok && !seen[word.charset] && findCharset(word.charset) == nil {
			out = append(out, word.charset)
		}
		seen[word.charset] = true
		s = s[i+max(word.n, len("=?")):]
	}
}
