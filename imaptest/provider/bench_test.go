package provider_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
)

// What clients do with labels, on mailboxes of three sizes: time by message should be that of
// the smallest.
//
//	go test -run '^$' -bench Labels -benchtime 1x ./imaptest/provider
func BenchmarkLabels(b *testing.B) {
	for _, n := range []int{1_000, 5_000, 10_000, 100_000} {
		c := newBench(b, n)
		for _, work := range labelWork {
			b.Run(fmt.Sprintf("%s/%d", work.name, n), func(b *testing.B) {
				for b.Loop() {
					for _, command := range work.commands {
						c.do(b, command)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n*len(work.commands)), "ns/message")
			})
		}
	}
}

var labelWork = []struct {
	name     string
	commands []string
}{
	{"FETCH", []string{"UID FETCH 1:* (X-GM-MSGID X-GM-THRID X-GM-LABELS)"}},
	{"SEARCH-label", []string{`UID SEARCH X-GM-RAW "label:work is:unread"`}},
	{"SEARCH-subject", []string{`UID SEARCH X-GM-RAW "subject:seven -in:trash larger:10"`}},
	{"SEARCH-text", []string{`UID SEARCH X-GM-RAW "seven OR nothing"`}},
	{"STORE", []string{"UID STORE 1:* +X-GM-LABELS (Fox)", "UID STORE 1:* -X-GM-LABELS (Fox)"}},
	{"STORE-silent", []string{`UID STORE 1:* +X-GM-LABELS.SILENT (\Starred)`, `UID STORE 1:* -X-GM-LABELS.SILENT (\Starred)`}},
	{"STORE-flags", []string{`UID STORE 1:* +FLAGS (\Answered)`, `UID STORE 1:* -FLAGS (\Answered)`}},
	{"COPY-twice", []string{"UID COPY 1:* Work"}},
}

// bench is a client that does no more than it must.
type bench struct {
	nc net.Conn
	r  *bufio.Reader
}

// newBench has n messages in the INBOX of an account at Gmail, each tenth with the label
// Work.
func newBench(b *testing.B, n int) *bench {
	b.Helper()
	srv, err := imaptest.New(imaptest.InMemory(), provider.Gmail)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { srv.Close() })
	raws := make([][]byte, n)
	for i := range raws {
		raws[i] = fmt.Appendf(nil, "From: a@example.com\r\nSubject: %s %d\r\n\r\nbody\r\n", []string{"seven", "eight", "nine"}[i%3], i)
	}
	if _, err := srv.Store().Users()[0].Inbox().AppendAll(raws); err != nil {
		b.Fatal(err)
	}
	nc, err := srv.Dial(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { nc.Close() })
	c := &bench{nc, bufio.NewReaderSize(nc, 1<<20)}
	c.do(b, "LOGIN user password")
	c.do(b, "CREATE Work")
	c.do(b, "SELECT INBOX")
	c.do(b, fmt.Sprintf("UID STORE 1:%d +X-GM-LABELS.SILENT (Work)", n/10))
	return c
}

// do sends a command and reads up to its tagged line.
func (c *bench) do(b *testing.B, command string) {
	b.Helper()
	if _, err := io.WriteString(c.nc, "t "+command+"\r\n"); err != nil {
		b.Fatal(err)
	}
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			b.Fatal(err)
		}
		if text := string(line); strings.HasPrefix(text, "t ") {
			if !strings.HasPrefix(text, "t OK") {
				b.Fatalf("%s: %s", command, text)
			}
			return
		}
	}
}
