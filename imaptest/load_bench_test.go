package imaptest_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-mailtest/mailtest/imaptest"
)

// BenchmarkLoadMail starts a server with 100,000 messages of 4 KB from an
// in-memory file system. It reports messages a second, and what one costs in
// the store beyond its raw bytes. With -cpu 1 it is a figure for one core.
func BenchmarkLoadMail(b *testing.B) {
	const n = 100_000
	for _, lineEnd := range []string{"\r\n", "\n"} {
		b.Run(strings.NewReplacer("\r", "CR", "\n", "LF").Replace(lineEnd), func(b *testing.B) {
			mail, size := manyFiles(n, lineEnd)
			loaded := 0
			var perMessage float64
			for b.Loop() {
				before := heapInUse()
				b.StartTimer()
				srv, err := imaptest.New(imaptest.InMemory(), imaptest.WithMail(mail))
				b.StopTimer()
				if err != nil {
					b.Fatal(err)
				}
				loaded += n
				perMessage = (heapInUse() - before - float64(size)) / n
				runtime.KeepAlive(srv)
				srv.Close()
				b.StartTimer()
			}
			b.ReportMetric(float64(loaded)/b.Elapsed().Seconds(), "msg/s")
			b.ReportMetric(perMessage, "bytes/message")
		})
	}
}

// manyFiles are n mails of 4 KB in INBOX. size is what they come to with CRLF.
func manyFiles(n int, lineEnd string) (mail fstest.MapFS, size int) {
	body := strings.Repeat(strings.Repeat("lorem ipsum ", 6)+lineEnd, 53)
	mail = make(fstest.MapFS)
	for i := range n {
		raw := fmt.Sprintf("From: Bob <bob@example.org>%[2]sTo: ann@example.com%[2]sSubject: Message %06[1]d%[2]s"+
			"Date: Wed, 1 May 2024 10:00:00 +0200%[2]sMessage-ID: <%[1]d@example.org>%[2]s%[2]s%[3]s", i, lineEnd, body)
		mail[fmt.Sprintf("INBOX/%06d.eml", i)] = &fstest.MapFile{Data: []byte(raw)}
		size += len(raw)
		if lineEnd == "\n" {
			size += bytes.Count([]byte(raw), []byte("\n"))
		}
	}
	return mail, size
}

func heapInUse() float64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}
