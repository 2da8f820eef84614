package search

import (
	"testing"
	"time"
)

// The criteria of SORT: RFC 5256, section 3; RFC 5957; RFC 6203, section 5.
func TestSort(t *testing.T) {
	at := time.Date(2024, time.May, 1, 12, 0, 0, 0, time.UTC)
	messages := []*mail{
		{uid: 1, date: at.Add(900 * time.Millisecond), raw: "Date: Wed, 1 May 2024 10:00:00 +0000\r\nFrom: Zed <a@x>\r\nTo: b@x\r\nSubject: Re: two one\r\n\r\nlong text\r\n"},
		{uid: 2, date: at, raw: "From: Ann <z@x>\r\nTo: c@x\r\nCc: a@x\r\nSubject: one two\r\n\r\n"},
		{uid: 3, date: at.Add(-time.Hour), raw: "Date: Wed, 1 May 2024 13:00:00 +0200\r\nFrom: m@x\r\nTo: a@x\r\nSubject: two one\r\n\r\n.\r\n"},
	}
	tests := []struct {
		name   string
		orders []Order
		want   []int
	}{
		{"ARRIVAL", []Order{ByArrival()}, []int{2, 0, 1}}, // 0 and 1 show the same second
		{"REVERSE ARRIVAL", []Order{ByArrival().Reverse()}, []int{0, 1, 2}},
		{"REVERSE of REVERSE", []Order{ByArrival().Reverse().Reverse()}, []int{2, 0, 1}},
		{"DATE", []Order{ByDate()}, []int{0, 2, 1}},
		{"SIZE", []Order{BySize()}, []int{1, 2, 0}},
		{"FROM", []Order{ByAddress("From")}, []int{0, 2, 1}},
		{"CC", []Order{ByAddress("Cc")}, []int{0, 2, 1}}, // none is first
		{"DISPLAYFROM", []Order{ByDisplay("From")}, []int{1, 2, 0}},
		{"DISPLAYTO", []Order{ByDisplay("To")}, []int{2, 0, 1}},
		{"SUBJECT SIZE", []Order{BySubject(), BySize()}, []int{1, 2, 0}},
		{"SUBJECT REVERSE SIZE", []Order{BySubject(), BySize().Reverse()}, []int{1, 0, 2}},
		{"RELEVANCY", []Order{ByRelevancy()}, []int{0, 2, 1}},
		{"REVERSE RELEVANCY TO", []Order{ByRelevancy().Reverse(), ByAddress("To")}, []int{1, 2, 0}},
	}
	q := Header("Subject", Fuzzily("two one")).Bind(scopeOf(messages))
	for _, test := range tests {
		got, ok := q.Sort(len(messages), func(place int) Message { return messages[place] }, test.orders)
		equalList(t, test.name, got, test.want...)
		equal(t, test.name, ok, true)
	}
}

// RFC 5256, sections 2.1, 2.2 and 3.
func TestConversationOf(t *testing.T) {
	at := time.Date(2024, time.May, 1, 12, 0, 0, 500, time.UTC)
	c := ConversationOf(&mail{date: at, raw: "Message-ID: <\"a\"@x>\r\nReferences: <b@x> <\"c\"@x>\r\nIn-Reply-To: <d@x>\r\nSubject: Re: [list] Über\r\n\r\n"})
	equal(t, "Message-ID", c.MessageID, "a@x")
	equalList(t, "References", c.References, "b@x", "c@x")
	equalList(t, "In-Reply-To", c.InReplyTo, "d@x")
	equal(t, "reply", c.IsReply, true)
	equal(t, "sent", c.Sent, at.Truncate(time.Second))
	other := ConversationOf(&mail{raw: "Date: Wed, 1 May 2024 10:00:00 +0200\r\nSubject: üBER\r\n\r\n"})
	equal(t, "subject", other.Subject, c.Subject)
	equal(t, "no reply", other.IsReply, false)
	equal(t, "sent", other.Sent.UTC(), time.Date(2024, time.May, 1, 8, 0, 0, 0, time.UTC))
}
