package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/report/sample"
)

// A page that is served goes on: it shows what happens when it does, and its buttons act.
func TestLive(t *testing.T) {
	states := make(chan *report.Data, 3)
	pressed := make(chan string, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		d := &report.Data{Test: report.Test{Result: report.Running}}
		report.Write(w, d, report.Options{Live: &report.Live{Stream: "/events", Actions: []report.Action{{Label: "Drop all", URL: "/drop"}}}})
	})
	mux.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		var s report.Stream
		for {
			select {
			case d := <-states:
				message, err := s.Next(d)
				if err != nil {
					t.Error(err)
				}
				fmt.Fprintf(w, "data: %s\n\n", message)
				w.(http.Flusher).Flush()
			case <-r.Context().Done():
				return
			}
		}
	})
	mux.HandleFunc("POST /drop", func(http.ResponseWriter, *http.Request) { pressed <- "drop" })
	server := httptest.NewServer(mux)
	t.Cleanup(server.CloseClientConnections)
	b := open(t, chromedp.Flag("proxy-bypass-list", "127.0.0.1"))
	b.visit(server.URL)
	whole := sample.All["watcher"]()
	for _, n := range []int{3, 9, len(whole.Events)} {
		part := *whole
		part.Events, part.Failures, part.Test.Result = whole.Events[:n], nil, report.Running
		states <- &part
		b.until(fmt.Sprintf("D.ev.length >= %d && list.querySelectorAll('.ev').length === D.ev.length && S.sel === D.ev.length", n))
	}
	b.run(chromedp.Click(".live button", chromedp.ByQuery))
	select {
	case <-pressed:
	case <-time.After(patience):
		t.Error("the button did nothing")
	}
	b.until("document.querySelector('.live .state').textContent === 'Drop all: done'")
	b.fine()
}

// until waits until something holds in the page.
func (b *tab) until(condition string) {
	b.t.Helper()
	eval[bool](b, "new Promise(done => { const look = () => "+condition+" ? done(true) : setTimeout(look, 20); look(); })")
}
