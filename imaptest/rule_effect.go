package imaptest

import (
	"sync"

	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/rule"
)

// effect is one verb of a rule: what it does at a command, a connection or a handshake. One
// of the functions is set.
type effect struct {
	of     *ruleCore
	verb   string // OmitItem("UID")
	traits traits

	before func(cmd *Command, ctl imapd.Control)
	// lasting has the connection be another from here on. It calls changed when that has made
	// a difference.
	lasting func(cmd *Command, ctl imapd.Control, changed func())
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

// traits are what an effect is, and what it needs: see package rule.
type traits = rule.Traits

const (
	isInstead   = rule.IsInstead
	isSilent    = rule.IsSilent
	isTagged    = rule.IsTagged
	isBye       = rule.IsBye
	isRaw       = rule.IsRaw
	isHidden    = rule.IsHidden
	isEnd       = rule.IsEnd
	isPieces    = rule.IsPieces
	isPace      = rule.IsPace
	isText      = rule.IsText
	isTag       = rule.IsTag
	isTLS       = rule.IsTLS
	isGreeting  = rule.IsGreeting
	isUser      = rule.IsUser
	needsRun    = rule.NeedsRun
	needsAnswer = rule.NeedsAnswer
	needsBody   = rule.NeedsBody
	needsTagged = rule.NeedsTagged
)

// Verb: see [rule.Effect].
func (e *effect) Verb() string { return e.verb }

// Traits: see [rule.Effect].
func (e *effect) Traits() rule.Traits { return e.traits }

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

// NoteChanged counts an answer that the effect has changed.
func (e *effect) NoteChanged() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.changed++
	e.saw = nil
}

// Changed: see [rule.Effect].
func (e *effect) Changed() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.changed
}

// lastSaw is what an effect saw that never changed anything.
func (e *effect) lastSaw() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.saw
}
