package imaptest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// BenchmarkFirst is what comes to 5,000 messages of 2 KB for the first time: half of them
// are of one part, half have two.
//
//	go test -run '^$' -bench First -benchtime 20x ./imaptest
func BenchmarkFirst(b *testing.B) {
	const n = 5000
	mail := firstMail(n)
	for _, command := range []string{
		"FETCH 1:* (UID FLAGS)",
		"FETCH 1:* (ENVELOPE)",
		"FETCH 1:* (BODYSTRUCTURE)",
		"SEARCH BODY needle",
		"SEARCH TEXT needle",
		"SEARCH SUBJECT needle",
		"SEARCH FROM needle",
	} {
		b.Run(command, func(b *testing.B) {
			b.ReportAllocs()
			var before, after runtime.MemStats
			var allocs uint64
			b.StopTimer()
			for range b.N {
				srv := startOurs(b)
				if _, err := srv.Store().Users()[0].Inbox().AppendAll(mail); err != nil {
					b.Fatal(err)
				}
				c := dialTCP(b, srv.Addr())
				c.do("LOGIN user password")
				c.do("SELECT INBOX")
				runtime.GC()
				runtime.ReadMemStats(&before)
				b.StartTimer()
				c.do(command)
				b.StopTimer()
				runtime.ReadMemStats(&after)
				allocs += after.Mallocs - before.Mallocs
				c.nc.Close()
				srv.Close()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/message")
			b.ReportMetric(float64(allocs)/float64(b.N)/n, "allocs/message")
		})
	}
}

// firstMail is mail of people with names, in lines of some length.
func firstMail(n int) [][]byte {
	words := strings.Fields("invoice meeting lunch report question answer holiday plan budget draft review order ticket")
	text := func(n, size int) string {
		var sb strings.Builder
		for i := 0; sb.Len() < size; i++ {
			sb.WriteString(words[(n+i*i)%len(words)])
			sb.WriteString([]string{" ", "\r\n"}[(i%10)/9])
		}
		return sb.String()
	}
	mail := make([][]byte, n)
	for i := range mail {
		head := fmt.Sprintf("Received: from mx%[1]d.example.com by mail.example.com; Mon, 2 Jan 2023 15:04:05 +0000\r\n"+
			"From: \"Person %[1]d\" <p%[1]d@example.com>\r\nTo: Someone <someone@example.org>, other@example.net\r\n"+
			"Subject: %[2]s %[1]d\r\nDate: Mon, 2 Jan 2023 15:04:05 +0000\r\nMessage-ID: <%[1]d@example.com>\r\nMIME-Version: 1.0\r\n", i, words[i%len(words)])
		if i%2 == 0 {
			mail[i] = fmt.Appendf(nil, "%sContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", head, text(i, 1600))
			continue
		}
		mail[i] = fmt.Appendf(nil, "%[1]sContent-Type: multipart/alternative; boundary=\"bound-%[2]d\"\r\n\r\n"+
			"--bound-%[2]d\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n%[3]s\r\n"+
			"--bound-%[2]d\r\nContent-Type: text/html; charset=us-ascii\r\n\r\n<p>%[3]s</p>\r\n--bound-%[2]d--\r\n", head, i, text(i, 700))
	}
	return mail
}
