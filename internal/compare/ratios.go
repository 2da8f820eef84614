package compare

import (
	"fmt"
	"math"
	"time"
)

// The columns of ratios.
const (
	peerRatio  = "imapserver / mailtest"
	oldRatio   = "go-imap v1 / mailtest"
	doveRatio  = "Dovecot / mailtest"
	floorRatio = "mailtest / floor"
)

// ratioColumns have what is divided by what.
var ratioColumns = []struct{ name, over, under string }{
	{peerRatio, peer, ours}, {oldRatio, old, ours}, {doveRatio, dovecot, ours}, {floorRatio, ours, lowest},
}

// clock and processor are the two ways to look at a cost.
func clock(s spent) time.Duration     { return s.Clock }
func processor(s spent) time.Duration { return s.Processor }

// outcome is what the works have cost.
type outcome struct {
	works []work
	costs []costs
}

// ratios is the table of them.
func (o outcome) ratios(of func(spent) time.Duration) *table {
	t := &table{columns: []string{"work"}}
	for _, c := range ratioColumns {
		t.columns = append(t.columns, c.name)
	}
	for i, w := range o.works {
		t.add(w.name, o.costs[i].ratios(of)...)
	}
	return t
}

func (c costs) ratios(of func(spent) time.Duration) (out []float64) {
	for _, column := range ratioColumns {
		out = append(out, c.of(column.over, of)/c.of(column.under, of))
	}
	return out
}

// of is what a work has cost somewhere in milliseconds; NaN if it is not known.
func (c costs) of(kind string, of func(spent) time.Duration) float64 {
	if t := of(c[kind]); t > 0 {
		return t.Seconds() * 1e3
	}
	return math.NaN()
}

// times is the table of milliseconds.
func (o outcome) times(of func(spent) time.Duration) *table {
	t := &table{columns: append([]string{"work, ms"}, kinds...)}
	for i, w := range o.works {
		var figures []float64
		for _, kind := range kinds {
			figures = append(figures, o.costs[i].of(kind, of))
		}
		t.add(w.name, figures...)
	}
	return t
}

// rates is the table of how many messages, or what it is, in a second of the clock.
func (o outcome) rates() *table {
	t := &table{columns: append([]string{"work, a second"}, kinds...)}
	for i, w := range o.works {
		var figures []float64
		for _, kind := range kinds {
			figures = append(figures, float64(w.many)*1e3/o.costs[i].of(kind, clock))
		}
		t.add(w.name, figures...)
	}
	return t
}

// held is the part of its ratio to the peer in the page that a work must have today.
const held = 2.0 / 3

// fallen says how a ratio has fallen, or nothing. Work that is not in the page, or that
// the peer does not do, cannot have fallen.
func fallen(page *table, name string, today float64) string {
	before := page.at(name, peerRatio)
	if math.IsNaN(before) || today >= before*held {
		return ""
	}
	return fmt.Sprintf("%s: the peer takes %s times what we take, and took %s times", name, figure(today), figure(before))
}
