package imapd_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/internal/store"
)

// Searching 5,000 messages whose texts have been looked at before.
func BenchmarkSearch(b *testing.B) {
	c := newGrower(b, 0)
	drafts := make([]store.Draft, 5000)
	for i := range drafts {
		drafts[i].Raw = fmt.Appendf(nil, "Date: Wed, 1 May 2024 10:%02d:00 +0000\r\nFrom: Sender %d <s%d@example.org>\r\nTo: rcpt@example.org\r\n"+
			"Subject: Re: number %d\r\n\r\n%s\r\n", i%60, i%97, i, i*7919%5000, strings.Repeat("Some words of the text. ", 40))
		drafts[i].InternalDate = time.Date(2024, time.May, 1+i%28, 10, 0, 0, 0, time.UTC)
	}
	if _, err := c.user().Inbox().AppendAll(drafts); err != nil {
		b.Fatal(err)
	}
	c.do("NOOP")
	c.do(`STORE 1:2500 +FLAGS.SILENT (\Seen $Work)`)
	for _, bench := range []struct{ name, command string }{
		{"ALL", "UID SEARCH ALL"},
		{"flags", `UID SEARCH UNSEEN UNDELETED UNKEYWORD $Work`},
		{"UID sets", "UID SEARCH UID " + odd(1000) + " NOT UID 100:200 OR 1:500 UID 4000:*"},
		{"dates and sizes", "UID SEARCH SINCE 5-May-2024 BEFORE 20-May-2024 LARGER 100 SMALLER 10000"},
		{"FROM", "UID SEARCH FROM s4711@"},
		{"SUBJECT", `UID SEARCH SUBJECT "number 4711"`},
		{"TEXT", `UID SEARCH TEXT "words of another"`},
		{"TEXT and flags", `UID SEARCH TEXT "words of another" UNSEEN`},
		{"OR of three", `UID SEARCH OR TEXT "words of another" OR FLAGGED FROM s4711@`},
		{"FUZZY", `UID SEARCH RETURN (RELEVANCY COUNT) FUZZY SUBJECT "4711 number"`},
		{"THREAD", "UID THREAD REFERENCES UTF-8 ALL"},
		{"SORT ARRIVAL", "UID SORT (REVERSE ARRIVAL) UTF-8 ALL"},
		{"SORT SUBJECT FROM", "UID SORT (SUBJECT REVERSE FROM) UTF-8 ALL"},
	} {
		c.do(bench.command)
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.do(bench.command)
			}
		})
	}
}
