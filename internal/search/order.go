package search

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// Order is what messages are sorted by: a criterion of SORT (RFC 5256, section 3).
type Order struct {
	value   func(q *Query, m Message) value
	reverse bool
}

// value is what two messages are compared by: the number, then the text.
type value struct {
	num  int64
	text string
}

// Reverse is the order from the last to the first.
func (o Order) Reverse() Order {
	o.reverse = !o.reverse
	return o
}

// ByArrival is ARRIVAL: the internal date.
func ByArrival() Order { return byTime(shownDate) }

// ByDate is DATE: the sent date.
func ByDate() Order { return byTime(sentOrReceived) }

// BySize is SIZE.
func BySize() Order { return byNumber(func(_ *Query, m Message) int64 { return m.Size() }) }

// ByRelevancy is RELEVANCY: what matches best comes first (RFC 6203, section 5).
func ByRelevancy() Order {
	return byNumber(func(q *Query, m Message) int64 { return -int64(q.Score(m)) })
}

// BySubject is SUBJECT: the base subject.
func BySubject() Order { return byText(func(m mimetree.Collated) string { return m.SortSubject() }) }

// ByAddress is FROM, TO or CC: the mailbox of the first address.
func ByAddress(field string) Order {
	return byText(func(m mimetree.Collated) string { return m.SortAddress(field) })
}

// ByDisplay is DISPLAYFROM or DISPLAYTO: what is shown of the first address (RFC 5957,
// section 3).
func ByDisplay(field string) Order {
	return byText(func(m mimetree.Collated) string { return m.DisplayName(field) })
}

func byTime(of func(Message) time.Time) Order {
	return byNumber(func(_ *Query, m Message) int64 { return of(m).Unix() })
}

func byNumber(of func(*Query, Message) int64) Order {
	return Order{value: func(q *Query, m Message) value { return value{num: of(q, m)} }}
}

func byText(of func(mimetree.Collated) string) Order {
	return Order{value: func(q *Query, m Message) value { return value{text: of(m.Tree().In(q.collation))} }}
}

// shownDate is the internal date as INTERNALDATE shows it, in whole seconds: what a
// client cannot tell apart is equal.
func shownDate(m Message) time.Time { return m.InternalDate().Truncate(time.Second) }

// sentOrReceived is the sent date of RFC 5256, section 2.2: INTERNALDATE stands in for a
// Date that is missing or cannot be read.
func sentOrReceived(m Message) time.Time {
	if t, ok := m.Tree().SentDate(); ok {
		return t
	}
	return shownDate(m)
}

// Sort gives the places of n messages, which are in the order of the mailbox, as the
// orders have them. The order of the mailbox decides between equals, under REVERSE too
// (RFC 5256, section 3). It is false once Stop has said so.
func (q *Query) Sort(n int, at func(place int) Message, orders []Order) (places []int, ok bool) {
	values := make([]value, 0, n*len(orders))
	places = make([]int, n)
	for i := range n {
		places[i] = i
		m := at(i)
		for _, o := range orders {
			if q.stop() {
				return nil, false
			}
			values = append(values, o.value(q, m))
		}
	}
	slices.SortFunc(places, func(a, b int) int {
		if q.stop() {
			return 0
		}
		for k, o := range orders {
			if c := o.compare(values[a*len(orders)+k], values[b*len(orders)+k]); c != 0 {
				return c
			}
		}
		return cmp.Compare(a, b)
	})
	return places, !q.stop()
}

func (o Order) compare(a, b value) int {
	if o.reverse {
		a, b = b, a
	}
	if c := cmp.Compare(a.num, b.num); c != 0 {
		return c
	}
	return strings.Compare(a.text, b.text)
}
