package sweep

import (
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"
)

// watched is a bubble as seen from outside. From there its timers, channels and locks must
// not be touched; but goroutines that neither run nor let virtual time go on can be seen.
type watched struct {
	number chan string // of the bubble
	ended  chan string // why it did not end well, "" if it did
}

// When somebody looks, and how long a bubble may be busy, in real time. Runs take
// milliseconds.
const (
	firstLook = time.Second / 4
	nextLook  = time.Second / 4
)

var maxBusy = 30 * time.Second

// wait waits for the bubble's end. One that stands still is left as it is.
func (w *watched) wait() end {
	look := time.NewTimer(firstLook)
	defer look.Stop()
	began, number, before := time.Now(), "", ""
	for {
		select {
		case why := <-w.ended:
			return w.last(why, number)
		case <-look.C:
			look.Reset(nextLook)
		}
		if number == "" {
			select {
			case number = <-w.number:
			default:
				continue
			}
		}
		still, busy := standstill(number)
		switch {
		case still != "" && still == before:
			return end{why: "virtual time stands still, because a goroutine waits for a lock: " + still}
		case time.Since(began) > maxBusy && still == "" && busy != "":
			return end{why: fmt.Sprintf("after %v of real time it still runs: %s", maxBusy, busy), busy: true}
		}
		before = still
	}
}

// last is the end of a bubble that has ended.
func (w *watched) last(why, number string) end {
	switch {
	case why == "":
		return end{}
	case why == failedItself:
		return end{why: why, over: true}
	case !strings.Contains(why, "blocked goroutines remain"):
		return end{why: why}
	}
	if number == "" {
		number = <-w.number
	}
	for _, g := range goroutinesOf(number) {
		return end{why: "a goroutine is left behind: " + g.String(), leaked: true}
	}
	return end{why: "a goroutine is left behind", leaked: true}
}

// standstill says which goroutine keeps a bubble's time from going on while nothing of it
// runs, or else what runs.
func standstill(number string) (still, busy string) {
	for _, g := range goroutinesOf(number) {
		switch {
		case g.durable:
		case g.runs() || g.state == "IO wait":
			busy = g.String()
		default:
			still = g.String()
		}
	}
	if busy != "" {
		return "", busy
	}
	return still, ""
}

// stackOf is a goroutine: its state and where it is.
type stackOf struct {
	number, state, stack string
	durable              bool // it waits for something of its bubble
}

// String is one line.
func (g stackOf) String() string { return "[" + g.state + "] " + frames(g.stack, "") }

// runs says that the goroutine waits for nobody.
func (g stackOf) runs() bool {
	return !g.durable && slices.Contains([]string{"running", "runnable", "syscall", "sleep", "preempted", "GC assist wait", "GC assist marking"}, g.state)
}

// waitsForLock says that somebody else must unlock something first.
func (g stackOf) waitsForLock() bool {
	return slices.Contains([]string{"sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock", "semacquire"}, g.state)
}

// goroutinesOf are those of a bubble that are not the bubble's own.
func goroutinesOf(number string) []stackOf {
	return slices.DeleteFunc(allOf(number), func(g stackOf) bool { return frames(g.stack, "") == "" })
}

// allOf are all goroutines of a bubble.
func allOf(number string) []stackOf {
	buf := make([]byte, 1<<16)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 2*len(buf))
	}
	var out []stackOf
	for text := range strings.SplitSeq(string(buf), "\n\n") {
		head, stack, _ := strings.Cut(text, "\n")
		if bubbleIn(head) != number {
			continue
		}
		_, state, _ := strings.Cut(head, "[")
		state, _, _ = strings.Cut(state, "]:")
		state, _, _ = strings.Cut(state, ",")
		state, durable := strings.CutSuffix(state, " (durable)")
		out = append(out, stackOf{strings.Fields(head)[1], state, stack, durable})
	}
	return out
}

// shownFrames is how much of a stack is shown.
const shownFrames = 3

// frames are the functions of a stack in one line, the innermost first, without those of
// the runtime and of packages that only wait. Those up to a function that begins with
// after are left out.
func frames(stack, after string) string {
	var out []string
	skipping := after != ""
	for line := range strings.Lines(stack) {
		if strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "goroutine ") || strings.HasPrefix(line, "created by") {
			continue
		}
		name := strings.TrimSpace(line)
		if skipping {
			skipping = !strings.HasPrefix(name, after)
			continue
		}
		if open := strings.LastIndexByte(name, '('); open > 0 {
			name = name[:open]
		}
		name = path.Base(name)
		if isPlumbing(name) {
			continue
		}
		if out = append(out, name); len(out) == shownFrames {
			break
		}
	}
	return strings.Join(out, " < ")
}

// isPlumbing says that a function tells nothing of the code under test.
func isPlumbing(name string) bool {
	pkg, _, _ := strings.Cut(name, ".")
	return slices.Contains([]string{"runtime", "sync", "testing", "synctest", "sweep", "panic", "debug", "time", "poll"}, pkg)
}
