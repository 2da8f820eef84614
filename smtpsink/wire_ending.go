package smtpsink

import (
	"crypto/tls"
	"fmt"
	"io"
	"runtime/debug"
	"time"
)

// guard makes an error of a panic in the test's own code: the client sees 421, the
// test that owns the sink the stack.
func (w *wireConn) guard(err *error) {
	r := recover()
	if r == nil {
		return
	}
	w.sink.noteBug(fmt.Errorf("smtpsink: panic in %v: %v\n%s", w.now, r, debug.Stack()))
	if w.now == nil || w.now.Stage != stageTLS { // within a handshake nothing can be sent
		w.send(formatReply(421, "4.3.0", "internal error"))
		w.flush()
	}
	*err = w.hangUp()
}

// drop sends what is owed for the commands before, and closes the connection.
func (w *wireConn) drop() error {
	w.flush()
	err := w.hangUp()
	w.settle()
	return err
}

// hangUp closes the connection; go-smtp sees its end.
func (w *wireConn) hangUp() error {
	w.hungUp = true
	w.shut()
	return io.EOF
}

// shut closes the connection. It may be called from any goroutine.
func (w *wireConn) shut() error {
	w.goneOnce.Do(func() { close(w.gone) })
	return w.raw.Close()
}

// reset makes the connection end with RST.
func (w *wireConn) reset() {
	switch nc := w.raw.(type) {
	case interface{ SetLinger(int) error }:
		nc.SetLinger(0)
	case interface{ Reset() }:
		nc.Reset()
	}
	w.hangUp()
}

// wait waits, but no longer than the connection is there.
func (w *wireConn) wait(d time.Duration) {
	w.flush()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-w.gone:
	}
}

// stall reads what the client sends until it gives up.
func (w *wireConn) stall() {
	w.flush()
	io.Copy(io.Discard, w.raw) // within a handshake w.nc cannot be read
	w.hangUp()
}

// Close is go-smtp's: after QUIT, and when reading has failed.
func (w *wireConn) Close() (err error) {
	defer w.sink.forgetConn(w)
	defer w.guard(&err)
	if !w.hungUp && w.greeted {
		w.finish()
		w.flush()
		w.hungUp = true
		if tc, ok := w.nc.(*tls.Conn); ok {
			tc.CloseWrite()
		}
	}
	w.settle()
	return w.shut()
}
