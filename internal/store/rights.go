package store

import (
	"math/bits"
	"strings"
)

// Rights is a set of the rights of RFC 4314, section 2.1: what an account may do with a
// mailbox.
type Rights uint16

// The rights, in the order in which a set of them is written.
const (
	MayLookup   Rights = 1 << iota // l: the mailbox is there, for LIST and all else
	MayRead                        // r: SELECT, EXAMINE, STATUS
	MaySeen                        // s: set and clear \Seen
	MayWrite                       // w: set and clear the other flags, but for \Deleted
	MayInsert                      // i: APPEND, and COPY and MOVE into it
	MayPost                        // p: send to its submission address, which IMAP does not do
	MayCreate                      // k: make mailboxes below it
	MayDelete                      // x: DELETE and RENAME it
	MayMark                        // t: set and clear \Deleted
	MayExpunge                     // e: EXPUNGE, and that of CLOSE
	MayAdmin                       // a: look at its list of rights, and change it
	MayAnnotate                    // n: write shared annotations of messages (RFC 5257, section 3.4)

	AllRights = MayAdmin<<1 - 1 // but for MayAnnotate, which few servers know
)

// ForcedRights are those that an account always has on its own mailboxes.
const ForcedRights = MayLookup | MayAdmin

const rightLetters = "lrswipkxtean"

// obsoleteRights are c and d of RFC 2086, which stand for several (RFC 4314, section
// 2.1.1, where a server has a choice).
var obsoleteRights = map[rune]Rights{'c': MayCreate | MayDelete, 'd': MayExpunge | MayMark}

// Has says whether all of these rights are in the set.
func (r Rights) Has(these Rights) bool { return r&these == these }

// String writes the set as RFC 4314 does: lrswipkxtea.
func (r Rights) String() string {
	text := make([]byte, 0, bits.OnesCount16(uint16(r)))
	for i := range len(rightLetters) {
		if r&(1<<i) != 0 {
			text = append(text, rightLetters[i])
		}
	}
	return string(text)
}

// ParseRights reads a set as a client writes it, with c and d for those for which they
// stand. A letter that is no right, or in upper case, is ErrInvalidRight (RFC 4314,
// section 3.1).
func ParseRights(text string) (Rights, error) {
	var set Rights
	for _, letter := range text {
		i := strings.IndexRune(rightLetters, letter)
		switch several, obsolete := obsoleteRights[letter]; {
		case obsolete:
			set |= several
		case i >= 0:
			set |= 1 << i
		case 'A' <= letter && letter <= 'Z':
			return 0, errorf(ErrInvalidRight, "rights are not in upper case: %q in %q", letter, text)
		default:
			return 0, errorf(ErrInvalidRight, "%q in %q is no right (have %s)", letter, text, rightLetters)
		}
	}
	return set, nil
}

// RightsChange is what becomes of the rights that an identifier has: mod-rights of RFC
// 4314, section 3.1.
type RightsChange struct {
	Op     byte // '+' adds, '-' takes away, 0 puts in the place of what there was
	Rights Rights
}

// ParseRightsChange reads rights with or without a sign before them.
func ParseRightsChange(text string) (RightsChange, error) {
	var change RightsChange
	if text != "" && (text[0] == '+' || text[0] == '-') {
		change.Op, text = text[0], text[1:]
	}
	var err error
	change.Rights, err = ParseRights(text)
	return change, err
}

// of is what the change makes of a set.
func (c RightsChange) of(have Rights) Rights {
	switch c.Op {
	case '+':
		return have | c.Rights
	case '-':
		return have &^ c.Rights
	}
	return c.Rights
}
