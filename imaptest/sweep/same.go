package sweep

import (
	"fmt"
	"slices"
	"strings"
)

// differs says how two undisturbed runs differ in what they said, "" if they do not. Several
// connections may come in any order, so it is the set of what each of them said that counts.
func differs(a, b *outcome) string {
	one, other := a.dialogues(), b.dialogues()
	for i := range max(len(one), len(other)) {
		x, y := at(one, i), at(other, i)
		if slices.Equal(x, y) {
			continue
		}
		for j := range max(len(x), len(y)) {
			if at(x, j) != at(y, j) {
				return fmt.Sprintf("command %d of a connection is %s in the one run and %s in the other", j+1, orNothing(at(x, j)), orNothing(at(y, j)))
			}
		}
	}
	return ""
}

func at[T any](list []T, i int) (none T) {
	if i < len(list) {
		return list[i]
	}
	return none
}

func orNothing(name string) string {
	if name == "" {
		return "nothing"
	}
	return name
}

// dialogues are what each connection said, sorted.
func (o *outcome) dialogues() [][]string {
	conns := make(map[string][]string)
	for _, cmd := range o.commands {
		key := fmt.Sprint("imap ", cmd.Conn)
		conns[key] = append(conns[key], cmd.Name)
	}
	for _, step := range o.steps {
		key := fmt.Sprint("smtp ", step.Conn)
		conns[key] = append(conns[key], step.Stage)
	}
	var out [][]string
	for _, names := range conns {
		out = append(out, names)
	}
	slices.SortFunc(out, slices.Compare)
	return out
}

// endsOtherwise says how two undisturbed runs end otherwise, as far as that is compared.
func (sw *sweep) endsOtherwise(a, b *outcome) string {
	if sw.checks(SameResult) && a.result != b.result {
		return "it returns\n    " + strings.Join(changedText(a.result, b.result), "\n    ")
	}
	if !sw.checks(SameState) && !sw.checks(NoLoss) && !sw.checks(NoDuplicates) {
		return ""
	}
	if lines, _ := changedLines(a.after, b.after, nil); len(lines) > 0 {
		return "the mail is\n    " + strings.Join(lines, "\n    ")
	}
	return ""
}

// changedText are the lines that only one of two texts has.
func changedText(want, got string) []string {
	was, is := strings.Split(want, "\n"), strings.Split(got, "\n")
	var out []string
	for _, line := range was {
		if i := slices.Index(is, line); i >= 0 {
			is = slices.Delete(slices.Clone(is), i, i+1)
			continue
		}
		out = append(out, "- "+line)
	}
	for _, line := range is {
		out = append(out, "+ "+line)
	}
	if len(out) == 0 && want != got {
		out = append(out, "the same lines in another order")
	}
	return out
}

// why says why a run was not at a good end, "" if it was.
func (o *outcome) why() string {
	switch {
	case o.stuck != "":
		return "STUCK " + o.stuck
	case o.panicked != "":
		return "PANIC " + o.panicked
	case o.away != "":
		return "RUNS AWAY " + o.away
	case len(o.failures) > 0 && o.hung != "":
		return "HANGS " + o.failures[0] + "; " + o.hung
	case o.hung != "":
		return "HANGS " + o.hung
	case len(o.failures) > 0:
		return "FAILED " + strings.Join(o.failures, "\n    ")
	case o.failed:
		return "FAILED"
	case o.leaked != "":
		return "LEAKS " + o.leaked
	}
	return ""
}

// indented is what the server shows of itself.
func (o *outcome) indented() string {
	if o.explain == "" {
		return ""
	}
	return "\n    " + strings.ReplaceAll(o.explain, "\n", "\n    ")
}
