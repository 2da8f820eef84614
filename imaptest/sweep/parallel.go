package sweep

import (
	"flag"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// runAll does the runs, as many at once as go test -parallel says.
func (sw *sweep) runAll(runs []*run) []*outcome {
	outcomes := make([]*outcome, len(runs))
	sw.parallel(len(runs), func(i int) {
		if sw.left.tooMany() {
			outcomes[i] = &outcome{unmade: true}
			return
		}
		outcomes[i] = sw.once(runs[i])
	})
	return outcomes
}

// parallel calls f for each number below n.
func (sw *sweep) parallel(n int, f func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range sw.workers() {
		workers.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				f(i)
			}
		})
	}
	workers.Wait()
}

func (sw *sweep) workers() int {
	if sw.serial {
		return 1
	}
	if n, err := strconv.Atoi(flagValue("test.parallel")); err == nil && n > 0 {
		return n
	}
	return runtime.GOMAXPROCS(0)
}

func flagValue(name string) string {
	if f := flag.Lookup(name); f != nil {
		return f.Value.String()
	}
	return ""
}

// isFiltered says that go test -run asks for subtests of this test.
func isFiltered(t *testing.T) bool { return filterOf(t) != nil }

// filterOf is what go test -run asks for below this test, nil for nothing.
func filterOf(t *testing.T) []string {
	names := strings.Split(t.Name(), "/")
	for _, pattern := range alternatives(flagValue("test.run")) {
		parts := strings.Split(pattern, "/")
		if len(parts) <= len(names) {
			continue
		}
		if !slices.ContainsFunc(names, func(name string) bool {
			matches, err := regexp.MatchString(parts[slices.Index(names, name)], name)
			return err != nil || !matches
		}) {
			return parts[len(names):]
		}
	}
	return nil
}

// alternatives are what a pattern of -run has between the "|" that are in no parentheses.
func alternatives(pattern string) (out []string) {
	depth, begin := 0, 0
	for i, r := range pattern {
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case '|':
			if depth == 0 {
				out, begin = append(out, pattern[begin:i]), i+1
			}
		}
	}
	return append(out, pattern[begin:])
}

// runSubtests makes each run a subtest, of which go test -run does those that it asks for.
func (sw *sweep) runSubtests(runs []*run) {
	sw.detailed = true
	tree, ran, several := newSubtests(), false, sw.asked()
	line := filterOf(sw.t)
	began := line[0] == "^together$" && several == nil // another sweep of the same test has another root
	for _, r := range append(runs, several...) {
		tree.add(r, func(t *testing.T) { ran = true; sw.show(t, r, sw.once(r)) })
	}
	for _, root := range tree.names {
		sw.t.Run(root, func(t *testing.T) { began = true; tree.below[root].run(t) })
	}
	if began && !ran && isAnchored(line) {
		sw.t.Errorf("sweep: no run is called %s: the scenario comes to other points than it did", strings.Join(unanchored(line), "/"))
	}
}

// isAnchored says that a filter is that of a block's line.
func isAnchored(filter []string) bool { return filter[0] == "^at$" || filter[0] == "^together$" }

// unanchored are the names that such a filter stands for.
func unanchored(filter []string) []string {
	parts := slices.Clone(filter)
	for i, part := range parts {
		parts[i] = strings.TrimSuffix(strings.TrimPrefix(part, "^"), "$")
	}
	return parts
}

// asked is the run with several disturbances that go test -run asks for, if it is one: there
// are too many to make them all.
func (sw *sweep) asked() []*run {
	parts := unanchored(filterOf(sw.t))
	if at(parts, 0) != "together" || len(parts)%2 == 0 {
		return nil
	}
	r := &run{}
	for i := 1; i < len(parts); i += 2 {
		for _, a := range sw.actsAt(sw.pointNamed(parts[i], r)) {
			if a.Name == parts[i+1] {
				r.acts = append(r.acts, a)
			}
		}
	}
	if len(r.acts) != len(parts)/2 {
		return nil
	}
	return []*run{r}
}

// show says all of one run.
func (sw *sweep) show(t *testing.T, r *run, o *outcome) {
	t.Helper()
	var sb strings.Builder
	for i, a := range r.acts {
		sb.WriteString([]string{"at   ", "and  "}[min(i, 1)] + a.point.describe() + "\n")
	}
	sb.WriteString("rule " + strings.ReplaceAll(o.code, "\n", "\n     ") + "\n")
	switch {
	case !o.reached:
		sb.WriteString("the point was not reached\n")
	case !o.acted:
		sb.WriteString("there was nothing to disturb\n")
	}
	failed := false
	for _, f := range sw.findings(r, o) {
		note := ""
		if k := sw.knows(f.kind, r); k != nil {
			note = " (known: " + k.why + ")"
		} else {
			failed = true
		}
		sb.WriteString(f.heading() + f.text + note + "\n")
	}
	for _, part := range []struct{ head, text string }{
		{"what the scenario logged", o.log}, {"transcript", shorten(o.transcript)}, {"state", o.state},
	} {
		if part.text != "" {
			sb.WriteString(part.head + "\n    " + strings.ReplaceAll(strings.TrimRight(part.text, "\n"), "\n", "\n    ") + "\n")
		}
	}
	if text := strings.TrimRight(sb.String(), "\n"); failed {
		t.Error(text)
		sw.saveReport(t, r, o)
	} else {
		t.Log(text)
	}
}

// shorten takes out what is longer than what it tells.
func shorten(transcript string) string {
	var out []string
	for line := range strings.Lines(transcript) {
		if before, rest, found := strings.Cut(line, "[CAPABILITY "); found {
			if _, after, closed := strings.Cut(rest, "]"); closed {
				line = before + "[CAPABILITY …]" + after
			}
		}
		out = append(out, line)
	}
	return strings.Join(out, "")
}
