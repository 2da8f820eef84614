package imapd

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// selectedValues are the placeholders of the lines of SELECT; one that has no value leaves
// its line out.
var selectedValues = map[string]func(c *conn, o store.Opening) (string, bool){
	"exists": func(c *conn, _ store.Opening) (string, bool) { return strconv.Itoa(int(c.view.exists())), true },
	"recent": func(c *conn, _ store.Opening) (string, bool) {
		return strconv.Itoa(int(c.recentCount())), !c.enabled.rev2
	},
	"unseen": func(c *conn, o store.Opening) (string, bool) {
		first := c.view.seq(o.FirstUnseen)
		return strconv.Itoa(int(first)), first > 0 && !c.enabled.uidOnly && !c.enabled.rev2
	},
	"uidvalidity": func(_ *conn, o store.Opening) (string, bool) { return strconv.Itoa(int(o.UIDValidity)), true },
	"uidnext":     func(_ *conn, o store.Opening) (string, bool) { return strconv.Itoa(int(o.UIDNext)), true },
	"highestmodseq": func(c *conn, o store.Opening) (string, bool) {
		c.view.told.highest = o.ModSeq
		return strconv.FormatUint(o.ModSeq, 10), !c.view.mbox.NoModSeq()
	},
	"enabledmodseq": func(c *conn, o store.Opening) (string, bool) {
		c.view.told.highest = o.ModSeq
		return strconv.FormatUint(o.ModSeq, 10), c.enabled.condstore && !c.view.mbox.NoModSeq()
	},
	"mailboxid":      func(c *conn, _ store.Opening) (string, bool) { return c.view.mbox.ID(), true },
	"flags":          func(c *conn, o store.Opening) (string, bool) { return flagList(c.listedFlags(o.Keywords)), true },
	"permanentflags": func(c *conn, o store.Opening) (string, bool) { return flagList(c.permanentFlags(o.Keywords)), true },
}

// SelectValues are the placeholders of the lines of SELECT besides those that all texts
// have. A line is left out where one of its has no value: {unseen} without one, {recent} in
// IMAP4rev2, {highestmodseq} in a mailbox without modseqs, and {enabledmodseq}, which is the
// same, before the client has enabled CONDSTORE.
func SelectValues() []string { return slices.Sorted(maps.Keys(selectedValues)) }

func flagList(flags []imap.Flag) string {
	words := make([]string, len(flags))
	for i, flag := range flags {
		words[i] = string(flag)
	}
	return "(" + strings.Join(words, " ") + ")"
}

// selectPlan are the lines of SELECT, or of EXAMINE; nil: the usual ones.
type selectPlan struct {
	all, flags []template // flags are those of them that tell the flags
}

func newSelectPlan(lines []string) *selectPlan {
	if len(lines) == 0 {
		return nil
	}
	return &selectPlan{newTemplates(lines), newTemplates(tellsFlags(lines))}
}

// selectLines are the profile's lines for the mailbox that is selected, nil for the usual
// ones.
func (c *conn) selectLines() *selectPlan {
	switch p := c.srv.profile; {
	case p == nil:
		return nil
	case c.view.readOnly:
		return p.examined
	default:
		return p.selected
	}
}

// tellsFlags are those of the lines of SELECT that are told again when a keyword is new.
func tellsFlags(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
		return !strings.HasPrefix(line, "* FLAGS ") && !strings.HasPrefix(line, "* OK [PERMANENTFLAGS ")
	})
}

// writePlanned sends lines of a profile.
func (c *conn) writePlanned(lines []template, o store.Opening) {
	for _, line := range lines {
		text, ok := line.fill(func(name string) (string, bool) {
			if of := selectedValues[name]; of != nil {
				return of(c, o)
			}
			return c.textValue(name, said{})
		})
		if ok {
			c.enc.Raw(text).CRLF()
		}
	}
}

// listedFlags are what FLAGS lists: those of every mailbox, and the keywords of this one.
func (c *conn) listedFlags(keywords []imap.Flag) []imap.Flag {
	all := c.allFlags(keywords)
	if p := c.srv.profile; p != nil && len(p.Flags.Hidden) > 0 {
		all = slices.DeleteFunc(all, func(f imap.Flag) bool { return containsFlag(p.Flags.Hidden, f) })
	}
	return all
}

// allFlags are those that FLAGS lists, and those that it conceals.
func (c *conn) allFlags(keywords []imap.Flag) []imap.Flag {
	p := c.srv.profile
	if p == nil {
		return append(slices.Clip(systemFlags), keywords...)
	}
	own := slices.Concat(p.Flags.System, p.Flags.Listed)
	if p.Flags.System == nil {
		own = slices.Concat(systemFlags, p.Flags.Listed)
	}
	return withKeywords(own, p.Flags.Keywords, keywords)
}

// permanentFlags are those that can be changed.
func (c *conn) permanentFlags(keywords []imap.Flag) []imap.Flag {
	if c.view.readOnly {
		return nil
	}
	all, place := c.allFlags(keywords), ""
	if p := c.srv.profile; p != nil {
		place = p.Flags.New
		all = slices.DeleteFunc(all, func(f imap.Flag) bool { return slices.Contains(p.Flags.Listed, f) })
		all = withKeywords(all, p.Flags.Hidden)
	}
	switch {
	case place == "no" || c.view.mbox.Oddities().FixedKeywords:
	case place == "first":
		all = slices.Insert(all, 0, imap.Flag(imap.FlagWildcard))
	default:
		all = append(all, imap.FlagWildcard)
	}
	return c.rights(c.view.mbox).Settable(all)
}

// withKeywords are flags with those of lists that are not among them, whatever their case.
func withKeywords(flags []imap.Flag, lists ...[]imap.Flag) []imap.Flag {
	out := slices.Clone(flags)
	for _, list := range lists {
		for _, f := range list {
			if !containsFlag(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

func containsFlag(flags []imap.Flag, f imap.Flag) bool {
	return slices.ContainsFunc(flags, func(other imap.Flag) bool { return strings.EqualFold(string(other), string(f)) })
}

// takes are those of the flags that clients can set: where they can add no keywords, no new
// ones.
func (p *plan) takes(mbox *store.Mailbox, flags []imap.Flag) []imap.Flag {
	if p.Flags.New != "no" {
		return flags
	}
	known := withKeywords(systemFlags, p.Flags.Keywords, mbox.Keywords())
	return slices.DeleteFunc(slices.Clone(flags), func(f imap.Flag) bool { return !containsFlag(known, f) })
}

// checkLines says what is wrong in lines of SELECT.
func checkLines(where string, lines []string) []error {
	var errs []error
	for _, line := range lines {
		if !strings.HasPrefix(line, "* ") || strings.ContainsAny(line, "\r\n\x00") {
			errs = append(errs, fmt.Errorf("%s: %q is no untagged line", where, line))
		}
		for _, name := range newTemplate(line).names() {
			if selectedValues[name] == nil && !isPlaceholder(name) {
				errs = append(errs, fmt.Errorf("%s: {%s} is no placeholder of it", where, name))
			}
		}
	}
	return errs
}
