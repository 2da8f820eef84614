package sweep

import (
	"runtime"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// BenchmarkRuns makes runs of a scenario of ten commands, on all cores.
func BenchmarkRuns(b *testing.B) {
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
		b.ResetTimer()
		sw.runAll(runs)
		b.StopTimer()
	}
	testing.RunTests(func(string, string) (bool, error) { return true, nil }, []testing.InternalTest{{Name: "Runs", F: test}})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "runs/s")
	b.ReportMetric(0, "ns/op")
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
