package imaptest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
)

// BenchmarkAppendCommand is APPEND of a small message and of one of a megabyte, and
// BenchmarkSelectCommand is SELECT, in memory.
func BenchmarkAppendCommand(b *testing.B) {
	for _, size := range []int{500, 1 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			srv := startOurs(b, imaptest.InMemory())
			defer srv.Close()
			c := dialMemory(b, srv)
			c.do("LOGIN user password")
			command := fmt.Sprintf("APPEND INBOX (\\Seen) {%d+}\r\nSubject: x\r\n\r\n%s", size, strings.Repeat("x", size-14))
			b.SetBytes(int64(size))
			for b.Loop() {
				c.do(command)
			}
			c.nc.Close()
		})
	}
}

func BenchmarkSelectCommand(b *testing.B) {
	srv := startOurs(b, imaptest.InMemory())
	defer srv.Close()
	c := dialMemory(b, srv)
	c.do("LOGIN user password")
	for b.Loop() {
		c.do("SELECT INBOX")
	}
	c.nc.Close()
}
