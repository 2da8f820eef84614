package compare

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"
)

// role is the variable of the environment that makes this binary a server, or a client
// whose memory is to be known.
const role = "COMPARE_ROLE"

// setup is what there is of a server.
type setup struct {
	Mail int    // how many messages there are in INBOX
	SMTP bool   // mail is sent to it, too
	Tape string // a file with what the floor says
	NoGC bool   // garbage is collected only when it is asked for: it would come when it likes

	mail  [][]byte
	files *files
}

// played is what a process plays: where it can be reached, and what it does when it is
// asked to.
type played struct {
	IMAP, SMTP string
	calls      map[string]func(request) error
	end        func()
}

// roles are what a process can play.
var roles = map[string]func(setup) (*played, error){
	ours:     startOurs,
	peer:     startPeer,
	old:      startOld,
	lowest:   startFloor,
	programs: startPrograms,
	busy:     startBusy,
}

// request is what a process is asked for. Without a name it is only how it does.
type request struct {
	Fresh  *setup // begin anew, with this
	Name   string
	N      int
	Args   []string
	Settle bool // garbage is collected first
}

// report is a process's answer.
type report struct {
	Err        string
	IMAP, SMTP string
	Spent      spent         // by what was asked for
	Processor  time.Duration // since the process began
	Heap       int64         // bytes in use, with the stacks, after garbage has been collected
	Peak       int64         // the most that the process has had, of the machine's memory
}

// spent is the cost of some work.
type spent struct {
	Clock     time.Duration
	Processor time.Duration // 0: not known
}

// by is the cost of one of so many times.
func (s spent) by(times int) spent {
	return spent{s.Clock / time.Duration(times), s.Processor / time.Duration(times)}
}

// Play makes the process what its environment says, and says whether it did. It returns
// when the process that started it has gone or needs it no more.
func Play() bool {
	start := roles[os.Getenv(role)]
	if start == nil {
		return false
	}
	in, requests := io.Pipe() // lets the end of the input be seen while something is done
	go (&player{start: start}).answer(in, os.Stdout)
	io.Copy(requests, os.Stdin)
	return true
}

// player plays a role.
type player struct {
	start func(setup) (*played, error)
	now   *played
	mail  [][]byte // is made once
	files files    // they too
}

// answer does what is asked, until nobody listens.
func (p *player) answer(in io.Reader, out io.Writer) {
	requests, reports := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var req request
		if requests.Decode(&req) != nil {
			return
		}
		r, err := p.do(req)
		if err != nil {
			r.Err = err.Error()
		}
		if reports.Encode(r) != nil {
			return
		}
	}
}

func (p *player) do(req request) (r report, err error) {
	if req.Fresh != nil {
		if err := p.begin(*req.Fresh); err != nil {
			return r, err
		}
		r.IMAP, r.SMTP = p.now.IMAP, p.now.SMTP
	}
	if req.Settle {
		r.Heap = inUse()
	}
	if req.Name != "" {
		call, ok := p.now.calls[req.Name]
		if !ok {
			return r, fmt.Errorf("nobody here can do %q", req.Name)
		}
		began, processor := time.Now(), processorTime()
		err = call(req)
		r.Spent = spent{time.Since(began), processorTime() - processor}
	}
	r.Processor, r.Peak = processorTime(), peakMemory()
	return r, err
}

// begin ends what there was and starts something new.
func (p *player) begin(s setup) (err error) {
	if p.now != nil && p.now.end != nil {
		p.now.end()
	}
	p.now = nil
	if s.NoGC {
		debug.SetGCPercent(-1)
	}
	if len(p.mail) < s.Mail {
		p.mail = mails(s.Mail)
	}
	s.mail, s.files = p.mail[:s.Mail], &p.files
	p.now, err = p.start(s)
	return err
}

// inUse is the memory of the heap and of the stacks.
func inUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

func usage() (r syscall.Rusage) {
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return r
}

func processorTime() time.Duration {
	r := usage()
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func peakMemory() int64 { r := usage(); return peakOf(&r) }

// peakOf is the most memory that a process has had. Linux counts it in KB.
func peakOf(r *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" {
		return r.Maxrss
	}
	return r.Maxrss << 10
}
