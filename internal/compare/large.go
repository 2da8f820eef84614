package compare

import (
	"context"
	"fmt"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/internal/interop/program"
)

// longWork is how long a program may take for the whole archive.
const longWork = 10 * time.Minute

// job is what a program has cost, and the server meanwhile.
type job struct {
	name           string
	client, server spent
	clientPeak     int64 // bytes; 0: there is no client
	serverPeak     int64
	why            string // it was not done
}

// large does the jobs with an archive of n messages.
func large(tb testing.TB, n int) (jobs []job) {
	tb.Helper()
	srv := startLate(tb, ours)
	r, err := srv.ask(request{Name: "archive", N: n})
	if err != nil {
		tb.Fatal(err)
	}
	jobs = append(jobs, job{name: "generating and loading it", server: r.Spent, serverPeak: r.Peak})
	jobs = append(jobs, mbsyncJobs(tb, srv, n)...)
	other, clients := startLate(tb, ours), startLate(tb, programs)
	jobs = append(jobs, clientJob(tb, srv, clients, "copying it to another server with go-imap's client",
		request{Name: "copy", Args: []string{srv.imap(), other.imap()}}))
	if _, err := other.ask(request{Name: "count", N: n}); err != nil {
		tb.Errorf("the copy: %v", err)
	}
	other.end()
	clients.end()
	return append(jobs, clientJob(tb, srv, startLate(tb, programs), "a full-text index with go-imap's client",
		request{Name: "index", Args: []string{srv.imap()}}))
}

// startLate is a process that may take its time.
func startLate(tb testing.TB, kind string) *process {
	tb.Helper()
	p := start(tb, kind)
	p.late = longWork
	if err := p.fresh(setup{}); err != nil {
		tb.Fatal(err)
	}
	return p
}

// clientJob has a program do something.
func clientJob(tb testing.TB, srv, clients *process, name string, req request) job {
	tb.Helper()
	used := srv.processor()
	r, err := clients.ask(req)
	if err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	after, err := srv.ask(request{})
	if err != nil {
		tb.Fatal(err)
	}
	return job{name: name, client: r.Spent, clientPeak: r.Peak,
		server: spent{r.Spent.Clock, after.Processor - used}, serverPeak: after.Peak}
}

// mbsyncConf pulls all there is.
const mbsyncConf = `FSync no
IMAPAccount server
Host localhost
Port {port}
User user
Pass password
AuthMechs LOGIN
SSLType None

IMAPStore far
Account server

MaildirStore near
Path {dir}/
Inbox {dir}/INBOX

Channel all
Far :far:
Near :near:
Patterns INBOX
Create Near
SyncState *
Sync Pull
`

// mbsyncJobs copy the archive into a Maildir, and once more when there is nothing to do.
func mbsyncJobs(tb testing.TB, srv *process, n int) (jobs []job) {
	tb.Helper()
	names := []string{"mbsync, all of it", "mbsync, when nothing is new"}
	bin, err := program.Mbsync.Find()
	switch {
	case err != nil && os.Getenv("CI") == "true":
		tb.Fatalf("mbsync cannot be used, and CI has it: %v", err)
	case err != nil:
		for _, name := range names {
			jobs = append(jobs, job{name: name, why: err.Error()})
		}
		return jobs
	}
	dir := tb.TempDir()
	_, port, _ := net.SplitHostPort(srv.imap())
	conf := filepath.Join(dir, "mbsyncrc")
	text := strings.NewReplacer("{port}", port, "{dir}", dir).Replace(mbsyncConf)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	for _, name := range names {
		jobs = append(jobs, mbsyncJob(tb, srv, name, bin, conf))
	}
	if got := countFiles(tb, filepath.Join(dir, "INBOX")); got != n {
		tb.Errorf("mbsync has %d messages, want %d", got, n)
	}
	return jobs
}

func mbsyncJob(tb testing.TB, srv *process, name, bin, conf string) job {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), longWork)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, "-c", conf, "-a", "-q")
	cmd.WaitDelay = time.Second
	used, began := srv.processor(), time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("mbsync: %v\n%s", err, out)
	}
	took := time.Since(began)
	after, err := srv.ask(request{})
	if err != nil {
		tb.Fatal(err)
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return job{name: name, client: spent{took, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}, clientPeak: peakOf(usage),
		server: spent{took, after.Processor - used}, serverPeak: after.Peak}
}

// countFiles is how many messages a Maildir has.
func countFiles(tb testing.TB, dir string) (n int) {
	tb.Helper()
	for _, sub := range []string{"cur", "new"} {
		entries, err := os.ReadDir(filepath.Join(dir, sub))
		if err != nil {
			tb.Fatal(err)
		}
		n += len(entries)
	}
	return n
}

// largePart is that part of the page.
func largePart(jobs []job, n int) string {
	t := &table{columns: []string{"work", "s by the clock", "s of the client's processor", "s of the server's processor", "client's peak, MB", "server's peak, MB"}}
	for _, j := range jobs {
		name := j.name
		if j.why != "" {
			name += " (" + j.why + ")"
		}
		t.add(name, known(j.server.Clock.Seconds()), known(j.client.Processor.Seconds()), known(j.server.Processor.Seconds()),
			known(float64(j.clientPeak)/(1<<20)), known(float64(j.serverPeak)/(1<<20)))
	}
	return fmt.Sprintf(`## In the large

An archive of %d generated mails of all kinds, with an attachment of up to 1 MB in one of a hundred, and what real
clients do with it. %s

%s
A client that is of this binary has the memory of its own process, as the server has; the archive is in the server's.
`, n, machine(), t)
}

// known makes what is not known no figure.
func known(f float64) float64 {
	if f == 0 {
		return math.NaN()
	}
	return f
}
