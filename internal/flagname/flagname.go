// Package flagname reads flags as people write them: in a test, in a fixture, in a line
// that says what has changed. A protocol takes "Seen" for a keyword (RFC 9051, section
// 2.3.2); who writes it by hand means \Seen, and would not notice.
package flagname

import (
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// System are the flags with a backslash that a message can have (RFC 9051, section
// 2.3.2). Others are for future standards, and a server must not send them (section 9,
// flag-extension); \Recent belongs to a session.
var System = []imap.Flag{
	imap.FlagAnswered, imap.FlagDeleted, imap.FlagDraft, imap.FlagFlagged, imap.FlagSeen,
}

// recent is not among them, and likewise written without its backslash by mistake.
const recent imap.Flag = `\Recent`

// prefix is what is written before a keyword that looks like something else.
const prefix = "keyword="

// Parse reads a flag: a system flag in any case, or a keyword. A keyword with the name
// of a system flag is an error, unless it is written keyword=Seen.
func Parse(flag imap.Flag) (imap.Flag, error) {
	text := string(flag)
	if name, ok := strings.CutPrefix(text, prefix); ok {
		return imap.Flag(name), CheckKeyword(name)
	}
	if meant := lookalike(text); meant != "" {
		name := strings.TrimLeft(text, `/\`)
		if meant == recent {
			return "", fmt.Errorf("%q is no system flag without a backslash, and %s belongs to a session (a keyword of that name is %s%s)", text, meant, prefix, name)
		}
		return "", fmt.Errorf("%q is not the system flag: that is %s (a keyword of that name is %s%s)", text, meant, prefix, name)
	}
	if !strings.HasPrefix(text, `\`) {
		return flag, CheckKeyword(text)
	}
	for _, known := range System {
		if strings.EqualFold(string(known), text) {
			return known, nil
		}
	}
	return "", fmt.Errorf("%q is not a system flag (have %v)", text, System)
}

// lookalike is the flag that is meant by its name without a backslash, with two, or with
// a slash; "" if none is.
func lookalike(text string) imap.Flag {
	name := strings.TrimLeft(text, `/\`)
	if strings.HasPrefix(text, `\`) && len(text) == len(name)+1 {
		return "" // with its backslash
	}
	for _, flag := range append(System[:len(System):len(System)], recent) {
		if strings.EqualFold(string(flag[1:]), name) {
			return flag
		}
	}
	return ""
}

// ParseAll reads flags; the first error is that of all.
func ParseAll(flags []imap.Flag) ([]imap.Flag, error) {
	out := make([]imap.Flag, len(flags))
	for i, flag := range flags {
		var err error
		if out[i], err = Parse(flag); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ParseWanted reads flags that a message is expected to have. \Recent is left out: it
// belongs to a session, and says nothing of a message.
func ParseWanted(flags []imap.Flag) ([]imap.Flag, error) {
	return ParseAll(slices.DeleteFunc(slices.Clone(flags), func(flag imap.Flag) bool {
		return strings.EqualFold(string(flag), string(recent))
	}))
}

// Keyword is a keyword as Parse reads it, whatever its name looks like.
func Keyword(name string) imap.Flag { return imap.Flag(prefix + name) }

// Spell writes a flag that a message has as Parse reads it.
func Spell(flag imap.Flag) imap.Flag {
	if NeedsPrefix(flag) {
		return Keyword(string(flag))
	}
	return flag
}

// NeedsPrefix says whether the name of a keyword would be taken for something else.
func NeedsPrefix(flag imap.Flag) bool {
	return strings.HasPrefix(string(flag), prefix) || lookalike(string(flag)) != ""
}

// CheckKeyword refuses what is no atom (RFC 9051, section 9, flag-keyword).
func CheckKeyword(name string) error {
	if name == "" {
		return fmt.Errorf("a flag is missing")
	}
	for i := 0; i < len(name); i++ {
		if b := name[i]; b <= ' ' || b >= 0x7f || strings.IndexByte(`(){%*"\]`, b) >= 0 {
			return fmt.Errorf("the keyword %q has the character %q", name, rune(b))
		}
	}
	return nil
}
