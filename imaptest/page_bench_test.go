package imaptest_test

import (
	"fmt"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
)

// BenchmarkPageUpdates is what a delivery costs where so many browsers follow the page of a server
// with so many messages.
func BenchmarkPageUpdates(b *testing.B) {
	for _, size := range []struct{ browsers, messages int }{{1, 100}, {100, 100}, {1, 3000}, {100, 3000}} {
		b.Run(fmt.Sprintf("browsers=%d/messages=%d", size.browsers, size.messages), func(b *testing.B) {
			srv := imaptest.Start(b, imaptest.InMemory())
			raw := invoices(1)["2"]
			for range size.messages {
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
