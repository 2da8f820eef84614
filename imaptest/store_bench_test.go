package imaptest_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
)

// BenchmarkStoreCommand is STORE of a flag, set and taken away again, of all messages and of
// every other one, in memory.
func BenchmarkStoreCommand(b *testing.B) {
	const n = 5000
	var odd []string
	for i := 1; i <= n; i += 2 {
		odd = append(odd, fmt.Sprint(i))
	}
	var mails [][]byte
	for range n {
		mails = append(mails, bytes.Repeat(smallMail, 50)) // 2 KB, so that there is no garbage to be collected in each command
	}
	for name, set := range map[string]string{"all": "1:*", "half": strings.Join(odd, ",")} {
		b.Run(name, func(b *testing.B) {
			srv := startOurs(b, imaptest.InMemory())
			defer srv.Close()
			if _, err := srv.Store().Users()[0].Inbox().AppendAll(mails); err != nil {
				b.Fatal(err)
			}
			c := dialMemory(b, srv)
			c.do("LOGIN user password")
			c.do("SELECT INBOX")
			sign := "+"
			b.ReportAllocs()
			for b.Loop() {
				c.do("STORE " + set + " " + sign + `FLAGS.SILENT (\Flagged)`)
				if sign == "+" {
					sign = "-"
				} else {
					sign = "+"
				}
			}
			c.nc.Close()
		})
	}
}
