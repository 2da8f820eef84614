package imaptest_test

import (
	"bufio"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// BenchmarkRecording prints what it costs that everything which happens is put in order and
// kept, in percent of the time without: where nobody has asked for a report, and where somebody
// has. The variants take turns in one run, and the quickest turn of each counts.
//
//	go test -run '^$' -bench Recording -benchtime 200x ./imaptest
func BenchmarkRecording(b *testing.B) {
	for name, work := range map[string]func(b *testing.B, opts ...imaptest.Option) (turn func(), end func()){
		"STORE+FETCH": storeAndFetch, "Session": wholeSessions,
	} {
		b.Run(name, func(b *testing.B) {
			variants := [][]imaptest.Option{{imaptest.Unrecorded()}, nil, {imaptest.WithReport()}}
			var turns []func()
			for _, opts := range variants {
				turn, end := work(b, opts...)
				defer end()
				turns = append(turns, turn)
			}
			times := make([][]time.Duration, len(variants))
			for b.Loop() {
				for i, turn := range turns {
					began := time.Now()
					turn()
					times[i] = append(times[i], time.Since(began))
				}
			}
			none := quickest(times[0])
			b.ReportMetric(100*(quickest(times[1])/none-1), "%usual")
			b.ReportMetric(100*(quickest(times[2])/none-1), "%asked")
			b.ReportMetric(none*1000, "ns/turn")
		})
	}
}

// quickest is the time of a turn that nobody has disturbed: the tenth part of them are.
func quickest(times []time.Duration) float64 {
	slices.Sort(times)
	return float64(times[len(times)/10]) / 1000
}

// recordedConn is a client that sends a line and reads to the tagged one.
func recordedConn(b *testing.B, srv *imaptest.Server) func(tag, line string) {
	b.Helper()
	nc, err := srv.Dial(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { nc.Close() })
	r := bufio.NewReader(nc)
	return func(tag, line string) {
		if line != "" {
			fmt.Fprintf(nc, "%s %s\r\n", tag, line)
		}
		for {
			text, err := r.ReadString('\n')
			if err != nil {
				b.Fatal(err)
			}
			if tag == "" || strings.HasPrefix(text, tag+" ") {
				return
			}
		}
	}
}

// storeAndFetch is a client that changes flags of a message and looks at it, of a thousand.
func storeAndFetch(b *testing.B, opts ...imaptest.Option) (turn, end func()) {
	srv := startOurs(b, append(opts, imaptest.InMemory())...)
	fillOurs(b, srv, 1000)
	ask := recordedConn(b, srv)
	ask("", "")
	ask("l", "LOGIN user password")
	ask("s", "SELECT INBOX")
	n := 0
	return func() {
		for range 50 {
			n++
			ask("a", fmt.Sprintf("UID STORE %d %sFLAGS (\\Flagged)", n%1000+1, []string{"+", "-"}[n/1000%2]))
			ask("b", fmt.Sprintf("UID FETCH %d (FLAGS ENVELOPE)", n%1000+1))
		}
	}, func() { srv.Close() }
}

// wholeSessions are clients that log in, look, and log out.
func wholeSessions(b *testing.B, opts ...imaptest.Option) (turn, end func()) {
	srv := startOurs(b, append(opts, imaptest.InMemory())...)
	fillOurs(b, srv, 10)
	return func() {
		for range 10 {
			ask := recordedConn(b, srv)
			ask("", "")
			for i, line := range []string{"LOGIN user password", "SELECT INBOX", "FETCH 1:10 (UID FLAGS ENVELOPE)", "STORE 1 +FLAGS (\\Seen)", "LOGOUT"} {
				ask(fmt.Sprint("a", i), line)
			}
		}
	}, func() { srv.Close() }
}

func fillOurs(b *testing.B, srv *imaptest.Server, n int) {
	b.Helper()
	for range n {
		if _, err := srv.Store().Users()[0].Inbox().Append(smallMail); err != nil {
			b.Fatal(err)
		}
	}
}
