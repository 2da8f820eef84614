package report

import (
	"slices"
	"strings"
)

// chip is a line about what an event changed, in the words of AssertDiff.
type chip struct {
	Class string `json:"c"` // add, del, chg, set
	Text  string `json:"x"`
}

// chipsOf says what changes did to the mail as it was before them, and makes them.
func (r *record) chipsOf(m *mail, changes []*Change) []chip {
	type line struct {
		class, before, sign, after string
		uids                       []uint32
	}
	var lines []line
	for _, c := range changes {
		l := line{before: r.boxName(boxKey{c.Account, c.Mailbox}) + " ", uids: []uint32{c.UID}}
		switch c.Op {
		case Added:
			l.class, l.sign, l.after = "add", "+", strings.Join(c.Flags, " ")
		case Removed:
			l.class, l.sign = "del", "−"
		case Set:
			l.class, l.uids, l.after = "set", nil, c.Text
			if c.Mailbox == "" {
				l.before = c.Account + ": "
			}
		case Flagged:
			l.class, l.after = "chg", flagWords(m.box(boxKey{c.Account, c.Mailbox}).rows[c.UID].Flags, c.Flags)
			if c.Whose != "" {
				l.after = c.Whose + ": " + strings.Join(c.Flags, " ")
			}
		default:
			l.class, l.uids, l.after = "chg", nil, boxWords(c)
		}
		m.apply(*c)
		if n := len(lines); n > 0 && l.uids != nil && lines[n-1].class == l.class && lines[n-1].before == l.before && lines[n-1].after == l.after {
			lines[n-1].uids = append(lines[n-1].uids, l.uids...)
			continue
		}
		lines = append(lines, l)
	}
	var out []chip
	for _, l := range lines {
		slices.Sort(l.uids)
		out = append(out, chip{l.class, strings.TrimRight(l.before+l.sign+listed(l.uids)+space(l.uids)+l.after, " ")})
	}
	return out
}

func space(uids []uint32) string {
	if len(uids) > 0 {
		return " "
	}
	return ""
}

// boxName is a mailbox with its account, unless that is the one that is meant.
func (r *record) boxName(key boxKey) string {
	if key.account == r.Test.Account || key.account == "" {
		return key.name
	}
	return key.account + ": " + key.name
}

// flagWords are the flags that came and went: `+\Seen −\Deleted`.
func flagWords(before, after []string) string {
	var words []string
	for _, f := range after {
		if !slices.Contains(before, f) {
			words = append(words, "+"+f)
		}
	}
	for _, f := range before {
		if !slices.Contains(after, f) {
			words = append(words, "−"+f)
		}
	}
	return strings.Join(words, " ")
}

func boxWords(c *Change) string {
	switch c.Op {
	case Created:
		return "created"
	case Deleted:
		return "deleted"
	case Renamed:
		return "renamed to " + c.To
	}
	return "UIDVALIDITY " + text(c.Number)
}
