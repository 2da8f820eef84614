package compare

import (
	"bufio"
	"net"
	"slices"
	"sync"
)

// floor is a server that says again what another said, and does nothing for it.
type floor struct {
	all    [][]step
	kept   [][]byte // mail that it was told to load
	mu     sync.Mutex
	told   int
	wakeUp *sync.Cond
}

// startFloor plays a tape.
func startFloor(s setup) (*played, error) {
	f := &floor{}
	if s.Tape != "" {
		all, err := readTape(s.Tape)
		if err != nil {
			return nil, err
		}
		f.all = all
	}
	f.wakeUp = sync.NewCond(&f.mu)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go f.serve(ln)
	return &played{IMAP: ln.Addr().String(), SMTP: ln.Addr().String(), end: func() { ln.Close() }, calls: map[string]func(request) error{
		"make files": s.files.make,
		"load":       func(request) error { f.kept = slices.Collect(s.files.raws()); return nil },
	}}, nil
}

func (f *floor) serve(ln net.Listener) {
	for i := 0; ; i++ {
		nc, err := ln.Accept()
		if err != nil {
			return
		}
		go f.play(nc, f.all[min(i, len(f.all)-1)])
	}
}

func (f *floor) play(nc net.Conn, steps []step) {
	defer nc.Close()
	r := bufio.NewReaderSize(nc, 64<<10)
	for _, s := range steps {
		if _, err := r.Discard(s.Hear); err != nil {
			return
		}
		f.meet(s)
		if _, err := nc.Write(s.Say); err != nil {
			return
		}
	}
	r.ReadByte() // the client hangs up
}

// meet tells the others, or waits for them.
func (f *floor) meet(s step) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s.Tell {
		f.told++
		f.wakeUp.Broadcast()
	}
	for f.told < s.Await {
		f.wakeUp.Wait()
	}
}
