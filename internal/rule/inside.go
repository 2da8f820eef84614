package rule

import (
	"bytes"
	"runtime"
	"sync"
)

// Inside knows which goroutines run the test's own code on behalf of a connection: in a
// rule's Before, After or Where. What that code waits for must not be that connection.
type Inside struct {
	mu    sync.Mutex     // guards what follows
	conns map[string]int // by goroutine
	// A connection has one goroutine, and to find its number takes longer than all else.
	goroutines map[int]string // by connection
}

// Call calls f for a connection.
func (in *Inside) Call(conn int, f func()) {
	id := in.goroutineOf(conn)
	in.mu.Lock()
	if in.conns == nil {
		in.conns = make(map[string]int)
	}
	before, nested := in.conns[id]
	in.conns[id] = conn
	in.mu.Unlock()
	defer func() {
		in.mu.Lock()
		defer in.mu.Unlock()
		if delete(in.conns, id); nested {
			in.conns[id] = before
		}
	}()
	f()
}

// goroutineOf is the number of the connection's goroutine, which is the caller's.
func (in *Inside) goroutineOf(conn int) string {
	in.mu.Lock()
	id := in.goroutines[conn]
	in.mu.Unlock()
	if id != "" {
		return id
	}
	id = goroutine()
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.goroutines == nil {
		in.goroutines = make(map[int]string)
	}
	in.goroutines[conn] = id
	return id
}

// Closed forgets a connection.
func (in *Inside) Closed(conn int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	delete(in.goroutines, conn)
}

// Conn is the connection for which the caller runs, 0 for none.
func (in *Inside) Conn() int {
	in.mu.Lock()
	none := len(in.conns) == 0
	in.mu.Unlock()
	if none {
		return 0
	}
	id := goroutine()
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.conns[id]
}

// goroutine is the number of the caller's goroutine, with which its stack begins:
// "goroutine 18 [running]:".
func goroutine() string {
	buf := make([]byte, 64)
	head := bytes.TrimPrefix(buf[:runtime.Stack(buf, false)], []byte("goroutine "))
	id, _, _ := bytes.Cut(head, []byte(" "))
	return string(id)
}
