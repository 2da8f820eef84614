package compare

import (
	"fmt"
	"syscall"
	"testing"
)

// idled is what so many idling clients cost.
type idled struct {
	clients int
	memory  float64 // bytes a connection at the server
	told    spent   // until all had heard of a message
}

// idle has so many clients idle in INBOX, and tells them of a message a few times.
func idle(tb testing.TB, clients int) idled {
	tb.Helper()
	srv := start(tb, ours)
	defer srv.end()
	r := &run{srv: srv}
	err := srv.fresh(setup{})
	var told []spent
	var memory float64
	if err == nil {
		before := heapOf(tb, srv)
		idlers := r.idlers(clients)
		memory = (heapOf(tb, srv) - before) / float64(clients)
		c := r.loggedIn("")
		for i := range 5 {
			r.spent = spent{}
			r.measure(func() { tell(c, idlers, i+1) })
			told = append(told, r.spent)
		}
		err = r.end()
	}
	if err != nil {
		tb.Fatalf("%d idling clients: %v", clients, err)
	}
	return idled{clients, memory, median(told)}
}

// heapOf is the memory that a process needs at rest.
func heapOf(tb testing.TB, srv *process) float64 {
	tb.Helper()
	r, err := srv.ask(request{Settle: true})
	if err != nil {
		tb.Fatal(err)
	}
	return float64(r.Heap)
}

// idlers are clients that idle in INBOX.
func (r *run) idlers(n int) (out []*client) {
	for range n {
		c := r.loggedIn("INBOX")
		c.send("i IDLE\r\n")
		c.until("+")
		out = append(out, c)
		if c.err != nil {
			break // so would all others
		}
	}
	return out
}

// tell appends the nth message, and waits until all have heard of it.
func tell(c *client, idlers []*client, nth int) {
	raw := string(smallMail(nth))
	c.send(fmt.Sprintf("t APPEND INBOX {%d}\r\n", len(raw)))
	c.until("+")
	c.tells()
	c.send(raw + "\r\n")
	c.until("t OK")
	for _, idler := range idlers {
		idler.hears()
		idler.hurry()
		idler.until(fmt.Sprintf("* %d EXISTS", nth))
	}
}

// listed is what LIST with STATUS costs of so many mailboxes.
func listed(tb testing.TB, mailboxes int) spent {
	tb.Helper()
	srv := start(tb, ours)
	defer srv.end()
	r := &run{srv: srv}
	err := srv.fresh(setup{NoGC: true})
	if err == nil {
		_, err = srv.ask(request{Name: "mailboxes", N: mailboxes})
	}
	times := max(1, 2000/mailboxes)
	if err == nil {
		c := r.loggedIn("")
		r.measure(func() {
			for range times {
				c.do(`LIST "" "*" RETURN (STATUS (MESSAGES UIDNEXT UNSEEN))`)
			}
		})
		err = r.end()
	}
	if err != nil {
		tb.Fatalf("LIST of %d mailboxes: %v", mailboxes, err)
	}
	return r.spent.by(times)
}

// room says whether this process, and one that it starts, may have so many connections.
func room(connections int) bool {
	var limit syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	return err == nil && limit.Cur > uint64(connections)+200
}
