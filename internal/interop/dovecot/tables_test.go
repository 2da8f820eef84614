package dovecot_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// rule is a difference that occurs wherever a server makes a choice: matching
// lines are rewritten on both sides, or dropped if nothing is left of them.
type rule struct {
	command *regexp.Regexp // to which the answer is; nil: any
	pattern *regexp.Regexp
	replace string
	rfc     string // the section that leaves the choice
	why     string
}

// difference is one that occurs in some answers of a dialogue: lines of ours
// that contain a text, and lines of Dovecot's that contain another. There may
// be several such texts, a line each, or none; "{*}" stands for all lines, and said on
// both sides for those that a file has.
type difference struct {
	dialogue, tags string
	ours, theirs   string
	rfc            string // the section that decides
	why            string
}

// tables are the differences that are known, and which of them occurred.
type tables struct {
	differences []difference
	own         []rule   // besides the rules that hold with every server
	sayings     *sayings // of the rows with said

	mu       sync.Mutex
	rules    map[*regexp.Regexp]bool // that made answers agree
	occurred []bool
	played   map[string]bool
	commands int
}

func newTables(rows ...[]difference) *tables {
	var all []difference
	for _, d := range slices.Concat(rows...) {
		for tag := range strings.FieldsSeq(d.tags) {
			d.tags = tag
			all = append(all, d)
		}
	}
	return &tables{differences: all, occurred: make([]bool, len(all)),
		rules: make(map[*regexp.Regexp]bool), played: make(map[string]bool)}
}

// compare tells the difference between two answers that no table has.
func (t *tables) compare(dialogue, tag, command string, ours, theirs []string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	ours, theirs = apart(ours, theirs)
	for _, r := range slices.Concat(rules, t.own) {
		before := len(ours) + len(theirs)
		if before == 0 || r.command != nil && !r.command.MatchString(command) {
			continue
		}
		newOurs, newTheirs := apart(r.rewrite(ours), r.rewrite(theirs))
		if len(newOurs)+len(newTheirs) < before {
			t.rules[r.pattern] = true
			ours, theirs = newOurs, newTheirs
		}
	}
	ours, theirs = t.less(dialogue, tag, ours, theirs)
	if len(ours)+len(theirs) == 0 {
		return ""
	}
	return fmt.Sprintf("    ours\n        %s\n    theirs\n        %s",
		strings.Join(ours, "\n        "), strings.Join(theirs, "\n        "))
}

// less takes out of two answers the differences that are known.
func (t *tables) less(dialogue, tag string, ours, theirs []string) (restOurs, restTheirs []string) {
	for i, d := range t.differences {
		switch {
		case len(ours)+len(theirs) == 0 || d.dialogue != dialogue || d.tags != tag:
		case d.ours == said && t.sayings.hear(dialogue, tag, ours, theirs):
			t.occurred[i] = true
			return nil, nil
		case d.ours != said && has(ours, d.ours) && has(theirs, d.theirs):
			ours, theirs = remove(ours, d.ours), remove(theirs, d.theirs)
			t.occurred[i] = true
		}
	}
	return ours, theirs
}

// apart leaves of two answers what the other has not.
func apart(a, b []string) (onlyA, onlyB []string) {
	for _, line := range a {
		if !slices.Contains(b, line) {
			onlyA = append(onlyA, line)
		}
	}
	for _, line := range b {
		if !slices.Contains(a, line) {
			onlyB = append(onlyB, line)
		}
	}
	return onlyA, onlyB
}

func (r rule) rewrite(lines []string) []string {
	var out []string
	for _, line := range lines {
		if line = r.pattern.ReplaceAllString(line, r.replace); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// texts are those of one side of a difference.
func texts(side string) []string {
	return strings.FieldsFunc(side, func(r rune) bool { return r == '\n' })
}

// matches says whether a line has one of the texts.
func matches(line, text string) bool {
	return text == "{*}" || strings.Contains(line, text)
}

// has says whether every text is in a line.
func has(lines []string, side string) bool {
	for _, text := range texts(side) {
		if !slices.ContainsFunc(lines, func(line string) bool { return matches(line, text) }) {
			return false
		}
	}
	return true
}

// remove leaves the lines that have none of the texts.
func remove(lines []string, side string) []string {
	return slices.DeleteFunc(lines, func(line string) bool {
		return slices.ContainsFunc(texts(side), func(text string) bool { return matches(line, text) })
	})
}

// done notes that a dialogue was held to its end.
func (t *tables) done(dialogue string, commands int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.played[dialogue] = true
	t.commands += commands
}

// checkStale is for rows that are no longer true. Those of dialogues that
// were skipped are not judged, nor any rule if one was.
func (t *tables) checkStale(tb testing.TB, files []string) {
	tb.Logf("%d dialogues of %d, %d commands", len(t.played), len(files), t.commands)
	for i, d := range t.differences {
		if t.played[d.dialogue] && !t.occurred[i] {
			tb.Errorf("listed, but does not occur: %+v", d)
		}
	}
	for _, r := range rules {
		if len(t.played) == len(files) && !t.rules[r.pattern] {
			tb.Errorf("rule without effect: %s (%s)", r.pattern, r.why)
		}
	}
}
