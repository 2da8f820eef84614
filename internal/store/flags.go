package store

import (
	"encoding/binary"
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
	keywords []imap.Flag    // appended to only
	places   map[string]int // in keywords, by the keyword in lower case
	sets     map[string][]imap.Flag
}

// all is the list of keywords as it is now; appending to it makes a copy.
func (t *flagTable) all() []imap.Flag { return slices.Clip(t.keywords) }

// place is that of a keyword in the list, in whatever case it is spelled.
func (t *flagTable) place(keyword imap.Flag) (i int, known bool) {
	i, known = t.places[strings.ToLower(string(keyword))]
	return i, known
}

// canonical gives a flag its spelling: the standard one of a system flag, and
// of a keyword that in which the mailbox first saw it.
func (t *flagTable) canonical(flag imap.Flag) (imap.Flag, error) {
	if !isSystem(flag) {
		if i, known := t.place(flag); known {
			return t.keywords[i], nil
		}
		return flag, checkFlag(flag)
	}
	if flag = standard(flag); slices.Contains(systemFlags, flag) {
		return flag, nil
	}
	return flag, checkFlag(flag)
}

// standard gives a system flag its spelling.
func standard(flag imap.Flag) imap.Flag {
	for _, have := range systemFlags {
		if strings.EqualFold(string(have), string(flag)) {
			return have
		}
	}
	return flag
}

func isSystem(flag imap.Flag) bool { return strings.HasPrefix(string(flag), `\`) }

// knows says that a flag needs no keyword that is new.
func (t *flagTable) knows(flag imap.Flag) bool {
	_, known := t.place(flag)
	return known || isSystem(flag)
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
	seen := make(map[string]bool, len(flags))
	for _, flag := range flags {
		canonical, err := t.canonical(flag)
		if err != nil {
			return nil, err
		}
		if folded := strings.ToLower(string(canonical)); !seen[folded] {
			seen[folded] = true
			out = append(out, canonical)
		}
	}
	for _, flag := range out {
		if !t.knows(flag) {
			if t.places == nil {
				t.places = make(map[string]int)
			}
			t.places[strings.ToLower(string(flag))] = len(t.keywords)
			t.keywords = append(t.keywords, flag)
		}
	}
	return out, nil
}

// set is the shared set of these flags, which have their spelling, in order: system
// flags, and then keywords in the order of the mailbox's list.
func (t *flagTable) set(flags []imap.Flag) []imap.Flag {
	if len(flags) == 0 {
		return nil
	}
	places := make([]int, 0, len(flags)) // of system flags below 0
	for _, flag := range flags {
		i, known := t.place(flag)
		if !known {
			i = slices.Index(systemFlags, flag) - len(systemFlags)
		}
		places = append(places, i)
	}
	slices.Sort(places)
	places = slices.Compact(places)
	key := make([]byte, 0, 64)
	for _, i := range places {
		key = binary.AppendVarint(key, int64(i))
	}
	if shared, ok := t.sets[string(key)]; ok {
		return shared
	}
	ordered := make([]imap.Flag, len(places))
	for n, i := range places {
		if i < 0 {
			ordered[n] = systemFlags[i+len(systemFlags)]
			continue
		}
		ordered[n] = t.keywords[i]
	}
	if t.sets == nil {
		t.sets = make(map[string][]imap.Flag)
	}
	t.sets[string(key)] = ordered
	return ordered
}

// setCache remembers what has been made of the sets of one mailbox's messages, each of
// which most of them share.
type setCache struct {
	made map[*imap.Flag]remade
	last remade
	make func(set []imap.Flag) ([]imap.Flag, error)
}

// remade is what has been made of a set.
type remade struct {
	of, set []imap.Flag
	same    bool // both have the same flags
	counted bool // \Seen or \Deleted, which are counted, are in one of them alone
}

func newSetCache(make func(set []imap.Flag) ([]imap.Flag, error)) *setCache {
	return &setCache{make: make}
}

func (c *setCache) get(set []imap.Flag) (remade, error) {
	if c.made != nil && identity(set) == identity(c.last.of) {
		return c.last, nil
	}
	out, found := c.made[identity(set)]
	if !found {
		to, err := c.make(set)
		if err != nil {
			return out, err
		}
		if c.made == nil {
			c.made = map[*imap.Flag]remade{}
		}
		differs := func(flag imap.Flag) bool { return slices.Contains(set, flag) != slices.Contains(to, flag) }
		out = remade{set, to, sameSet(set, to), differs(imap.FlagSeen) || differs(imap.FlagDeleted)}
		c.made[identity(set)] = out
	}
	c.last = out
	return out, nil
}

// identity tells a shared set from others.
func identity(set []imap.Flag) *imap.Flag {
	if len(set) == 0 {
		return nil
	}
	return &set[0]
}

// sameSet says whether two sets have the same flags. Shared ones are quick to tell.
func sameSet(a, b []imap.Flag) bool {
	return len(a) == len(b) && (identity(a) == identity(b) || slices.Equal(a, b))
}

// combine adds flags to those that a message has, or takes them away.
func combine(have []imap.Flag, op imap.StoreFlagsOp, flags []imap.Flag) []imap.Flag {
	if op == imap.StoreFlagsAdd {
		return slices.Concat(have, flags)
	}
	goes := make(map[imap.Flag]bool, len(flags))
	for _, flag := range flags {
		goes[flag] = true
	}
	return slices.DeleteFunc(slices.Clone(have), func(flag imap.Flag) bool { return goes[flag] })
}
