package browser

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/report/sample"
)

// work is what the main thread of a page has done, in time of the processor: waiting for
// others does not count.
type work struct {
	all    time.Duration
	script time.Duration // of it
	layout time.Duration // and style, of it
}

// worked is the work since the page was asked for.
func (b *tab) worked() (w work) {
	b.t.Helper()
	b.run(chromedp.ActionFunc(func(ctx context.Context) error {
		metrics, err := performance.GetMetrics().Do(ctx)
		for _, m := range metrics {
			took := time.Duration(m.Value * float64(time.Second))
			switch m.Name {
			case "TaskDuration":
				w.all = took
			case "ScriptDuration":
				w.script = took
			case "LayoutDuration", "RecalcStyleDuration":
				w.layout += took
			}
		}
		return err
	}))
	return w
}

// 2,000 commands and 3,000 messages are there in half a second. That is a matter of the
// processor's time, and of how much there is in the document; the bound is ten times what it
// takes, for slow machines.
func TestLarge(t *testing.T) {
	b := open(t)
	address := file(t, sample.Large(2000, 3000), report.Options{})
	b.run(performance.Enable().WithTimeDomain(performance.EnableTimeDomainThreadTicks))
	b.run(chromedp.Navigate(address))
	eval[bool](b, "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))") // it is painted
	w := b.worked()
	took := eval[float64](b, "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
	t.Logf("painted with %d ms of the processor: %d ms of the script, %d ms of layout; ready after %.0f ms", w.all.Milliseconds(), w.script.Milliseconds(), w.layout.Milliseconds(), took)
	if w.all == 0 || w.all > 5*time.Second {
		t.Errorf("opening takes %v of the processor", w.all)
	}
	if n := eval[int](b, "document.querySelectorAll('*').length"); n > 3000 {
		t.Errorf("%d elements in the document", n)
	}
	step := eval[float64](b, "(() => { const t = performance.now(); for (let n = 100; n < 120; n++) select(n); return (performance.now() - t) / 20; })()")
	all := eval[float64](b, "(() => { const t = performance.now(); showAll(true); return performance.now() - t; })()")
	t.Logf("a step takes %.1f ms, all rows %.0f ms", step, all)
	if step > 1000 || all > 5000 {
		t.Errorf("a step takes %.1f ms, all rows %.0f ms", step, all)
	}
	if got := eval[[]int](b, "[D.ev.length, D.msgs.length, list.children.length, mapBox.querySelectorAll('*').length]"); got[0] < 2000 || got[1] != 3000 || got[2] > 500 || got[3] > 20 {
		t.Errorf("%d events, %d messages, %d rows in the document, %d shapes in the overview", got[0], got[1], got[2], got[3])
	}
	b.fine()
}
