package imaptest_test

import (
	"bufio"
	"io"
	"net"
	"testing"
)

// BenchmarkConnection is connect, log in, select, log out over TCP, beside a floor: what
// our server says, played back by a program that does no work.
func BenchmarkConnection(b *testing.B) {
	visit := func(c *benchConn) {
		for _, command := range visits {
			c.do(command)
		}
		c.nc.Close()
	}
	b.Run("mailtest", func(b *testing.B) {
		srv := startOurs(b)
		defer srv.Close()
		for b.Loop() {
			visit(dialTCP(b, srv.Addr()))
		}
	})
	b.Run("imapmemserver", func(b *testing.B) {
		srv := startSample(b)
		defer srv.close()
		for b.Loop() {
			visit(dialTCP(b, srv.addr()))
		}
	})
	b.Run("floor", func(b *testing.B) {
		srv := startOurs(b)
		said := answers(b, srv.Addr())
		srv.Close()
		addr := playback(b, said)
		for b.Loop() {
			visit(dialTCP(b, addr))
		}
	})
}

var visits = []string{"LOGIN user password", "SELECT INBOX", "LOGOUT"}

// answers is what a server says to a visit: its greeting and its answers.
func answers(tb testing.TB, addr string) (said [][]byte) {
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		tb.Fatal(err)
	}
	defer nc.Close()
	buf := make([]byte, 8<<10)
	for _, command := range append([]string{""}, visits...) {
		if command != "" {
			io.WriteString(nc, "t "+command+"\r\n")
		}
		n, err := nc.Read(buf)
		if err != nil {
			tb.Fatal(err)
		}
		said = append(said, append([]byte(nil), buf[:n]...))
	}
	return said
}

// playback says it again to whoever connects, a piece for each line.
func playback(tb testing.TB, said [][]byte) (addr string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { ln.Close() })
	go func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			go playBack(nc, said)
		}
	}()
	return ln.Addr().String()
}

// playBack says it to one client, until that hangs up.
func playBack(nc net.Conn, said [][]byte) {
	defer nc.Close()
	r := bufio.NewReader(nc)
	nc.Write(said[0])
	for _, answer := range said[1:] {
		if _, err := r.ReadSlice('\n'); err != nil {
			return
		}
		nc.Write(answer)
	}
}
