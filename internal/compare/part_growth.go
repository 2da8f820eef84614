package compare

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/compare/plot"
)

// sizes are how many messages there are, and how often each is measured.
var sizes = []struct{ messages, rounds int }{{1000, 5}, {10_000, 3}, {100_000, 2}, {1_000_000, 1}}

// growthPart measures how everything grows, and is that part of the page, with its
// picture and the laws that are broken.
func growthPart(tb testing.TB) (text string, pictures map[string]string, wrong []law) {
	tb.Helper()
	at := make(map[int]grown)
	for _, size := range sizes {
		at[size.messages] = grow(tb, size.messages, size.rounds, growths)
	}
	p := plot.Panels{Title: "Seconds of the processor", X: "messages, clients or mailboxes", Y: "time", YTick: unitOf}
	seconds, each, memory := growthTables(at, &p)
	clients, last := idleTable(tb, &p)
	all := append(append(laws(1000, 100_000, at, messageWanted), laws(1000, 1_000_000, at, messageWanted)...), idleLaw(last, idleWanted))
	var sb strings.Builder
	fmt.Fprintf(&sb, `## How it grows

![Growth](performance-growth.svg)

%s This server alone, its own processor's time, garbage collected between and not during the work. The
bytes of the messages are shared.

### Seconds

%s
### Seconds a message

%s
### Memory a message

%s
### Clients that idle

%s
### Mailboxes

%s
### What must hold

%s`, machine(), seconds, each, memory, clients, mailboxTable(tb, &p), lawTable(all))
	return sb.String(), map[string]string{"performance-growth.svg": p.SVG()}, broken(all)
}

// growthTables are times, times a message, and memory.
func growthTables(at map[int]grown, p *plot.Panels) (seconds, each, memory *table) {
	seconds, each = &table{columns: []string{"messages"}, format: duration}, &table{columns: []string{"messages"}, format: duration}
	for _, size := range sizes {
		seconds.columns = append(seconds.columns, fmt.Sprint(size.messages))
		each.columns = append(each.columns, fmt.Sprint(size.messages))
	}
	for _, row := range growths {
		panel := plot.Panel{Name: row.name}
		var times, parts []float64
		for _, size := range sizes {
			t := at[size.messages].each[row.name].Processor.Seconds()
			times, parts = append(times, t), append(parts, t/float64(size.messages))
			panel.Points = append(panel.Points, [2]float64{float64(size.messages), t})
		}
		seconds.add(row.name, times...)
		each.add(row.name, parts...)
		p.Panels = append(p.Panels, panel)
	}
	var rest, sorted []float64
	for _, size := range sizes {
		rest, sorted = append(rest, at[size.messages].atRest), append(sorted, at[size.messages].sorted)
	}
	memory = &table{columns: each.columns}
	memory.add("bytes beyond its own", rest...)
	memory.add("the same after SORT and THREAD", sorted...)
	return seconds, each, memory
}

// duration is a time with its unit.
func duration(seconds float64) string {
	unit, name := 1e-9, "ns"
	for _, next := range []struct {
		unit float64
		name string
	}{{1e-6, "µs"}, {1e-3, "ms"}, {1, "s"}} {
		if seconds >= next.unit {
			unit, name = next.unit, next.name
		}
	}
	return figure(seconds/unit) + " " + name
}

// unitOf names a power of ten that is a unit, and no other.
func unitOf(seconds float64) string {
	for unit, name := range map[int]string{-9: "1 ns", -6: "1 µs", -3: "1 ms", 0: "1 s"} {
		if math.Abs(math.Log10(seconds)-float64(unit)) < 1e-9 {
			return name
		}
	}
	return ""
}

// idleTable is about clients that idle. It returns the largest number of them, too.
func idleTable(tb testing.TB, p *plot.Panels) (t *table, last idled) {
	t = &table{columns: []string{"clients", "memory each, KB", "told of a message, s", "of that each, µs", "by the clock, s"}}
	panel := plot.Panel{Name: "a message told to IDLE"}
	for _, n := range []int{10, 100, 1000, 10_000} {
		if !room(n) {
			t.add(fmt.Sprintf("%d (more than may be open at once)", n), math.NaN(), math.NaN(), math.NaN(), math.NaN())
			continue
		}
		last = idle(tb, n)
		s := last.told.Processor.Seconds()
		t.add(fmt.Sprint(n), last.memory/1024, s, s*1e6/float64(n), last.told.Clock.Seconds())
		panel.Points = append(panel.Points, [2]float64{float64(n), s})
	}
	p.Panels = append(p.Panels, panel)
	return t, last
}

// mailboxTable is about LIST with STATUS.
func mailboxTable(tb testing.TB, p *plot.Panels) *table {
	t := &table{columns: []string{"mailboxes", "LIST with STATUS, s", "of that each, µs"}}
	panel := plot.Panel{Name: "LIST with STATUS"}
	for _, n := range []int{1, 10, 100, 1000, 10_000} {
		s := listed(tb, n).Processor.Seconds()
		t.add(fmt.Sprint(n), s, s*1e6/float64(n))
		panel.Points = append(panel.Points, [2]float64{float64(n), s})
	}
	p.Panels = append(p.Panels, panel)
	return t
}

func lawTable(all []law) *table {
	t := &table{columns: []string{"law", "found", "at most"}}
	for _, l := range all {
		name := l.text
		if l.broken() {
			name += " (**does not hold**)"
		}
		t.add(name, l.found, l.bound)
	}
	return t
}
