package serve_test

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/serve"
)

// A wait ends when the client hangs up, in whatever way, and what it has sent by then is
// there to be read.
func TestWaitSeesTheClientGo(t *testing.T) {
	for how, end := range map[string]func(client *memnet.Conn){
		"hang up":    func(client *memnet.Conn) { client.Close() },
		"half-close": func(client *memnet.Conn) { client.CloseWrite() },
		"reset":      func(client *memnet.Conn) { client.Reset(); client.Close() },
	} {
		synctest.Test(t, func(t *testing.T) {
			client, nc := memnet.Pipe()
			c := serve.NewConn(nc)
			defer client.Close()
			defer c.Finish()
			start := time.Now()
			time.AfterFunc(time.Minute, func() { io.WriteString(client, "one ") })
			c.Wait(time.Hour) // the client is there
			if got := time.Since(start); got != time.Hour || c.IsGone() {
				t.Fatalf("%s: waited for %v", how, got)
			}
			time.AfterFunc(time.Minute, func() {
				io.WriteString(client, "two")
				synctest.Wait()
				end(client.(*memnet.Conn))
			})
			c.Wait(time.Hour)
			if got := time.Since(start); got != time.Hour+time.Minute || !c.IsGone() {
				t.Errorf("%s: waited for %v", how, got)
			}
			select {
			case <-c.Closed():
				t.Errorf("%s: it was not this side that closed", how)
			default:
			}
			if got, _ := io.ReadAll(c.Stream()); string(got) != "one two" {
				t.Errorf("%s: read %q", how, got)
			}
		})
	}
}
