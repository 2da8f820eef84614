package smtpsink_test

import (
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"testing"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// Close waits for those that are connected, and not for clients that connect again as
// soon as their connection ends.
func TestCloseWaitsForNoNewcomers(t *testing.T) {
	for range 20 {
		sink, err := smtpsink.New()
		if err != nil {
			t.Fatal(err)
		}
		addr := sink.Addr()
		var wg sync.WaitGroup
		ready := make(chan struct{}, 1)
		for range 4 {
			wg.Go(func() {
				for {
					nc, err := net.Dial("tcp", addr)
					if err != nil {
						return
					}
					if _, err := nc.Read(make([]byte, 1)); err == nil {
						select {
						case ready <- struct{}{}:
						default:
						}
					}
					io.Copy(io.Discard, nc)
					nc.Close()
				}
			})
		}
		<-ready
		if err := sink.Close(); err != nil { // it says so if it has waited for long
			t.Error(err)
		}
		wg.Wait()
	}
}

// Who comes after Close is refused, as at a port that is closed, and told why.
func TestDialAfterClose(t *testing.T) {
	sink, err := smtpsink.New(smtpsink.InMemory())
	if err == nil {
		err = sink.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sink.Dial(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) || err.Error() != "dial mem: connection refused: the sink has been closed" {
		t.Errorf("got %v", err)
	}
}
