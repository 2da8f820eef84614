package memstore

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/flagname"
)

// systemFlags are in the order in which a message's flags are given.
var systemFlags = []imap.Flag{
	imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft,
}

// flagTable holds the keywords that a mailbox has seen and the sets of flags
// that its messages have. Messages with the same flags share a set.
type flagTable struct {
	keywords []imap.Flag // appended to only
	sets     map[string][]imap.Flag
}

// all is the list of keywords as it is now; appending to it makes a copy.
func (t *flagTable) all() []imap.Flag { return slices.Clip(t.keywords) }

// canonical gives a flag its spelling: the standard one of a system flag, and
// of a keyword that in which the mailbox first saw it.
func (t *flagTable) canonical(flag imap.Flag) (imap.Flag, error) {
	known := systemFlags
	if !strings.HasPrefix(string(flag), `\`) {
		known = t.keywords
	}
	for _, have := range known {
		if strings.EqualFold(string(have), string(flag)) {
			return have, nil
		}
	}
	return flag, checkFlag(flag)
}

// knows says that a flag needs no keyword that is new.
func (t *flagTable) knows(flag imap.Flag) bool {
	return strings.HasPrefix(string(flag), `\`) || slices.ContainsFunc(t.keywords, func(have imap.Flag) bool {
		return strings.EqualFold(string(have), string(flag))
	})
}

// Keyword is the keyword with a name, for who means one that would be taken for a system
// flag without its backslash: Keyword("Seen"). It is for [WithFlags], [Mailbox.Store],
// [Mailbox.Search] and what imaptest takes; a message that has it has imap.Flag("Seen").
func Keyword(name string) imap.Flag { return flagname.Keyword(name) }

// written reads flags as people write them.
func written(flags []imap.Flag) ([]imap.Flag, error) {
	out, err := flagname.ParseAll(flags)
	if err != nil {
		return nil, errorf(ErrInvalidFlag, "%v", err)
	}
	return out, nil
}

// checkFlag refuses what is no keyword (RFC 9051, section 9: an atom).
func checkFlag(flag imap.Flag) error {
	switch {
	case flag == "":
		return errorf(ErrInvalidFlag, "an empty flag")
	case strings.HasPrefix(string(flag), `\`):
		return errorf(ErrInvalidFlag, "%s is not a flag that can be set", flag)
	}
	if err := flagname.CheckKeyword(string(flag)); err != nil {
		return errorf(ErrInvalidFlag, "%v", err)
	}
	return nil
}

// learn gives every flag its spelling and notes new keywords. Nothing is
// noted if one of the flags is invalid.
func (t *flagTable) learn(flags []imap.Flag) ([]imap.Flag, error) {
	out := make([]imap.Flag, 0, len(flags))
	for _, flag := range flags {
		canonical, err := t.canonical(flag)
		if err != nil {
			return nil, err
		}
		same := func(other imap.Flag) bool { return strings.EqualFold(string(other), string(canonical)) }
		if !slices.ContainsFunc(out, same) {
			out = append(out, canonical)
		}
	}
	for _, flag := range out {
		if flag[0] != '\\' && !slices.Contains(t.keywords, flag) {
			t.keywords = append(t.keywords, flag)
		}
	}
	return out, nil
}

// set is the shared set of these flags, in order: system flags, and then
// keywords in the order of the mailbox's list.
func (t *flagTable) set(flags []imap.Flag) []imap.Flag {
	if len(flags) == 0 {
		return nil
	}
	ordered := make([]imap.Flag, 0, len(flags))
	key := make([]byte, 0, 64)
	for _, list := range [][]imap.Flag{systemFlags, t.keywords} {
		for _, flag := range list {
			if slices.Contains(flags, flag) {
				ordered = append(ordered, flag)
				key = append(append(key, flag...), ' ')
			}
		}
	}
	if shared, ok := t.sets[string(key)]; ok {
		return shared
	}
	if t.sets == nil {
		t.sets = make(map[string][]imap.Flag)
	}
	ordered = slices.Clip(ordered)
	t.sets[string(key)] = ordered
	return ordered
}

// combine is what op makes of a message's flags.
func combine(have []imap.Flag, op imap.StoreFlagsOp, flags []imap.Flag) []imap.Flag {
	switch op {
	case imap.StoreFlagsAdd:
		out := slices.Clone(have)
		for _, flag := range flags {
			if !slices.Contains(out, flag) {
				out = append(out, flag)
			}
		}
		return out
	case imap.StoreFlagsDel:
		return slices.DeleteFunc(slices.Clone(have), func(flag imap.Flag) bool { return slices.Contains(flags, flag) })
	}
	return flags
}
