// Package thread arranges messages into conversations: the THREAD algorithms
// of RFC 5256, section 3, and REFS of draft-ietf-morg-inthread.
//
// It looks at what a caller has found in the messages and knows neither mail
// nor protocol, but for the form in which a THREAD response writes the result.
package thread

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Message is what threading looks at.
type Message struct {
	ID         uint32 // the number that stands for it in the result
	MessageID  string // without angle brackets, "" for none
	InReplyTo  []string
	References []string
	Subject    string    // the base subject, folded for comparing
	IsReply    bool      // making the base subject took away a "Re:" or "Fwd:"
	Sent       time.Time // RFC 5256, section 2.2
}

// Node is a message with those that are threaded below it. One with ID 0 is a
// dummy, which stands for a message that is not there.
type Node struct {
	ID       uint32
	Children []*Node
}

// Stop says that the result is of no interest any more, and says so ever after: the
// algorithms return soon then, with anything. A nil one never says so.
type Stop func() bool

func (s Stop) now() bool { return s != nil && s() }

// OrderedSubject makes a thread of the messages that have a base subject: the
// one sent first, and below it the others. Threads are in the order of their
// first messages.
func OrderedSubject(msgs []Message, stop Stop) []*Node {
	sorted := slices.Clone(msgs)
	slices.SortStableFunc(sorted, func(a, b Message) int { return a.Sent.Compare(b.Sent) })
	bySubject := make(map[string]*Node)
	var out []*Node
	for _, m := range sorted {
		if stop.now() {
			return nil
		}
		node := &Node{ID: m.ID}
		if first := bySubject[m.Subject]; first != nil {
			first.Children = append(first.Children, node)
			continue
		}
		bySubject[m.Subject] = node
		out = append(out, node)
	}
	return out
}

// Format writes the threads as a THREAD response does (RFC 5256, section 5):
// "(2)(3 6 (4 23)(44 7 96))". It is "" for none.
//
//	thread-list    = "(" (thread-members / thread-nested) ")"
//	thread-members = nz-number *(SP nz-number) [SP thread-nested]
//	thread-nested  = 2*thread-list
func Format(nodes []*Node) string {
	var sb strings.Builder
	// What is still to be written, the next thing last: a thread, or the ")"
	// that ends one. There is no recursion, as a thread can be very long.
	var todo []*Node
	push := func(list []*Node) {
		for _, node := range slices.Backward(list) {
			todo = append(todo, node)
		}
	}
	for push(nodes); len(todo) > 0; {
		node := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if node == nil {
			sb.WriteByte(')')
			continue
		}
		sb.WriteByte('(')
		todo = append(todo, nil)
		push(writeMembers(&sb, node))
	}
	return sb.String()
}

// writeMembers writes a message and what follows it in a row, and returns the
// threads into which the row splits.
func writeMembers(sb *strings.Builder, node *Node) []*Node {
	for {
		if node.ID != 0 {
			sb.WriteString(strconv.FormatUint(uint64(node.ID), 10))
			if len(node.Children) > 0 {
				sb.WriteByte(' ')
			}
		}
		if len(node.Children) != 1 {
			return node.Children
		}
		node = node.Children[0]
	}
}
