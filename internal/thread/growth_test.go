package thread

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/growth"
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

// Four times the messages take four times the time, whatever they refer to.
func TestGrowth(t *testing.T)      { growth.Test(t, growths()) }
func BenchmarkGrowth(b *testing.B) { growth.Benchmark(b, growths()) }

func growths() []growth.Case {
	var out []growth.Case
	for _, mailbox := range mailboxes {
		for name, algorithm := range algorithms {
			out = append(out, growth.Case{Name: mailbox.name + "/" + name, Size: 4000, Prepare: func(_ testing.TB, n int) func() {
				messages := number(mailbox.make(n))
				return func() { algorithm(messages, nil) }
			}})
		}
	}
	slices.SortFunc(out, func(a, b growth.Case) int { return strings.Compare(a.Name, b.Name) })
	return out
}
