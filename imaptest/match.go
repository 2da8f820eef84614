package imaptest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/flagname"
	"github.com/go-mailtest/mailtest/internal/mimetree"
	"github.com/go-mailtest/mailtest/internal/search"
	"github.com/go-mailtest/mailtest/memstore"
)

// Match is a condition on a message. Several of them must all hold.
type Match struct {
	text  string // as a failure names it
	is    search.Condition
	wrong bool // it cannot be: text says why
}

func newMatch(text string, is search.Condition) Match { return Match{text: text, is: is} }

// String is the condition as a failure names it: Subject "Invoice 17".
func (m Match) String() string { return m.text }

// Where is a condition of the test's own. It is asked about messages that meet the others.
func Where(ok func(memstore.Message) bool) Match {
	return newMatch("Where(func)", search.Test(search.CostUnknown, "Where(func)", func(m search.Message) bool {
		return ok(m.(*candidate).Message)
	}))
}

// UID matches the message with that UID.
func UID(uid imap.UID) Match {
	is := search.None()
	if uid > 0 { // 0 would be "*"
		is = search.UIDs(imap.UIDSetNum(uid))
	}
	return newMatch("UID "+formatUID(uid), is)
}

// Subject matches a whole subject, decoded to UTF-8.
func Subject(subject string) Match {
	return newMatch(fmt.Sprintf("Subject %q", subject), search.SubjectIs(subject))
}

// From matches a sender by address, in any case, or by display name.
func From(who string) Match { return newMatch(fmt.Sprintf("From %q", who), search.FromIs(who)) }

// To matches an addressee in the To field by address, in any case, or by
// display name.
func To(who string) Match { return newMatch(fmt.Sprintf("To %q", who), search.ToIs(who)) }

// MessageID matches a Message-ID, with or without its angle brackets.
func MessageID(id string) Match {
	return newMatch(fmt.Sprintf("MessageID %q", strings.Trim(id, "<>")), search.MessageIDIs(id))
}

// Header matches a header field that holds value, in any case; an empty value
// matches every message that has the field.
func Header(name, value string) Match {
	return newMatch(fmt.Sprintf("Header %s: %q", name, value), search.HeaderSeen(name, value))
}

// Text matches messages whose readable text holds s.
func Text(s string) Match { return newMatch(fmt.Sprintf("Text %q", s), search.TextSeen(s)) }

// Flagged matches messages that have all of the flags; without any, those
// that are \Flagged. A system flag without its backslash fails the test that looks: see
// [memstore.Keyword].
func Flagged(flags ...imap.Flag) Match { return matchFlags("Flagged", flags, search.Flag) }

// Unflagged matches messages that have none of the flags; without any, those
// that are not \Flagged. A system flag without its backslash fails the test, as with
// [Flagged].
func Unflagged(flags ...imap.Flag) Match {
	return matchFlags("Unflagged", flags, func(flag imap.Flag) search.Condition { return search.Not(search.Flag(flag)) })
}

func matchFlags(name string, flags []imap.Flag, is func(imap.Flag) search.Condition) Match {
	flags, err := orFlagged(flags)
	if err != nil {
		return Match{text: name + ": " + err.Error(), wrong: true}
	}
	var all []search.Condition
	for _, flag := range flags {
		all = append(all, is(flag))
	}
	return newMatch(name+" "+formatFlags(flags), search.And(all...))
}

func orFlagged(flags []imap.Flag) ([]imap.Flag, error) {
	if len(flags) == 0 {
		return []imap.Flag{imap.FlagFlagged}, nil
	}
	return flagname.ParseAll(flags)
}

// wrongMatch says why one of the conditions cannot be, "" if all can.
func wrongMatch(match []Match) string {
	for _, one := range match {
		if one.wrong || one.text == "" {
			return cmp.Or(one.text, "a Match that is no condition")
		}
	}
	return ""
}

// candidate is a message as the conditions of package search look at it. One can stand for
// message after message.
type candidate struct{ memstore.Message }

// UID is that of the message.
func (c *candidate) UID() imap.UID { return c.Message.UID }

// ModSeq is that of the message.
func (c *candidate) ModSeq() uint64 { return c.Message.ModSeq }

// InternalDate is that of the message.
func (c *candidate) InternalDate() time.Time { return c.Message.InternalDate }

// SaveDate is that of the message.
func (c *candidate) SaveDate() time.Time { return c.Message.SaveDate }

// Recent: \Recent belongs to sessions.
func (c *candidate) Recent() bool { return false }

// Tree is for what asks more than a [memstore.Message] tells, which no Match does.
func (c *candidate) Tree() *mimetree.Message { return mimetree.Parse(c.Raw()) }

// Unparsed is for those that one will do for.
func (c *candidate) Unparsed() (mimetree.Unparsed, bool) { return mimetree.Look(c.Raw(), nil), true }

// describe names all conditions: Subject "Invoice 17", Flagged \Seen.
func describe(match []Match) string { return search.Describe(match) }

// describeOne is describe without an article.
func describeOne(match []Match) string {
	return strings.TrimPrefix(strings.TrimPrefix(describe(match), "a "), "any ")
}

func selectMatching(messages []memstore.Message, match []Match) []memstore.Message {
	all := make([]search.Condition, len(match))
	for i, one := range match {
		all[i] = one.is
	}
	query := search.And(all...).Bind(search.Scope{})
	var out []memstore.Message
	c := &candidate{}
	for _, c.Message = range messages {
		if query.Match(c) {
			out = append(out, c.Message)
		}
	}
	return out
}

// unmet are the conditions that do not hold for a message.
func unmet(m memstore.Message, match []Match) []Match {
	return slices.DeleteFunc(slices.Clone(match), func(one Match) bool {
		return one.is.Bind(search.Scope{}).Match(&candidate{m})
	})
}
