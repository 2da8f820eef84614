package memnet_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/go-mailtest/mailtest/internal/memnet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A write does not wait for its read, and what was written before Close is
// read after it.
func TestPipeBuffers(t *testing.T) {
	client, server := memnet.Pipe()
	if n, err := client.Write([]byte("hello")); n != 5 || err != nil {
		t.Fatalf("Write: %d, %v", n, err)
	}
	client.Close()
	got, err := io.ReadAll(server)
	if string(got) != "hello" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// What comes while somebody waits comes in order, whether it fits what he reads to or not.
func TestPipeHandsOverInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, pieces := range [][]string{
			{"abc", "d"}, {"a", "bcdefgh"}, {"abcdefgh", "i"}, {"abcdefgh", "ijklmnop", "q"}, {"", "a", "", "b"}, {"abcd", "efgh"},
		} {
			client, server := memnet.Pipe()
			got := make(chan string)
			go func() {
				var all []byte
				for buf := make([]byte, 4); ; {
					n, err := server.Read(buf)
					if all = append(all, buf[:n]...); err != nil {
						got <- string(all)
						return
					}
				}
			}()
			synctest.Wait() // he waits
			var want string
			for _, piece := range pieces {
				if n, err := client.Write([]byte(piece)); n != len(piece) || err != nil {
					t.Errorf("Write(%q): %d, %v", piece, n, err)
				}
				want += piece
			}
			client.Close()
			if got := <-got; got != want {
				t.Errorf("of %q came %q", pieces, got)
			}
		}
	})
}

// Several may wait: what comes goes to one of them, and nothing is lost or comes twice.
func TestPipeHandsOverToOne(t *testing.T) {
	client, server := memnet.Pipe()
	const readers, bytes = 4, 2000
	var reading sync.WaitGroup
	var sum atomic.Int64
	for range readers {
		reading.Go(func() {
			for buf := make([]byte, 3); ; {
				n, err := server.Read(buf)
				for _, b := range buf[:n] {
					sum.Add(int64(b))
				}
				if err != nil {
					return
				}
			}
		})
	}
	want := int64(0)
	for i := range bytes {
		want += int64(byte(i)) * 2
		client.Write([]byte{byte(i), byte(i)})
	}
	client.Close()
	reading.Wait()
	if sum.Load() != want {
		t.Errorf("the bytes that came are %d, want %d", sum.Load(), want)
	}
}

// Much more than the buffer holds arrives whole and in order, however it is
// cut.
func TestPipeCarriesMuch(t *testing.T) {
	client, server := memnet.Pipe()
	want := make([]byte, 3<<20)
	for i := range want {
		want[i] = byte(i * 7 / 3)
	}
	go func() {
		for rest := want; len(rest) > 0; {
			n := min(len(rest), 100_003)
			if _, err := client.Write(rest[:n]); err != nil {
				t.Error(err)
			}
			rest = rest[n:]
		}
		client.Close()
	}()
	var got bytes.Buffer
	if _, err := io.CopyBuffer(struct{ io.Writer }{&got}, struct{ io.Reader }{server}, make([]byte, 777)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Error("what arrived is not what was sent")
	}
}

// Closing an end releases whoever waits on either, with the errors that a
// socket gives.
func TestPipeClose(t *testing.T) {
	tests := map[string]struct {
		wait func(client net.Conn) error
		end  func(client, server net.Conn)
		want error
	}{
		"read, the other end closes": {readOne, func(_, server net.Conn) { server.Close() }, io.EOF},
		"read, this end closes":      {readOne, func(client, _ net.Conn) { client.Close() }, net.ErrClosed},
		"write, the other closes":    {fill, func(_, server net.Conn) { server.Close() }, io.ErrClosedPipe},
		"write, this end closes":     {fill, func(client, _ net.Conn) { client.Close() }, net.ErrClosed},
		"read, half closed": {readOne, func(_, server net.Conn) {
			server.(interface{ CloseWrite() error }).CloseWrite()
		}, io.EOF},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := memnet.Pipe()
				result := make(chan error, 1)
				go func() { result <- test.wait(client) }()
				synctest.Wait()
				test.end(client, server)
				if err := <-result; !errors.Is(err, test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
			})
		})
	}
}

func readOne(nc net.Conn) error {
	_, err := nc.Read(make([]byte, 1))
	return err
}

// fill writes until nothing more fits, and then waits.
func fill(nc net.Conn) error {
	for {
		if _, err := nc.Write(make([]byte, 4096)); err != nil {
			return err
		}
	}
}

func TestHalfCloseLeavesTheOtherDirection(t *testing.T) {
	client, server := memnet.Pipe()
	client.(interface{ CloseWrite() error }).CloseWrite()
	if err := readOne(server); err != io.EOF {
		t.Errorf("server reads %v, want EOF", err)
	}
	if _, err := server.Write([]byte("x")); err != nil {
		t.Errorf("server writes: %v", err)
	}
	if err := readOne(client); err != nil {
		t.Errorf("client reads: %v", err)
	}
}

// Deadlines end what waits, at their time and not before, and a new one makes
// the connection usable again.
func TestDeadlines(t *testing.T) {
	tests := map[string]struct {
		wait func(nc net.Conn) error
		set  func(nc net.Conn, at time.Time) error
	}{
		"read":       {readOne, net.Conn.SetReadDeadline},
		"write":      {fill, net.Conn.SetWriteDeadline},
		"both read":  {readOne, net.Conn.SetDeadline},
		"both write": {fill, net.Conn.SetDeadline},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := memnet.Pipe()
				start := time.Now()
				test.set(client, start.Add(time.Minute))
				err := test.wait(client)
				var timeout net.Error
				if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
					t.Errorf("got %v, want a timeout", err)
				}
				if d := time.Since(start); d != time.Minute {
					t.Errorf("ended after %v, want a minute", d)
				}
				test.set(client, start) // passed already
				if err := test.wait(client); !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("past deadline: got %v", err)
				}
				test.set(client, time.Time{})
				go func() {
					server.Write([]byte("x"))
					io.Copy(io.Discard, server)
				}()
				if err := readOne(client); err != nil {
					t.Errorf("without a deadline: read %v", err)
				}
				if _, err := client.Write([]byte("x")); err != nil {
					t.Errorf("without a deadline: write %v", err)
				}
				client.Close()
			})
		})
	}
}

// A deadline that is moved while a read waits counts from then on.
func TestDeadlineMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := memnet.Pipe()
		start := time.Now()
		client.SetReadDeadline(start.Add(time.Minute))
		result := make(chan error, 1)
		go func() { result <- readOne(client) }()
		synctest.Wait()
		client.SetReadDeadline(start.Add(time.Hour))
		<-result
		if d := time.Since(start); d != time.Hour {
			t.Errorf("ended after %v, want an hour", d)
		}
	})
}

// A round trip of a line, beside the same over loopback.
func BenchmarkPingPong(b *testing.B) {
	b.Run("memnet", func(b *testing.B) {
		client, server := memnet.Pipe()
		pingPong(b, client, server)
	})
	b.Run("tcp", func(b *testing.B) {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		defer ln.Close()
		client, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		server, err := ln.Accept()
		if err != nil {
			b.Fatal(err)
		}
		pingPong(b, client, server)
	})
}

func pingPong(b *testing.B, client, server net.Conn) {
	defer client.Close()
	go func() {
		defer server.Close()
		io.Copy(struct{ io.Writer }{server}, struct{ io.Reader }{server})
	}()
	line := []byte("a1 NOOP\r\n")
	for b.Loop() {
		client.Write(line)
		if _, err := io.ReadFull(client, line); err != nil {
			b.Fatal(err)
		}
	}
}

// After a reset the other end reads what had come to it, and then learns of the reset,
// as a TCP connection does on Linux; what it writes is refused at once.
func TestReset(t *testing.T) {
	client, server := memnet.Pipe()
	fmt.Fprint(server, "hello")
	server.(interface{ Reset() }).Reset()
	buf := make([]byte, 10)
	if n, err := client.Read(buf); err != nil || string(buf[:n]) != "hello" {
		t.Errorf("read %q, %v", buf[:n], err)
	}
	if _, err := client.Read(buf); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read: %v", err)
	}
	if _, err := client.Write(buf); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("write: %v", err)
	}
	if _, err := server.Read(buf); !errors.Is(err, net.ErrClosed) {
		t.Errorf("this end: %v", err)
	}
}
