package imaptest_test

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
)

// idleConns are connections that wait in IDLE, each read by as little as can be.
func idleConns(tb testing.TB, addr string, n int) []net.Conn {
	conns := make([]net.Conn, n)
	buf := make([]byte, 4<<10)
	for i := range conns {
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			tb.Fatal(err)
		}
		conns[i] = nc
		readPast(tb, nc, buf, "* OK")
		for _, command := range []string{"a LOGIN user password", "b SELECT INBOX", "c IDLE"} {
			io.WriteString(nc, command+"\r\n")
			end := command[:2]
			if strings.HasSuffix(command, "IDLE") {
				end = "+ "
			}
			readPast(tb, nc, buf, end)
		}
	}
	return conns
}

// readPast reads up to the end of the line that begins so.
func readPast(tb testing.TB, nc net.Conn, buf []byte, prefix string) {
	have := "\n"
	for {
		i := strings.Index(have, "\n"+prefix)
		if i >= 0 && strings.Contains(have[i+1:], "\n") {
			return
		}
		n, err := nc.Read(buf)
		if err != nil {
			tb.Fatal(err)
		}
		have += string(buf[:n])
	}
}

// inUse is the memory of the heap and of the stacks that is in use.
func inUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// BenchmarkIdleConn is what a client costs that waits in IDLE: memory, that of both sockets
// too, and how long it takes until twenty of them have been told of a new message.
func BenchmarkIdleConn(b *testing.B) {
	b.Run("memory", func(b *testing.B) {
		const n = 500
		for b.Loop() {
			srv := startOurs(b)
			addr := srv.Addr()
			before := inUse()
			conns := idleConns(b, addr, n)
			b.ReportMetric(float64(inUse()-before)/n, "B/conn")
			runtime.KeepAlive(conns)
			for _, nc := range conns {
				nc.Close()
			}
			srv.Close()
		}
	})
	told := func(b *testing.B, addr string) {
		conns := idleConns(b, addr, 20)
		c := dialTCP(b, addr)
		c.do("LOGIN user password")
		buf := make([]byte, 4<<10)
		for b.Loop() {
			fmt.Fprintf(c.nc, "t APPEND INBOX {%d}\r\n", len(smallMail))
			c.until("+")
			fmt.Fprintf(c.nc, "%s\r\n", smallMail)
			c.until("t OK")
			for _, nc := range conns {
				readPast(b, nc, buf, "* ")
			}
		}
		for _, nc := range append(conns, c.nc) {
			nc.Close()
		}
	}
	b.Run("told-20/mailtest", func(b *testing.B) {
		srv := startOurs(b)
		defer srv.Close()
		told(b, srv.Addr())
	})
	b.Run("told-20/imapmemserver", func(b *testing.B) {
		srv := startSample(b)
		defer srv.close()
		told(b, srv.addr())
	})
}
