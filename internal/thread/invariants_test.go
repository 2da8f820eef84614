package thread

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/internal/portion"
)

var algorithms = map[string]func([]Message, Stop) []*Node{
	"ORDEREDSUBJECT": OrderedSubject,
	"REFERENCES":     References,
	"REFS":           Refs,
}

// drawMailbox draws messages with so few IDs, subjects and days that they are
// often the same, and refer to each other in loops.
func drawMailbox(t *rapid.T) []Message {
	id := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h"})
	ids := rapid.SliceOfN(id, 0, 4)
	var out []Message
	for i := range rapid.IntRange(0, 12).Draw(t, "messages") {
		out = append(out, Message{
			ID:         uint32(i + 1),
			MessageID:  rapid.OneOf(id, rapid.Just("")).Draw(t, "Message-ID"),
			References: ids.Draw(t, "References"),
			InReplyTo:  ids.Draw(t, "In-Reply-To"),
			Subject:    rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "subject"),
			IsReply:    rapid.Bool().Draw(t, "reply"),
			Sent:       day(rapid.IntRange(1, 4).Draw(t, "day")),
		})
	}
	return out
}

// TestInvariants checks what holds of every result: each message is in it
// once, siblings are in order, a dummy is at the top and holds at least two
// messages; and the same mailbox always gives the same.
func TestInvariants(t *testing.T) {
	for name, algorithm := range algorithms {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			mailbox := drawMailbox(t)
			nodes := algorithm(slices.Clone(mailbox), nil)
			checkOnce(t, nodes, len(mailbox))
			for _, node := range nodes {
				if node.ID == 0 && len(node.Children) < 2 {
					t.Errorf("a dummy with %d messages", len(node.Children))
				}
				checkSiblings(t, mailbox, node.Children)
			}
			want := Format(nodes)
			if got := Format(parse(want)); got != want {
				t.Errorf("%s reads as %s", want, got)
			}
			if got := Format(algorithm(mailbox, nil)); got != want {
				t.Errorf("first %s, then %s", want, got)
			}
		}))
	}
}

func checkOnce(t *rapid.T, nodes []*Node, messages int) {
	var ids []uint32
	for todo := nodes; len(todo) > 0; todo = todo[1:] {
		todo = append(todo, todo[0].Children...)
		if todo[0].ID != 0 {
			ids = append(ids, todo[0].ID)
		}
	}
	slices.Sort(ids)
	if len(ids) != messages || len(slices.Compact(ids)) != messages {
		t.Errorf("of %d messages there are %v", messages, ids)
	}
}

func checkSiblings(t *rapid.T, mailbox []Message, siblings []*Node) {
	for i, node := range siblings {
		if node.ID == 0 {
			t.Fatal("a dummy below the top")
		}
		if i > 0 {
			a, b := siblings[i-1].ID, node.ID
			if order := mailbox[a-1].Sent.Compare(mailbox[b-1].Sent); order > 0 || order == 0 && a > b {
				t.Errorf("%d is before %d", a, b)
			}
		}
		checkSiblings(t, mailbox, node.Children)
	}
}

// TestAnyMailboxOrder draws threads in which each message refers to its parent
// or to all above it: they come out, in whatever order the mailbox has them.
func TestAnyMailboxOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var mailbox []Message
		want := make([]uint32, rapid.IntRange(1, 20).Draw(t, "messages")) // parents
		for i := range want {
			m := Message{ID: uint32(i + 1), MessageID: fmt.Sprint(i + 1), Sent: day(i)}
			if above := rapid.IntRange(0, i).Draw(t, "parent"); above > 0 {
				want[i] = uint32(above)
				if rapid.Bool().Draw(t, "all") {
					m.References = slices.Clone(mailbox[above-1].References)
				}
				m.References = append(m.References, fmt.Sprint(above))
			}
			mailbox = append(mailbox, m)
		}
		mailbox = rapid.Permutation(mailbox).Draw(t, "order")
		got := make([]uint32, len(want))
		var walk func(nodes []*Node, parent uint32)
		walk = func(nodes []*Node, parent uint32) {
			for _, node := range nodes {
				got[node.ID-1] = parent
				walk(node.Children, node.ID)
			}
		}
		walk(Refs(mailbox, nil), 0)
		if !slices.Equal(got, want) {
			t.Errorf("parents\n got %v\nwant %v", got, want)
		}
	})
}

// manyMessages is how many messages TestBounds threads.
func manyMessages(t *testing.T) int { return portion.Of(t, "%d messages", 100_000, 20_000) }

func many(n int, message func(i int) Message) []Message {
	out := make([]Message, n)
	for i := range out {
		out[i] = message(i)
		out[i].ID = uint32(i + 1)
		out[i].Sent = day(1).Add(time.Duration(i) * time.Second)
	}
	return out
}

func reply(id, parent string) Message {
	return Message{MessageID: id, References: []string{parent}}
}

// TestBounds gives large mailboxes, some of which would take quadratic time if
// long threads were walked from end to end for each message: this test then
// does not end.
func TestBounds(t *testing.T) {
	n := manyMessages(t)
	row := many(n, func(i int) Message { return reply(fmt.Sprint(i), fmt.Sprint(i-1)) })
	backwards := slices.Clone(row)
	slices.Reverse(backwards)
	shuffled := slices.Clone(row)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(row), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	half := n / 2
	for name, mailbox := range map[string][]Message{
		"a row of replies":            row,
		"a row of replies, backwards": backwards,
		"a row of replies, shuffled":  shuffled,
		"replies to each of a row, before the row": many(n, func(i int) Message {
			if i < half {
				return reply(fmt.Sprint("reply", i), fmt.Sprint(i))
			}
			return reply(fmt.Sprint(i-half), fmt.Sprint(i-half-1))
		}),
		"replies to one message": many(n, func(i int) Message { return reply("", "a") }),
		"children that move to another parent": many(n, func(i int) Message {
			if i < half {
				return Message{References: []string{"a", fmt.Sprint(i)}}
			}
			return reply(fmt.Sprint(i-half), "b")
		}),
		"pairs of a subject": many(n, func(i int) Message { return Message{Subject: fmt.Sprint(i / 2)} }),
		"one subject":        many(n, func(i int) Message { return Message{Subject: "x"} }),
		"one Message-ID":     many(n, func(i int) Message { return reply("a", "a") }),
	} {
		t.Run(name, func(t *testing.T) {
			for _, algorithm := range algorithms {
				text := Format(algorithm(mailbox, nil))
				if got := len(strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' })); got != n {
					t.Errorf("%d messages of %d", got, n)
				}
			}
		})
	}
}

// A row of replies is one list without parentheses within.
func TestLongThread(t *testing.T) {
	var want strings.Builder
	n := manyMessages(t)
	for i := range n {
		fmt.Fprintf(&want, " %d", i+1)
	}
	row := many(n, func(i int) Message { return reply(fmt.Sprint(i), fmt.Sprint(i-1)) })
	if got := Format(References(row, nil)); got != "("+want.String()[1:]+")" {
		t.Errorf("got %.80s…", got)
	}
}
