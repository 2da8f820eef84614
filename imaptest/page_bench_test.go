package imaptest_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/go-mailtest/mailtest/imaptest"
)

// BenchmarkPageUpdates is what a delivery costs where so many browsers follow the page of a server
// with so many messages, of which so many were delivered: each of those is an event of the page.
func BenchmarkPageUpdates(b *testing.B) {
	for _, size := range []struct{ browsers, messages, delivered int }{{1, 100, 0}, {1, 3000, 0}, {100, 3000, 0}, {1, 3000, 3000}} {
		b.Run(fmt.Sprintf("browsers=%d/messages=%d/delivered=%d", size.browsers, size.messages, size.delivered), func(b *testing.B) {
			raw := invoices(1)["2"]
			files := make(fstest.MapFS)
			for i := range size.messages - size.delivered {
				files[fmt.Sprintf("INBOX/%d.eml", i)] = &fstest.MapFile{Data: raw}
			}
			srv := imaptest.Start(b, imaptest.InMemory(), imaptest.WithMail(files))
			for range size.delivered {
				srv.Inbox().Deliver(b, raw)
			}
			next := make([]func() ([]byte, error), size.browsers)
			for i := range next {
				next[i] = srv.PageUpdates()
				next[i]()
			}
			b.ReportAllocs()
			for b.Loop() {
				srv.Inbox().Deliver(b, raw)
				for i := range next {
					if message, err := next[i](); err != nil || message == nil {
						b.Fatal(message, err)
					}
				}
			}
		})
	}
}
