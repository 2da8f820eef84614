package imaptest

import (
	"fmt"
	"slices"
	"time"
)

// Quirk is something that a server does and that a client would not expect. Package
// [github.com/go-mailtest/mailtest/imaptest/provider] has those that are known, and a test can
// make its own. [WithQuirk] puts one on any profile.
type Quirk struct {
	Name     string // "envelope-spaces"
	Doc      string // what it does on the wire, a sentence
	Fault    bool   // the protocol forbids it
	Sources  []string
	Excludes []string // names of quirks that cannot be on the same server
	Needs    []string // capabilities without which it does nothing
	Acts     []Act
}

// Act is a piece of what a quirk does: one of [TextAct], [CapAct], [GateAct], [ItemAct],
// [LetterAct], [EditAct], [TellAct], [ClockAct] and [SetAct].
type Act interface{ act() }

// TextAct answers an event with another text; {line} is what it replaces.
type TextAct struct {
	Event  Event
	Answer string
}

// CapAct says of a capability whether it is shown and whether it works.
type CapAct struct {
	Word         string
	Shown, Works bool
}

// GateAct answers commands in place of the server: those that could run, and those whose
// arguments the server does not understand if On says which arguments it is for.
type GateAct struct {
	On     string // a command and what its arguments are like, "SEARCH CHARSET *"; "*": every one
	When   string // conditions with spaces between; "": always
	Answer string // a template, as in Texts
	Bye    string // is said after so many answers, and the connection ends
	After  int
}

// ItemAct changes an item of FETCH responses.
type ItemAct struct {
	Name string // "RFC822", "ENVELOPE", "BODY" for BODY[…], "BODYSTRUCTURE"; "*": every one
	How  string // "omit", "twice", "empty", "nil", "quoted", "wrapped", "unasked", or the name of a writer
}

// LetterAct has FETCH tell another message in place of those that have a part of some type.
type LetterAct struct {
	Type     string // "text/calendar"
	Text     string // its lines, each with "\n"; {user}, {uid} and {subject} are those of the message
	Envelope string // the value of ENVELOPE where that is not what Text's header comes to
}

// EditAct changes the server's lines of one kind by regular expression. The bytes of
// literals stay as they are.
type EditAct struct {
	Response string // "LIST", "SEARCH", "OK", "tagged OK", "FETCH: tagged OK"
	Find     string
	Replace  string // with ${1} and the like
	Twice    bool   // the line is sent again
	Drop     bool   // the line is not sent
}

// TellAct changes what the client is told of its mailbox, and when.
type TellAct struct{ How string }

// ClockAct does something a while after something else.
type ClockAct struct {
	On    string // "connect", "login", "token" (a login with one), "command", "IDLE", "DONE", or a command
	After time.Duration
	Bytes int64  // in place of a time: of the answer to the command
	Then  string // "bye TEXT", "close", "reset", "silent", "wait", "say LINE"
}

// SetAct changes a setting of the profile, as a line of a profile file does: "list quote
// never".
type SetAct struct{ Line string }

func (SetAct) act()    {}
func (TextAct) act()   {}
func (CapAct) act()    {}
func (GateAct) act()   {}
func (ItemAct) act()   {}
func (LetterAct) act() {}
func (EditAct) act()   {}
func (TellAct) act()   {}
func (ClockAct) act()  {}

// String is the quirk's name.
func (q Quirk) String() string { return q.Name }

// WithQuirk puts quirks on the server, whatever its profile.
func WithQuirk(quirks ...Quirk) Option {
	return changeProfile(func(s *ProfileSpec) error {
		s.Quirks = append(slices.Clip(s.Quirks), quirks...)
		return nil
	})
}

// WithoutQuirk takes quirks off the server's profile.
func WithoutQuirk(quirks ...Quirk) Option {
	return changeProfile(func(s *ProfileSpec) error {
		for _, q := range quirks {
			i := slices.IndexFunc(s.Quirks, func(have Quirk) bool { return have.Name == q.Name })
			if i < 0 {
				return fmt.Errorf("WithoutQuirk: %s has no quirk %q%s", s.Name, q.Name, orNearest(q.Name, quirkNames(s.Quirks)))
			}
			s.Quirks = slices.Delete(slices.Clone(s.Quirks), i, i+1)
		}
		return nil
	})
}

func quirkNames(quirks []Quirk) []string {
	var out []string
	for _, q := range quirks {
		out = append(out, q.Name)
	}
	return out
}
