package thread

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

// mailboxes grow with n and have what takes a careless algorithm quadratic
// time.
var mailboxes = []struct {
	name string
	make func(n int) []Message
}{
	{"two rows, and replies that move from one to the other", func(n int) []Message {
		out := crossing(n / 2)
		for i := range n / 2 {
			// The end of one row, which is as long as the other, moves to its end.
			out = append(out, Message{MessageID: fmt.Sprint("a", i), References: []string{fmt.Sprint("b", n/2-1)}})
		}
		return out
	}},
	{"two rows, tied to each other again and again", func(n int) []Message {
		out := crossing(n / 2)
		for i := range n / 2 {
			a, b := fmt.Sprint("a", n/2-1), fmt.Sprint("b", n/2-1)
			out = append(out, Message{MessageID: fmt.Sprint("c", i), References: []string{"a0", b, "b0", a}})
		}
		return out
	}},
	{"a row of dummies over many messages", func(n int) []Message {
		out := []Message{{MessageID: "first", References: row("d", n)}}
		for i := range n {
			out = append(out, Message{MessageID: fmt.Sprint(i), References: []string{fmt.Sprint("d", n-1)}})
		}
		return out
	}},
	{"a row of dummies with a message each", func(n int) []Message {
		out := []Message{{MessageID: "first", References: row("d", n)}}
		for i := range n {
			out = append(out, Message{MessageID: fmt.Sprint(i), References: []string{fmt.Sprint("d", i)}})
		}
		return out
	}},
	{"one message with many references", func(n int) []Message { return []Message{{MessageID: "m", References: row("d", 4*n)}} }},
	{"a reference again and again", func(n int) []Message {
		return []Message{{MessageID: "m", References: slices.Repeat([]string{"x", "y"}, 2*n)}}
	}},
	{"many replies to many messages of one subject", func(n int) []Message {
		var out []Message
		for i := range n {
			out = append(out, Message{Subject: "s", IsReply: i%2 == 0, References: []string{fmt.Sprint("r", i/3)}})
		}
		return out
	}},
}

func row(name string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint(name, i)
	}
	return out
}

// crossing is two rows of n messages.
func crossing(n int) []Message {
	var out []Message
	for i := range n {
		out = append(out,
			Message{MessageID: fmt.Sprint("x", i), References: row2("a", i)},
			Message{MessageID: fmt.Sprint("y", i), References: row2("b", i)})
	}
	return out
}

func row2(name string, i int) []string { return []string{fmt.Sprint(name, i), fmt.Sprint(name, i+1)} }

func number(mailbox []Message) []Message {
	for i := range mailbox {
		mailbox[i].ID, mailbox[i].Sent = uint32(i+1), day(i%7)
	}
	return mailbox
}

// TestGrowth: eight times the messages take no more than 8^1.75 times the time.
func TestGrowth(t *testing.T) {
	for _, tt := range mailboxes {
		for name, algorithm := range algorithms {
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				n := 200
				small := number(tt.make(n))
				for took(algorithm, small) < measurable && n < 20_000 {
					n *= 2
					small = number(tt.make(n))
				}
				large := number(tt.make(8 * n))
				exponent, a, b := 0.0, time.Hour, time.Hour
				for range 40 { // the machine may be busy: the best of several counts
					a, b = min(a, took(algorithm, small)), min(b, took(algorithm, large))
					if exponent = math.Log(float64(b)/float64(a)) / math.Log(8); exponent < 1.75 {
						return
					}
				}
				t.Errorf("time grows with the power %.2f of the size", exponent)
			})
		}
	}
}

// measurable is a time that the clock and the machine's other work leave
// something of.
const measurable = 2 * time.Millisecond

// took is the shortest of three.
func took(algorithm func([]Message) []*Node, mailbox []Message) time.Duration {
	times := make([]time.Duration, 3)
	for i := range times {
		start := time.Now()
		algorithm(mailbox)
		times[i] = time.Since(start)
	}
	return max(slices.Min(times), 1)
}

func BenchmarkReferences(b *testing.B) {
	for _, tt := range mailboxes {
		for _, factor := range []int{1, 2, 4} {
			b.Run(fmt.Sprintf("%s/%d", tt.name, factor), func(b *testing.B) {
				mailbox := number(tt.make(5000 * factor))
				for b.Loop() {
					References(mailbox)
				}
			})
		}
	}
}
