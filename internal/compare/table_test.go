package compare

import (
	"math"
	"strings"
	"testing"
	"time"
)

// What is written can be read back, figure by figure, from among the rest of a page.
func TestTable(t *testing.T) {
	written := &table{columns: []string{"work", "a / b", "c"}}
	written.add("FETCH, 10 times", 12.34, math.NaN())
	written.add("SEARCH", 0.00123, 4567)
	page := "# Page\n\n## Other\n\n| x | y |\n|---|---:|\n| SEARCH | 1 |\n\n## This\n\nWords.\n\n" + written.String() + "\nMore words.\n"
	read, err := readTable(page, "## This")
	if err != nil {
		t.Fatal(err)
	}
	if got := read.String(); got != written.String() {
		t.Errorf("got\n%swant\n%s", got, written)
	}
	for _, test := range []struct {
		name, column string
		want         float64
	}{
		{"FETCH, 10 times", "a / b", 12.3}, {"SEARCH", "a / b", 0.00123}, {"SEARCH", "c", 4567},
		{"FETCH, 10 times", "c", math.NaN()}, {"STORE", "c", math.NaN()}, {"SEARCH", "d", math.NaN()},
	} {
		if got := read.at(test.name, test.column); got != test.want && !(math.IsNaN(got) && math.IsNaN(test.want)) {
			t.Errorf("%s, %s: got %v, want %v", test.name, test.column, got, test.want)
		}
	}
}

func TestTableThatIsNone(t *testing.T) {
	for name, page := range map[string]string{
		"no heading":   "# Page\n",
		"no table":     "# Page\n## This\n\nwords\n## Next\n| a | b |\n",
		"a word":       "# Page\n## This\n| a | b |\n|---|---|\n| x | fast |\n",
		"a cell short": "# Page\n## This\n| a | b | c |\n|---|---|---|\n| x | 1 |\n",
	} {
		if got, err := readTable(page, "## This"); err == nil {
			t.Errorf("%s: got %v, want an error", name, got)
		}
	}
}

// Two thirds of what it was is held; less has fallen.
func TestFallen(t *testing.T) {
	page := &table{columns: []string{"work", peerRatio, oldRatio}}
	page.add("FETCH", 6, 1)
	page.add("MOVE", math.NaN(), 1)
	for _, test := range []struct {
		name  string
		today float64
		falls bool
	}{
		{"FETCH", 6, false}, {"FETCH", 60, false}, {"FETCH", 4.01, false}, {"FETCH", 3.99, true}, {"FETCH", 0.1, true},
		{"MOVE", 0.1, false}, {"STORE", 0.1, false},
	} {
		got := fallen(page, test.name, test.today)
		if (got != "") != test.falls || test.falls && !strings.Contains(got, "and took 6.00 times") {
			t.Errorf("%s at %v: got %q", test.name, test.today, got)
		}
	}
}

// The lesser of two ratios is held, and what is in one table alone.
func TestHeldRatios(t *testing.T) {
	table := func(heading string, rows map[string]float64) string {
		t := &table{columns: []string{"work", peerRatio}}
		for name, f := range rows {
			t.add(name, f)
		}
		return "\n" + heading + "\n\nWords.\n\n" + t.String() + "\n"
	}
	quiet := table(ratioHeading, map[string]float64{"FETCH": 9, "STORE": 0.5, "MOVE": 2})
	other := table(busyHeading, map[string]float64{"FETCH": 4, "STORE": 0.6})
	got, err := heldRatios(quiet + other)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{"FETCH": 4, "STORE": 0.5, "MOVE": 2} {
		if f := got.at(name, peerRatio); f != want {
			t.Errorf("%s: %v, want %v", name, f, want)
		}
	}
	if _, err := heldRatios(quiet); err == nil {
		t.Error("a page without a busy machine is none")
	}
}

// A figure has three digits that count.
func TestFigure(t *testing.T) {
	for f, want := range map[float64]string{0: "0", 0.012345: "0.0123", 0.5: "0.500", 1: "1.00", 12.345: "12.3", 99.96: "100.0", 123.4: "123", 123456: "123456"} {
		if got := figure(f); got != want {
			t.Errorf("%v: got %s, want %s", f, got, want)
		}
	}
}

// 100,000 in a quarter of a second are 400,000 in one; who was not measured has no rate.
func TestRates(t *testing.T) {
	o := outcome{
		works: []work{{name: "loading", many: 100_000}},
		costs: []costs{{ours: {Clock: 250 * time.Millisecond}}},
	}
	if got := o.rates().at("loading", ours); got != 400_000 {
		t.Errorf("got %v a second, want 400000", got)
	}
	if got := o.rates().at("loading", peer); !math.IsNaN(got) {
		t.Errorf("got %v of a server that was not measured", got)
	}
}

// Each work says of how many it is.
func TestWorksAreCounted(t *testing.T) {
	for _, w := range works {
		if w.many <= 0 {
			t.Errorf("%s: of how many?", w.name)
		}
	}
}
