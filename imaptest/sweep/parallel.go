package sweep

import (
	"flag"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// runAll does the runs, as many at once as go test -parallel says.
func (sw *sweep) runAll(runs []*run) []*outcome {
	outcomes := make([]*outcome, len(runs))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range sw.workers() {
		workers.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(runs) {
					return
				}
				outcomes[i] = sw.once(runs[i])
			}
		})
	}
	workers.Wait()
	return outcomes
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
func isFiltered(t *testing.T) bool {
	pattern := flagValue("test.run")
	return strings.Count(pattern, "/") > strings.Count(t.Name(), "/")
}

// runSubtests makes each run a subtest, of which go test -run does those that it asks for.
func (sw *sweep) runSubtests(runs []*run) {
	sw.detailed = true
	sw.t.Run("at", func(t *testing.T) {
		for start := 0; start < len(runs); {
			end := start
			for end < len(runs) && runs[end].point.String() == runs[start].point.String() {
				end++
			}
			group := runs[start:end]
			start = end
			t.Run(group[0].point.String(), func(t *testing.T) {
				for _, r := range group {
					t.Run(r.Name, func(t *testing.T) { sw.show(t, r, sw.once(r)) })
				}
			})
		}
	})
}

// show says all of one run.
func (sw *sweep) show(t *testing.T, r *run, o *outcome) {
	t.Helper()
	var sb strings.Builder
	sb.WriteString("at   " + r.point.describe() + "\n")
	sb.WriteString("rule " + o.code + "\n")
	switch {
	case !o.reached:
		sb.WriteString("the point was not reached\n")
	case !o.acted:
		sb.WriteString("there was nothing to disturb\n")
	}
	failed := false
	for _, f := range sw.findings(r, o) {
		note := ""
		if k := sw.knows(f.kind, r.name()); k != nil {
			note = " (known: " + k.why + ")"
		} else {
			failed = true
		}
		sb.WriteString(f.kind + " " + f.text + note + "\n")
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
