package imaptest_test

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
)

// writeSets are all messages, and every other one.
func writeSets(n int) map[string]string {
	var odd []string
	for i := 1; i <= n; i += 2 {
		odd = append(odd, fmt.Sprint(i))
	}
	return map[string]string{"all": "1:*", "half": strings.Join(odd, ",")}
}

// writing is a client of a server in memory with n messages of 2 KB, so that there is no
// garbage to be collected in each command.
func writing(b *testing.B, n int) *benchConn {
	srv := startOurs(b, imaptest.InMemory())
	b.Cleanup(func() { srv.Close() })
	var mails [][]byte
	for range n {
		mails = append(mails, bytes.Repeat(smallMail, 50))
	}
	if _, err := srv.Store().Users()[0].Inbox().AppendAll(mails); err != nil {
		b.Fatal(err)
	}
	c := dialMemory(b, srv)
	c.r = bufio.NewReaderSize(c.nc, 64<<10) // COPYUID is one line
	b.Cleanup(func() { c.nc.Close() })
	c.do("LOGIN user password")
	c.do("SELECT INBOX")
	return c
}

// BenchmarkStoreCommand is STORE of a flag, set and taken away again, in memory.
func BenchmarkStoreCommand(b *testing.B) {
	const n = 5000
	for name, set := range writeSets(n) {
		b.Run(name, func(b *testing.B) {
			c := writing(b, n)
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
		})
	}
}

// BenchmarkCopyCommand is COPY to a mailbox that is made for it and deleted, in memory.
func BenchmarkCopyCommand(b *testing.B) {
	const n = 5000
	for name, set := range writeSets(n) {
		b.Run(name, func(b *testing.B) {
			c := writing(b, n)
			b.ReportAllocs()
			for b.Loop() {
				c.do("CREATE Copies")
				c.do("COPY " + set + " Copies")
				c.do("DELETE Copies")
			}
		})
	}
}
