//go:build unix

package sweep

import (
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// BenchmarkRuns makes runs of a scenario of ten commands, on all cores. What it says of a second of
// processor time is how many a core makes that does nothing else.
func BenchmarkRuns(b *testing.B) {
	var used time.Duration
	test := func(t *testing.T) {
		sw := newSweep(t, tenCommands, nil)
		if !sw.prepare() || !sw.undisturbed() {
			return
		}
		runs, _ := sw.runs()
		for len(runs) < b.N {
			runs = append(runs, runs...)
		}
		runs = runs[:b.N]
		runtime.GC()
		used -= processorTime(b)
		b.ResetTimer()
		sw.runAll(runs)
		b.StopTimer()
		used += processorTime(b)
	}
	testing.RunTests(func(string, string) (bool, error) { return true, nil }, []testing.InternalTest{{Name: "Runs", F: test}})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "runs/s")
	b.ReportMetric(float64(b.N)/used.Seconds(), "runs/cpu-s")
	b.ReportMetric(0, "ns/op")
}

// processorTime is what this process has used.
func processorTime(b *testing.B) time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// tenCommands logs in, selects INBOX, says NOOP seven times and logs out.
func tenCommands(t testing.TB, srv *imaptest.Server) string {
	Retry(t, 3, func() error {
		nc, err := srv.Dial(t.Context())
		if err != nil {
			return err
		}
		defer nc.Close()
		nc.SetDeadline(time.Now().Add(time.Minute))
		buf := make([]byte, 8192)
		for _, line := range []string{"", "a LOGIN user password\r\n", "a SELECT INBOX\r\n", "a NOOP\r\n", "a NOOP\r\n", "a NOOP\r\n", "a NOOP\r\n", "a NOOP\r\n", "a NOOP\r\n", "a NOOP\r\n", "a LOGOUT\r\n"} {
			if _, err := nc.Write([]byte(line)); err != nil {
				return err
			}
			if _, err := nc.Read(buf); err != nil {
				return err
			}
		}
		return nil
	})
	return ""
}
