package compare

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"testing"
)

var write = flag.Bool("write", false, "write what is measured into imaptest/PERFORMANCE.md")

func TestMain(m *testing.M) {
	// The same for each server and the client on every machine: how dear the collector is,
	// and how many bytes a write has, depends on it.
	runtime.GOMAXPROCS(2)
	if Play() {
		return
	}
	flag.Parse()
	os.Exit(m.Run())
}

// save prints a part of the page, and writes it if it is to be written.
func save(tb testing.TB, name, text string, pictures map[string]string) {
	tb.Helper()
	fmt.Printf("\n%s\n", text)
	if !*write {
		return
	}
	if err := savePart(name, text, pictures); err != nil {
		tb.Error(err)
	}
}

// BenchmarkWork compares all servers.
func BenchmarkWork(b *testing.B) {
	bench := newBench(b, kinds...)
	for b.Loop() {
		o := outcome{works: works}
		for _, w := range works {
			o.costs = append(o.costs, bench.compare(w, w.rounds()))
		}
		text, pictures := o.workPart(bench.dovecotVersion(), busyOutcome(b, works, 3))
		save(b, "work", text, pictures)
	}
}

// tries are how often something is measured before it has failed: a machine may have
// something else to do.
const tries = 10

// The ratios to the peer are those of the page, quiet or busy, or better, or at most a
// third worse.
func TestRatios(t *testing.T) {
	text, err := os.ReadFile(pageFile)
	if err != nil {
		t.Fatal(err)
	}
	page, err := heldRatios(string(text))
	if err != nil {
		t.Fatal(err)
	}
	bench := newBench(t, ours, peer)
	for _, w := range works {
		t.Run(w.name, func(t *testing.T) {
			if page.row(w.name) == nil {
				t.Fatal("the page does not have it: write it anew")
			}
			verdict := "not measured"
			for try := 0; try < tries && verdict != ""; try++ {
				c := bench.compare(w, 3)
				ratio := c.of(peer, processor) / c.of(ours, processor)
				verdict = fallen(page, w.name, ratio)
				t.Logf("%s times what we take", figure(ratio))
			}
			if verdict != "" {
				t.Error(verdict)
			}
		})
	}
}

// BenchmarkGrowth measures how ours grows.
func BenchmarkGrowth(b *testing.B) {
	for b.Loop() {
		text, pictures, wrong := growthPart(b)
		save(b, "growth", text, pictures)
		for _, l := range wrong {
			b.Logf("does not hold: %v", l)
		}
	}
}

// What takes the same at any size, SELECT, and memory: at a thousand messages and at a
// hundred times as many. A machine that has something else to do may need to be asked again.
func TestLaws(t *testing.T) {
	rows := named("Deliver, the first", "Deliver, the last", "SELECT", "NOOP", "STORE of one")
	var wrong []law
	for range tries {
		at := map[int]grown{1000: grow(t, 1000, 3, rows), 100_000: grow(t, 100_000, 1, rows)}
		all := append(laws(1000, 100_000, at, messageHeld), idleLaw(idle(t, 100), idleHeld))
		t.Log(all)
		if wrong = broken(all); len(wrong) == 0 {
			return
		}
	}
	for _, l := range wrong {
		t.Error(l)
	}
}

var largeSize = flag.Int("large", 100_000, "how many messages BenchmarkLarge has")

// BenchmarkLarge has real clients read an archive.
func BenchmarkLarge(b *testing.B) {
	for b.Loop() {
		save(b, "large", largePart(large(b, *largeSize), *largeSize), nil)
	}
}
