package flagname

import (
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for in, want := range map[imap.Flag]imap.Flag{
		`\Seen`: imap.FlagSeen, `\seen`: imap.FlagSeen, `\ANSWERED`: imap.FlagAnswered, `\Deleted`: imap.FlagDeleted,
		`\draft`: imap.FlagDraft, `\fLAGGED`: imap.FlagFlagged,
		"$Work": "$Work", "NonJunk": "NonJunk", "Unseen": "Unseen", "Seen2": "Seen2", "$Seen": "$Seen", "/": "/", "a/Seen": "a/Seen",
		"keyword=Seen": "Seen", "keyword=recent": "recent", "keyword=$Work": "$Work", "keyword=keyword=x": "keyword=x", "keyword": "keyword",
	} {
		if got, err := Parse(in); err != nil || got != want {
			t.Errorf("Parse(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

// What cannot be meant as it is written says what would be right.
func TestParseErrors(t *testing.T) {
	const system = `is not a system flag (have [\Answered \Deleted \Draft \Flagged \Seen])`
	for in, want := range map[imap.Flag]string{
		"Seen":         `"Seen" is not the system flag: that is \Seen (a keyword of that name is keyword=Seen)`,
		"answered":     `"answered" is not the system flag: that is \Answered (a keyword of that name is keyword=answered)`,
		"DELETED":      `"DELETED" is not the system flag: that is \Deleted (a keyword of that name is keyword=DELETED)`,
		"Draft":        `"Draft" is not the system flag: that is \Draft (a keyword of that name is keyword=Draft)`,
		"/Flagged":     `"/Flagged" is not the system flag: that is \Flagged (a keyword of that name is keyword=Flagged)`,
		`\\Seen`:       `"\\\\Seen" is not the system flag: that is \Seen (a keyword of that name is keyword=Seen)`,
		"Recent":       `"Recent" is no system flag without a backslash, and \Recent belongs to a session (a keyword of that name is keyword=Recent)`,
		`\Recent`:      `"\\Recent" ` + system,
		`\Important`:   `"\\Important" ` + system,
		`\*`:           `"\\*" ` + system,
		`\`:            `"\\" ` + system,
		`\Seen `:       `"\\Seen " ` + system,
		"":             "a flag is missing",
		"keyword=":     "a flag is missing",
		"a b":          `the keyword "a b" has the character ' '`,
		`keyword=\Foo`: `the keyword "\\Foo" has the character '\\'`,
	} {
		if got, err := Parse(in); err == nil || err.Error() != want {
			t.Errorf("Parse(%q) = %q, %v, want %s", in, got, err, want)
		}
	}
}

func TestParseWanted(t *testing.T) {
	got, err := ParseWanted([]imap.Flag{`\recent`, `\seen`})
	if err != nil || len(got) != 1 || got[0] != imap.FlagSeen {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := ParseWanted([]imap.Flag{"Recent"}); err == nil {
		t.Error("the keyword Recent is wanted without an error")
	}
}

// Every flag that a message can have comes back as it is spelled.
func TestSpellComesBack(t *testing.T) {
	name := rapid.OneOf(rapid.StringMatching(`[!#$&'+,./0-9:;<=>?@A-Z^_a-z|}~-]{1,8}`),
		rapid.SampledFrom([]string{"Seen", "seen", "/Seen", "//seen", "Recent", "keyword=", "keyword=Seen", "keyword=keyword=x", "Draft"}))
	rapid.Check(t, func(t *rapid.T) {
		flag := imap.Flag(name.Draw(t, "name"))
		if rapid.Bool().Draw(t, "system") {
			flag = rapid.SampledFrom(System).Draw(t, "flag")
		}
		if got, err := Parse(Spell(flag)); err != nil || got != flag {
			t.Fatalf("%q is spelled %q, and read as %q, %v", flag, Spell(flag), got, err)
		}
		if NeedsPrefix(flag) != strings.HasPrefix(string(Spell(flag)), prefix) {
			t.Fatalf("%q is spelled %q", flag, Spell(flag))
		}
	})
}
