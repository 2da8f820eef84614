package imaptest_test

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/growth"
	"github.com/go-mailtest/mailtest/smtpsink"
)

func TestGrowth(t *testing.T)      { growth.Test(t, growths) }
func BenchmarkGrowth(b *testing.B) { growth.Benchmark(b, growths) }

// Filing for many recipients, with all that the sink can be asked to do for each.
var growths = []growth.Case{
	{Name: "recipients", Size: 2000, Prepare: filing()},
	{Name: "recipients whose copies are looked at", Size: 2000, Prepare: filing(
		smtpsink.JunkIf("X-Spam", "yes"), smtpsink.SuppressDuplicates(),
	)},
}

func filing(opts ...smtpsink.Option) func(tb testing.TB, n int) func() {
	return func(tb testing.TB, n int) func() {
		users := []imaptest.Option{imaptest.InMemory(), imaptest.WithSMTP(opts...)}
		for i := range n {
			users = append(users, imaptest.WithUser(fmt.Sprintf("user%d", i), "password"))
		}
		srv, err := imaptest.New(users...)
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { srv.Close() })
		nc, err := srv.SMTP().Dial(context.Background())
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { nc.Close() })
		r := bufio.NewReader(nc)
		expect := func(code string) {
			for {
				line, err := r.ReadString('\n')
				if err != nil || !strings.HasPrefix(line, code) {
					tb.Fatalf("got %q, %v, want %s", line, err, code)
				}
				if line[3] == ' ' {
					return
				}
			}
		}
		expect("220")
		fmt.Fprint(nc, "EHLO client.example\r\n")
		expect("250")
		fmt.Fprint(nc, "MAIL FROM:<user0@example.com>\r\n")
		expect("250")
		return func() {
			for i := range n {
				fmt.Fprintf(nc, "RCPT TO:<user%d@example.com> NOTIFY=SUCCESS,FAILURE\r\n", i)
				expect("250")
			}
			fmt.Fprint(nc, "DATA\r\n")
			expect("354")
			fmt.Fprint(nc, "Message-ID: <1@example.com>\r\n"+strings.Repeat("X-Filler: words\r\n", 100)+"\r\nbody\r\n.\r\n")
			expect("250")
		}
	}
}
