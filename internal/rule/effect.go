package rule

import "sync/atomic"

// Effect is a verb of a rule.
type Effect interface {
	Verb() string // CutAfter(3)
	Traits() Traits
	// NoteChanged counts a point at which it has changed something, and Changed is how
	// many there were.
	NoteChanged()
	Changed() int
}

// Counter is for effects that need no more than to count.
type Counter struct{ n atomic.Int64 }

// NoteChanged: see [Effect].
func (c *Counter) NoteChanged() { c.n.Add(1) }

// Changed: see [Effect].
func (c *Counter) Changed() int { return int(c.n.Load()) }

// Traits are what an effect is, and what it needs.
type Traits uint32

// What an effect is.
const (
	IsInstead Traits = 1 << iota // it takes the place of the command
	IsSilent                     // nothing is answered
	IsTagged                     // the answer is a tagged line alone
	IsBye                        // the answer is a BYE
	IsRaw                        // the command need not be one of the server's
	IsHidden                     // nothing of the answer is sent
	IsEnd                        // the connection ends on the way
	IsPieces
	IsPace
	IsText // it says what the tagged line is
	IsTag  // it says which tag it has
	IsTLS  // it says what the handshake is

	IsGreeting // it says what the greeting is
	IsUser     // it says who is logged in from the start

	NeedsRun    // there is something to do only if the command runs
	NeedsAnswer // there is something to do only if there is an answer
	NeedsBody   // and if that has other lines than the tagged one
	NeedsTagged // and if that has a tagged line
)

// contradictions are pairs of verbs that cannot both be.
var contradictions = []struct {
	a, b Traits
	why  string
	// sameRule says that two rules may have them: the one that was made for more is
	// silenced where the other fires, and that is as it should be.
	sameRule bool
}{
	{IsInstead, IsInstead, "both take the place of the command", false},
	{IsInstead, IsGreeting, "that takes the place of the greeting", false},
	{IsInstead, IsUser, "that takes the place of the greeting", false},
	{IsInstead, NeedsRun, "the command does not run", false},
	{IsSilent, NeedsAnswer, "nothing is answered", false},
	{IsTagged, NeedsBody, "the answer is its tagged line alone", false},
	{IsBye, NeedsBody, "the answer is a BYE alone", false},
	{IsBye, NeedsTagged, "a BYE has no tag", false},
	{IsHidden, NeedsAnswer, "nothing of the answer is sent", true},
	{IsEnd, IsEnd, "a connection ends once", false},
	{IsPieces, IsPieces, "there is one size of pieces", false},
	{IsPace, IsPace, "there is one speed", false},
	{IsText, IsText, "there is one tagged line", false},
	{IsTag, IsTag, "there is one tag", false},
	{IsGreeting, IsGreeting, "there is one greeting", false},
	{IsUser, IsUser, "there is one greeting", false},
	{IsTLS, IsTLS, "a handshake has one end", false},
	{IsTLS, IsSilent, "a handshake has one end", false},
}

// contradiction says why two effects cannot both be, "" if they can.
func contradiction(a, b Traits, sameRule bool) string {
	for _, row := range contradictions {
		if row.sameRule && !sameRule {
			continue
		}
		if a&row.a != 0 && b&row.b != 0 || a&row.b != 0 && b&row.a != 0 {
			return row.why
		}
	}
	return ""
}
