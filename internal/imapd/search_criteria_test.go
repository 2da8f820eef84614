package imapd_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/memstore"
)

// What Mailbox.Search finds for criteria is what SEARCH finds when a client writes them
// as a command.
func TestSearchIsSearch(t *testing.T) {
	srv, err := imaptest.New(imaptest.InMemory())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	mbox := srv.Store().Users()[0].Inbox()
	fillForSearch(t, mbox)
	nc, err := srv.Dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	client := imapclient.New(nc, nil)
	t.Cleanup(func() { client.Close() })
	if err := client.Login("user", "password").Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	found := make(map[string]bool)
	rapid.Check(t, func(t *rapid.T) {
		c := drawCriteria(t, 2)
		got, err := mbox.Search(&c)
		if err != nil {
			t.Fatal(err)
		}
		data, err := client.UIDSearch(&c, nil).Wait()
		if err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		if want := data.AllUIDs(); !slices.Equal(got, want) {
			t.Fatalf("%+v: Search finds %v, SEARCH finds %v", c, got, want)
		}
		found[fmt.Sprint(got)] = true
	})
	if len(found) < 10 && !testing.Short() { // which has a fifth of the rounds
		t.Errorf("only %d results: %v", len(found), found)
	}
}

// fillForSearch adds twelve messages that differ in everything.
func fillForSearch(t *testing.T, mbox *memstore.Mailbox) {
	t.Helper()
	for i := range 12 {
		raw := fmt.Sprintf("From: sender%d@example.org\r\nTo: \"rcpt\" <to%d@example.org>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe_%d?=\r\nX-Of: %d\r\n", i%3, i%4, i%5, i)
		if i%4 > 0 {
			raw += fmt.Sprintf("Date: Wed, %d May 2024 23:30:00 -0800\r\n", i%4+1)
		}
		raw += fmt.Sprintf("\r\nBody %d, sender1, %*d\r\n", i%2, 10*i, 0)
		var flags []imap.Flag
		for j, flag := range searchedFlags {
			if i>>j&1 == 1 {
				flags = append(flags, flag)
			}
		}
		date := time.Date(2024, time.May, i%5+1, 23, 0, 0, 0, time.FixedZone("", -10*60*60))
		_, err := mbox.Append([]byte(raw), memstore.WithUID(imap.UID(3*i+1)), memstore.WithInternalDate(date), memstore.WithFlags(flags...))
		if err != nil {
			t.Fatal(err)
		}
	}
}

var searchedFlags = []imap.Flag{imap.FlagSeen, imap.FlagAnswered, "$work", store.Keyword("Deleted")}

// drawCriteria sets one or two fields.
func drawCriteria(t *rapid.T, depth int) (c imap.SearchCriteria) {
	fields := []func(){
		func() { c.SeqNum = append(c.SeqNum, drawSeqs(t)) },
		func() { c.UID = append(c.UID, drawUIDs(t)) },
		func() { c.Since = drawDay(t) },
		func() { c.Before = drawDay(t) },
		func() { c.SentSince = drawDay(t) },
		func() { c.SentBefore = drawDay(t) },
		func() {
			c.Header = append(c.Header, imap.SearchCriteriaHeaderField{
				Key:   rapid.SampledFrom([]string{"From", "to", "SUBJECT", "Bcc", "X-Of", "Date"}).Draw(t, "field"),
				Value: drawText(t),
			})
		},
		func() { c.Body = append(c.Body, drawText(t)) },
		func() { c.Text = append(c.Text, drawText(t)) },
		func() { c.Flag = append(c.Flag, drawFlag(t)) },
		func() { c.NotFlag = append(c.NotFlag, drawFlag(t)) },
		func() { c.Larger = int64(rapid.IntRange(0, 300).Draw(t, "larger")) },
		func() { c.Smaller = int64(rapid.IntRange(0, 300).Draw(t, "smaller")) },
		func() { c.ModSeq = &imap.SearchCriteriaModSeq{ModSeq: rapid.Uint64Range(0, 15).Draw(t, "modseq")} },
		func() { c.Not = append(c.Not, drawCriteria(t, depth-1)) },
		func() {
			c.Or = append(c.Or, [2]imap.SearchCriteria{drawCriteria(t, depth-1), drawCriteria(t, depth-1)})
		},
	}
	if depth == 0 {
		fields = fields[:len(fields)-2]
	}
	for range rapid.IntRange(0, 2).Draw(t, "fields") {
		fields[rapid.IntRange(0, len(fields)-1).Draw(t, "field")]()
	}
	return c
}

// drawSeqs is a set with "*" for 0, and with numbers beyond the last.
func drawSeqs(t *rapid.T) (set imap.SeqSet) {
	for range rapid.IntRange(1, 3).Draw(t, "ranges") {
		start, stop := drawRange(t, 14)
		set = append(set, imap.SeqRange{Start: start, Stop: stop})
	}
	return set
}

func drawUIDs(t *rapid.T) (set imap.UIDSet) {
	for range rapid.IntRange(1, 3).Draw(t, "ranges") {
		start, stop := drawRange(t, 40)
		set = append(set, imap.UIDRange{Start: imap.UID(start), Stop: imap.UID(stop)})
	}
	return set
}

// drawRange gives "*" as go-imap has it: 0 at both ends, or at the second.
func drawRange(t *rapid.T, last uint32) (start, stop uint32) {
	start = rapid.Uint32Range(0, last).Draw(t, "start")
	if start > 0 {
		stop = rapid.Uint32Range(0, last).Draw(t, "stop")
	}
	return start, stop
}

// drawDay is a day at some hour in some zone, neither of which counts.
func drawDay(t *rapid.T) time.Time {
	zone := time.FixedZone("", rapid.IntRange(-12, 12).Draw(t, "zone")*60*60)
	return time.Date(2024, time.May, rapid.IntRange(1, 6).Draw(t, "day"), rapid.SampledFrom([]int{0, 12, 23}).Draw(t, "hour"), 0, 0, 0, zone)
}

func drawText(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "sender1", "GRÜSSE", "grüße 3", "to2@", "body 1", "nowhere", "May"}).Draw(t, "text")
}

// drawFlag gives keywords in any case.
func drawFlag(t *rapid.T) imap.Flag {
	return rapid.SampledFrom([]imap.Flag{imap.FlagSeen, imap.FlagAnswered, imap.FlagDraft, "$WORK", "other"}).Draw(t, "flag")
}
