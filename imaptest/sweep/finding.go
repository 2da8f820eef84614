package sweep

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// kinds of findings in the order in which they are shown.
var kinds = []string{"LOST", "DOUBLED", "PANIC", "HANGS", "STUCK", "RUNS AWAY", "CHANGED", "RESULT", "FAILED", "LEAKS"}

// finding is something that is not as it must be in a run.
type finding struct {
	kind string
	who  string // " under a rival" and the like
	text string // what, in one line or a few
	what string // kind and what came of it, without numbers
	key  string // that and who: findings with the same key are one
}

// heading is the kind, and who did it where that is no fault.
func (f finding) heading() string {
	if f.who != "" {
		return f.kind + f.who + ": "
	}
	return f.kind + " "
}

// findings are those of a run.
func (sw *sweep) findings(r *run, o *outcome) []finding {
	var out []finding
	add := func(kind, text, key string) {
		out = append(out, finding{kind, r.class(), text, kind + " " + key, kind + r.class() + " " + key})
	}
	if o.panicked != "" {
		add("PANIC", o.panicked, general(o.panicked))
	}
	if sw.checks(Ends) {
		switch {
		case o.stuck != "":
			add("STUCK", o.stuck, general(o.stuck))
		case o.away != "":
			add("RUNS AWAY", o.away, "")
		case o.hung != "":
			text := o.hung
			if len(o.failures) > 0 {
				text = o.failures[0] + "; " + text
			}
			add("HANGS", text, waitedOn(o.hung))
		case o.leaked != "":
			add("LEAKS", o.leaked, general(o.leaked))
		}
	}
	if o.stuck != "" || o.away != "" || o.hung != "" || o.panicked != "" {
		return out // the mail is as it was on the way
	}
	said := sw.lost(o, add)
	maps.Copy(said, sw.doubled(o, add))
	if o.failed {
		if !sw.forgiven(o) && sw.checks(Assertions) {
			add("FAILED", clip(strings.Join(o.failures, "; "), 300), r.point().Name)
		}
		return out
	}
	sw.changed(o, said, add)
	return out
}

// forgiven says that the scenario may fail, or that it was made to.
func (sw *sweep) forgiven(o *outcome) bool { return sw.mayFail || o.rival.renamed }

// lost says the messages of which no copy is left in an account. What a scenario that has failed
// was to bring there it need not have brought.
func (sw *sweep) lost(o *outcome, add func(kind, text, key string)) map[identity]bool {
	said := make(map[identity]bool)
	if !sw.checks(NoLoss) {
		return said
	}
	want, got, had := sw.first.after.copies(), o.after.copies(), o.before.copies()
	for _, who := range sortedOwned(want) {
		if got[who] > 0 || o.rival.gone[who.message] || o.failed && had[who] == 0 {
			continue
		}
		said[who.message] = true
		if len(said) > 1 {
			continue
		}
		text := sw.first.after.name(who.message) + " is nowhere"
		if o.after.hasAnother(who) {
			text = sw.first.after.name(who.message) + " is there with another body only"
		}
		if len(sw.first.after.accounts()) > 1 {
			text += " in account " + who.account
		}
		add("LOST", text, "")
	}
	return said
}

// hasAnother says that a message is there with the same Message-ID and another body.
func (c contents) hasAnother(who owned) bool {
	return who.message.id != "" && slices.ContainsFunc(c.list, func(k kept) bool {
		return k.account == who.account && k.message.id == who.message.id && k.message != who.message
	})
}

// doubled says the messages of which there are more copies than undisturbed.
func (sw *sweep) doubled(o *outcome, add func(kind, text, key string)) map[identity]bool {
	said := make(map[identity]bool)
	if !sw.checks(NoDuplicates) {
		return said
	}
	want, got := sw.first.after.copies(), o.after.copies()
	most := 1
	for _, n := range want {
		most = max(most, n)
	}
	for _, who := range sortedOwned(got) {
		allowed := max(want[who], 1)
		if o.rival.delivered[who.message] {
			allowed = most
		}
		if got[who] <= allowed {
			continue
		}
		said[who.message] = true
		if len(said) > 1 {
			continue
		}
		text := fmt.Sprintf("%s is there %d times, undisturbed %d", o.after.name(who.message), got[who], want[who])
		if len(sw.first.after.accounts()) > 1 {
			text += ", in account " + who.account
		}
		add("DOUBLED", text, "")
	}
	return said
}

func sortedOwned(m map[owned]int) []owned {
	return slices.SortedFunc(maps.Keys(m), func(a, b owned) int {
		return compareKept(kept{a.account, "", a.message, ""}, kept{b.account, "", b.message, ""})
	})
}

// changed is mail that ended otherwise, but for what has been said of it, and a result that
// is another.
func (sw *sweep) changed(o *outcome, said map[identity]bool, add func(kind, text, key string)) {
	if sw.checks(SameState) && !o.rival.renamed {
		maps.Copy(said, o.rival.touched)
		if lines, signature := changedLines(sw.first.after, o.after, said); len(lines) > 0 {
			add("CHANGED", firstOf(lines), signature)
		}
	}
	sw.overwritten(o, said, add)
	if sw.checks(SameResult) && !o.rival.renamed && len(o.rival.touched) == 0 && o.result != sw.first.result {
		lines := changedText(sw.first.result, o.result)
		add("RESULT", firstOf(lines), signs(lines))
	}
}

// signs say whether lines of a text are missing, are too many, or both: what they are is
// another in each run.
func signs(lines []string) string {
	var marks []string
	for _, line := range lines {
		if mark, _, _ := strings.Cut(line, " "); !slices.Contains(marks, mark) {
			marks = append(marks, mark)
		}
	}
	return strings.Join(marks, "")
}

// overwritten says the flags that a rival has set on a message that is still there, and that
// are gone: the client has written over them.
func (sw *sweep) overwritten(o *outcome, said map[identity]bool, add func(kind, text, key string)) {
	if !sw.checks(SameState) {
		return
	}
	for id, set := range o.rival.set {
		for _, flag := range set.flags {
			copies, kept := 0, 0
			for _, k := range o.after.list {
				if k.message != id || k.mailbox != set.mailbox {
					continue
				}
				if copies++; slices.Contains(strings.Fields(k.flags), string(flag)) {
					kept++
				}
			}
			if copies > 0 && kept == 0 && !sw.first.takesAway(flag) {
				add("CHANGED", fmt.Sprintf("%s has lost the %s that a rival had set", o.after.name(id), flag), "overwritten")
			}
		}
	}
}

// takesAway says that the client itself takes a flag from messages when nobody disturbs it.
func (o *outcome) takesAway(flag imap.Flag) bool {
	return slices.ContainsFunc(o.commands, func(cmd imaptest.Command) bool {
		change, is := readStore(&cmd)
		return is && change.op == imap.StoreFlagsDel && slices.Contains(change.flags, flag)
	})
}

// maxLines is how many lines of a difference are shown.
const maxLines = 6

func firstOf(lines []string) string {
	if more := len(lines) - maxLines; more > 0 {
		lines = append(slices.Clone(lines[:maxLines]), fmt.Sprintf("… and %d lines more", more))
	}
	return strings.Join(lines, "\n")
}

// What differs from run to run, and not from fault to fault.
var particular = regexp.MustCompile(`"[^"]*"|0x[0-9a-f]+|[0-9]+`)

func general(text string) string { return particular.ReplaceAllString(text, "") }

// waitedOn is what a hung scenario waits on: a command, whichever it is, or nothing that the
// server knows of.
func waitedOn(text string) string {
	if strings.Contains(text, " waits on ") {
		return "a command"
	}
	return ""
}
