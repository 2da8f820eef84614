package imaptest

import (
	"sync"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// effect is one verb of a rule: what it does at a command, a connection or a handshake. One
// of the functions is set.
type effect struct {
	verb   string // OmitItem("UID")
	traits traits

	before  func(cmd *Command, ctl imapd.Control)
	instead func(cmd *Command, ctl imapd.Control) error
	after   func(cmd *Command, ctl imapd.Control)
	// edit makes an editor for one answer.
	edit func(cmd *Command) imapd.Editor
	// send says how the answer is sent. It calls changed when that has made a difference.
	send func(f *imapd.Filter, ctl imapd.Control, changed func())
	// near says what came nearest to what was looked for in lines that had it not.
	near func(lines []string) string
	// release lets go of what the effect holds; nil: it holds nothing.
	release func()
	// abandoned says that it was still held when the server was closed; or nil.
	abandoned func() bool

	mu      sync.Mutex // guards what follows
	changed int
	saw     []string // of answers that were not changed
	longest int      // answer that was not changed, in bytes
}

// traits are what an effect is, and what it needs.
type traits uint16

const (
	isInstead traits = 1 << iota // it takes the place of the command
	isSilent                     // nothing is answered
	isTagged                     // the answer is a tagged line alone
	isBye                        // the answer is a BYE
	isRaw                        // the command need not be one of the server's
	isHidden                     // nothing of the answer is sent
	isEnd                        // the connection ends on the way
	isPieces
	isPace
	isText // it says what the tagged line is
	isTag  // it says which tag it has
	isTLS  // it says what the handshake is

	needsRun    // there is something to do only if the command runs
	needsAnswer // there is something to do only if there is an answer
	needsBody   // and if that has other lines than the tagged one
	needsTagged // and if that has a tagged line
)

// contradictions are pairs of verbs that cannot both be.
var contradictions = []struct {
	a, b traits
	why  string
	// sameRule says that two rules may have them: the one that was made for more is
	// silenced where the other fires, and that is as it should be.
	sameRule bool
}{
	{isInstead, isInstead, "both take the place of the command", false},
	{isInstead, needsRun, "the command does not run", false},
	{isSilent, needsAnswer, "nothing is answered", false},
	{isTagged, needsBody, "the answer is its tagged line alone", false},
	{isBye, needsBody, "the answer is a BYE alone", false},
	{isBye, needsTagged, "a BYE has no tag", false},
	{isHidden, needsAnswer, "nothing of the answer is sent", true},
	{isEnd, isEnd, "a connection ends once", false},
	{isPieces, isPieces, "there is one size of pieces", false},
	{isPace, isPace, "there is one speed", false},
	{isText, isText, "there is one tagged line", false},
	{isTag, isTag, "there is one tag", false},
	{isTLS, isTLS, "a handshake has one end", false},
}

// contradiction says why two effects cannot both be, "" if they can.
func contradiction(a, b traits, sameRule bool) string {
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

// shownEffects is how many lines are kept of answers that an effect did not change.
const shownEffects = 8

// note keeps lines of an answer that the effect has not changed.
func (e *effect) note(lines [][]byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, line := range lines {
		if e.changed > 0 || len(e.saw) == shownEffects {
			return
		}
		e.saw = append(e.saw, string(line[:min(len(line), 4*shownWidth)]))
	}
}

// watch is an editor that looks on: at what an effect sends as it is.
func (e *effect) watch() imapd.Editor {
	size := 0
	return func(lines [][]byte, _ bool) [][]byte {
		e.note(lines)
		for _, line := range lines {
			if line[0] != '+' {
				size += len(line)
			}
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		e.longest = max(e.longest, size)
		return lines
	}
}

// nearBytes says how long the longest answer was.
func (e *effect) nearBytes([]string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return plural(e.longest, "byte")
}

// noteChanged counts an answer that the effect has changed.
func (e *effect) noteChanged() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.changed++
	e.saw = nil
}

// state is how often the effect has changed something, and what it saw if never.
func (e *effect) state() (changed int, saw []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.changed, e.saw
}
