package report_test

import (
	"io"
	"testing"

	"github.com/go-mailtest/mailtest/internal/growth"
	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/report/sample"
)

func TestGrowth(t *testing.T)      { growth.Test(t, growths) }
func BenchmarkGrowth(b *testing.B) { growth.Benchmark(b, growths) }

// A report takes time that is near linear in what it tells.
var growths = []growth.Case{
	{Name: "commands", Size: 1000, Prepare: func(tb testing.TB, n int) func() { return writes(tb, sample.Large(n, 10)) }},
	{Name: "messages", Size: 500, Prepare: func(tb testing.TB, n int) func() { return writes(tb, sample.Large(10, n)) }},
	{Name: "commands that name messages which are gone", Size: 1000, Prepare: func(tb testing.TB, n int) func() {
		d := sample.Large(n, n)
		for i := range d.Events {
			if d.Events[i].Name == "UID STORE" {
				d.Events[i].Args = "7,99999999 +FLAGS (\\Seen)"
			}
		}
		return writes(tb, d)
	}},
}

func writes(tb testing.TB, d *report.Data) func() {
	return func() {
		if err := report.Write(io.Discard, d, report.Options{}); err != nil {
			tb.Fatal(err)
		}
	}
}
