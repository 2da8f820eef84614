package browser

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/go-mailtest/mailtest/internal/interop/program"
	"github.com/go-mailtest/mailtest/internal/report"
)

var (
	chromium = program.Program{Name: "chromium", Probe: []string{"--version"}, Shows: []string{`Chromium \d+`}, Limit: time.Minute}
	firefox  = program.Program{Name: "firefox-esr", Probe: []string{"--version"}, Shows: []string{`Mozilla Firefox \d+`}, Limit: time.Minute}
)

// patience is how long a test waits for a browser before it gives up.
const patience = time.Minute

// tab is a tab of a Chromium whose only way into the network is an ear.
type tab struct {
	t    *testing.T
	ctx  context.Context
	ear  *ear
	errs *[]string
}

// open starts a browser.
func open(t *testing.T, more ...chromedp.ExecAllocatorOption) *tab {
	t.Helper()
	e, dir := listen(t), temporary(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program.Need(t, chromium)), chromedp.NoSandbox, chromedp.WSURLReadTimeout(patience), chromedp.Env("TMPDIR="+dir), chromedp.UserDataDir(filepath.Join(dir, "profile")),
		chromedp.ProxyServer(e.addr), chromedp.Flag("proxy-bypass-list", "<-loopback>"), chromedp.WindowSize(1280, 900))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(options, more...)...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx, chromedp.WithLogf(t.Logf), chromedp.WithErrorf(func(string, ...any) {})) // it knows not all that this browser says
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, patience)
	t.Cleanup(stop)
	var errs []string
	chromedp.ListenTarget(ctx, func(event any) {
		if e, ok := event.(*runtime.EventExceptionThrown); ok {
			errs = append(errs, e.ExceptionDetails.Error())
		}
	})
	out := &tab{t, ctx, e, &errs}
	out.run()
	return out
}

// temporary is a folder for what a browser leaves among the temporary files. Its name is short, as
// there are sockets among them, and it may take a moment until nobody writes there any more.
func temporary(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 100 {
			if err = os.RemoveAll(dir); err == nil {
				return
			}
			<-time.After(100 * time.Millisecond)
		}
		t.Error(err)
	})
	return dir
}

func (b *tab) run(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// eval is what an expression is in the page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	var out T
	b.run(chromedp.Evaluate(expression, &out, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	return out
}

// visit opens a page, and waits until it is loaded.
func (b *tab) visit(url string) {
	b.t.Helper()
	b.run(chromedp.Navigate("about:blank"), chromedp.Navigate(url))
}

// file writes a report, and gives its address.
func file(t *testing.T, d *report.Data, o report.Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.Write(&out, d, o); err != nil {
		t.Fatal(err)
	}
	return write(t, out.Bytes())
}

func write(t *testing.T, page []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(name, page, 0o644); err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: name}).String()
}

// fine says that no script of the page has failed.
func (b *tab) fine() {
	b.t.Helper()
	for _, err := range *b.errs {
		b.t.Error(err)
	}
}
