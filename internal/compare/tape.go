package compare

import (
	"encoding/gob"
	"net"
	"os"
	"sync"
)

// step is one turn of a server: it hears so many bytes, waits for others if it must, and
// says something.
type step struct {
	Hear  int
	Await int  // until so many steps have told; 0: no wait
	Tell  bool // who awaits may go on
	Say   []byte
}

// tape has what was said on each connection, in the order in which they were made.
type tape struct {
	mu    sync.Mutex
	conns []*taped
	tells int
}

// taped is a connection that is listened to by a tape.
type taped struct {
	net.Conn
	tape  *tape
	steps []step
}

// listen takes down what is said on a connection.
func (t *tape) listen(nc net.Conn) net.Conn {
	t.mu.Lock()
	defer t.mu.Unlock()
	conn := &taped{Conn: nc, tape: t, steps: make([]step, 1)}
	t.conns = append(t.conns, conn)
	return conn
}

func (c *taped) last() *step { return &c.steps[len(c.steps)-1] }

func (c *taped) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.last().Say = append(c.last().Say, b[:n]...)
	return n, err
}

func (c *taped) Write(b []byte) (int, error) {
	if last := c.last(); len(last.Say) > 0 || len(c.steps) == 1 {
		c.steps = append(c.steps, step{})
	}
	c.last().Hear += len(b)
	return c.Conn.Write(b)
}

// tells marks what the client says next: by it the server hears of something that it
// tells others of.
func (c *client) tells() {
	if conn, ok := c.nc.(*taped); ok {
		conn.tape.tells++
		conn.steps = append(conn.steps, step{Tell: true})
	}
}

// hears marks what the client reads next: the server says it of itself.
func (c *client) hears() {
	if conn, ok := c.nc.(*taped); ok {
		conn.steps = append(conn.steps, step{Await: conn.tape.tells})
	}
}

// save writes the tape into a file.
func (t *tape) save(name string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all [][]step
	for _, conn := range t.conns {
		all = append(all, conn.steps)
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return gob.NewEncoder(f).Encode(all)
}

// readTape is what save wrote.
func readTape(name string) (all [][]step, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return all, gob.NewDecoder(f).Decode(&all)
}
