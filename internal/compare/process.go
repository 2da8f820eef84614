package compare

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// target is what does the work, in whatever process.
type target interface {
	imap() string                // its address
	smtp() string                // the same for mail that is sent to it
	login() string               // the arguments of LOGIN
	processor() time.Duration    // what it has used so far; 0 if that cannot be known
	ask(request) (report, error) // see played.calls
	done()                       // what was made for one work is not needed any more
}

// process is a server that this binary plays.
type process struct {
	kind string
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *json.Decoder
	addr report        // has the addresses
	late time.Duration // after which an answer does not come any more
}

// start starts a process, which ends when the test does if not before.
func start(tb testing.TB, kind string) *process {
	tb.Helper()
	p, err := newProcess(kind)
	if err != nil {
		tb.Fatalf("%s does not start: %v", kind, err)
	}
	tb.Cleanup(p.end)
	return p
}

func newProcess(kind string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), role+"="+kind)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &process{kind: kind, cmd: cmd, in: in, out: json.NewDecoder(out), late: patience}, cmd.Start()
}

// fresh has the process begin anew.
func (p *process) fresh(s setup) error {
	r, err := p.ask(request{Fresh: &s})
	p.addr = r
	return err
}

func (p *process) imap() string { return p.addr.IMAP }
func (p *process) smtp() string { return p.addr.SMTP }

func (p *process) login() string {
	if p.kind == old {
		return "username password" // the only one that its backend has
	}
	return "user password"
}

func (p *process) processor() time.Duration {
	r, err := p.ask(request{})
	if err != nil {
		return 0
	}
	return r.Processor
}

func (p *process) done() {}

// ask asks the process, which has its time for the answer.
func (p *process) ask(req request) (r report, err error) {
	late := time.AfterFunc(p.late, func() { p.cmd.Process.Kill() })
	defer late.Stop()
	if err := json.NewEncoder(p.in).Encode(req); err != nil {
		return r, err
	}
	if err := p.out.Decode(&r); err != nil {
		return r, fmt.Errorf("%s: %w", req.Name, err)
	}
	if r.Err != "" {
		return r, errors.New(r.Err)
	}
	return r, nil
}

// end ends the process. What it is doing it does not do to the end.
func (p *process) end() {
	p.in.Close()
	late := time.AfterFunc(5*time.Second, func() { p.cmd.Process.Kill() })
	defer late.Stop()
	p.cmd.Wait()
}
