package sweep_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// eager does something else between what it sends and what it reads, hangs up without a word,
// and has a second goroutine that comes to a mark.
func eager(t testing.TB, srv *imaptest.Server) string {
	var did []string
	after := func(what string) {
		for range 100 {
			runtime.Gosched()
		}
		did = append(did, what)
	}
	run := func() {
		sweep.Program(t, srv, 3, func(p *sweep.Process) error {
			did = append(did, "begins")
			c, err := dialOn(t.Context(), p.Dial, timeout)
			if err != nil {
				return err
			}
			defer c.close()
			if _, err := c.nc.Write([]byte("a SELECT INBOX\r\n")); err != nil {
				return err
			}
			after("sent")
			if _, err := c.answer("a", "SELECT"); err != nil {
				return err
			}
			marked := make(chan bool)
			go func() {
				defer close(marked)
				p.Mark("aside")
			}()
			after("read")
			<-marked
			if _, err = c.cmd("NOOP"); err == nil {
				_, err = c.nc.Write([]byte("c LOGOUT\r\n"))
			}
			return err
		})
	}
	run()
	sweep.Calm(t)
	return strings.Join(did, " ")
}

// Every run has the same outcome each time, to the last answer: goroutines come as far as they
// can before a program is killed, and before it is noted what has been said.
func TestSameOutcomes(t *testing.T) {
	for _, row := range []struct {
		name     string
		scenario sweep.Scenario
		opts     []sweep.Option
	}{
		{"eager", eager, []sweep.Option{sweep.Only(sweep.Kills, sweep.Breaks)}},
		{"worker", worker, []sweep.Option{sweep.Sample(40), sweep.Pairs()}},
		{"writer", writer, []sweep.Option{sweep.Sample(40), sweep.Pairs()}},
		{"listener", listener, []sweep.Option{sweep.Sample(60)}},
		{"copies", copies(false), []sweep.Option{sweep.Sample(60), sweep.Random(20, 1)}},
	} {
		t.Run(row.name, func(t *testing.T) {
			opts := append(row.opts, letters(2))
			names, first := sweep.Outcomes(t, row.scenario, opts...)
			for range min(*times, 10) {
				again, texts := sweep.Outcomes(t, row.scenario, opts...)
				if a, b := strings.Join(names, "\n"), strings.Join(again, "\n"); a != b {
					t.Fatalf("other runs: got\n%s\nand before it\n%s", b, a)
				}
				for i := range texts {
					if texts[i] != first[i] {
						t.Fatalf("%s: got\n%s\nand before it\n%s", names[i], texts[i], first[i])
					}
				}
			}
		})
	}
}
