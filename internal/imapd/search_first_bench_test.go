package imapd_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/store"
)

// Searching 5,000 messages that nobody has looked at, as the first search of a test does. No
// message matches.
func BenchmarkSearchFirst(b *testing.B) {
	c := newGrower(b, 0)
	text := strings.Repeat("Some words of the text, in lines as mail has them, of 70 characters.\r\n", 22)
	drafts := make([]store.Draft, 5000)
	for i := range drafts {
		header := fmt.Sprintf("Received: from mx%d.example.com by mail.example.com; Mon, 2 Jan 2023 15:04:05 +0000\r\n"+
			"From: \"Person %d\" <p%d@example.com>\r\nTo: Someone <someone@example.org>, other@example.net\r\nSubject: report %d\r\n"+
			"Date: Mon, 2 Jan 2023 15:04:05 +0000\r\nMessage-ID: <%d@example.com>\r\nMIME-Version: 1.0\r\n", i, i, i, i, i)
		if i%2 == 0 {
			drafts[i].Raw = []byte(header + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text)
			continue
		}
		drafts[i].Raw = fmt.Appendf(nil, "%sContent-Type: multipart/alternative; boundary=\"bound-%d\"\r\n\r\n"+
			"--bound-%d\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n%s\r\n"+
			"--bound-%d\r\nContent-Type: text/html; charset=us-ascii\r\n\r\n<p>%s</p>\r\n--bound-%d--\r\n",
			header, i, i, text[:len(text)/2], i, text[:len(text)/2], i)
	}
	boxes := 0
	for _, key := range []string{"FLAGGED", "SUBJECT needle", "FROM needle", "BODY needle", "TEXT needle"} {
		b.Run(key, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				b.StopTimer()
				name := fmt.Sprint("box", boxes)
				boxes++
				box, err := c.user().Create(name)
				if err == nil {
					_, err = box.AppendAll(drafts)
				}
				if err != nil {
					b.Fatal(err)
				}
				c.do("SELECT " + name)
				b.StartTimer()
				c.do("SEARCH " + key)
				b.StopTimer()
				if err := c.user().Delete(name); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(5000*b.N), "ns/message")
		})
	}
}
