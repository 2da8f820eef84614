package thread

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// The examples of RFC 5256, section 4: what two algorithms make of a mailbox.
const (
	rfcTree           = "(2)(3 6 (4 23)(44 7 96))"
	rfcNoParent       = "((3)(5))"
	rfcOrderedSubject = "(166)(167)(168)(169)(172)(170)(171)(173)(174 (175)(176)(178)(181)(180))(179)" +
		"(177 (183)(182)(188)(184)(185)(186)(187)(189))(190)(191)(192)(193)(194 195)(196 (197)(198))" +
		"(199)(200 202)(201)(203)(204)(205)(206 207)(208)"
	rfcReferences = "(166)(167)(168)(169)(172)((170)(179))(171)(173)((174)(175)(176)(178)(181)(180))" +
		"((177)(183)(182)(188 (184)(189))(185 186)(187))(190)(191)(192)(193)((194)(195 196))(197 198)" +
		"(199)(200 202)(201)(203)(204)(205 206 207)(208)"
)

// threadTest is a mailbox, a line a message: its number, its Message-ID or "-",
// and then what it has of "<id" for a reference, "~id" for one of In-Reply-To,
// "@day" for the day it was sent, otherwise that of its number, and its base
// subject, behind "re:" if it is a reply's.
type threadTest struct {
	name     string
	messages []string
	want     string
}

func runThreadTests(t *testing.T, algorithm func([]Message, Stop) []*Node, tests []threadTest) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Format(algorithm(messages(tt.messages), nil)); got != tt.want {
				t.Errorf("%s\n got %s\nwant %s", strings.Join(tt.messages, "\n"), got, tt.want)
			}
		})
	}
}

func messages(lines []string) []Message {
	var out []Message
	for _, line := range lines {
		words := strings.Fields(line)
		id, _ := strconv.Atoi(words[0])
		m := Message{ID: uint32(id), MessageID: strings.Trim(words[1], "-"), Sent: day(id)}
		for _, word := range words[2:] {
			m.set(word)
		}
		out = append(out, m)
	}
	return out
}

func (m *Message) set(word string) {
	switch word[0] {
	case '<':
		m.References = append(m.References, word[1:])
	case '~':
		m.InReplyTo = append(m.InReplyTo, word[1:])
	case '@':
		n, _ := strconv.Atoi(word[1:])
		m.Sent = day(n)
	default:
		m.Subject, m.IsReply = strings.CutPrefix(word, "re:")
	}
}

func day(n int) time.Time { return time.Date(2024, 1, n, 12, 0, 0, 0, time.UTC) }

// parse reads what Format writes.
func parse(s string) []*Node {
	root := &Node{}
	at, open := root, []*Node(nil) // the node whose children come next
	for s != "" {
		end := max(strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }), 0)
		switch {
		case end > 0:
			n, _ := strconv.Atoi(s[:end])
			at = at.child(uint32(n))
		case s[0] == '(':
			open, end = append(open, at), 1
			if s[1] == '(' {
				at = at.child(0)
			}
		case s[0] == ')':
			at, open, end = open[len(open)-1], open[:len(open)-1], 1
		default:
			end = 1
		}
		s = s[end:]
	}
	return root.Children
}

func (n *Node) child(id uint32) *Node {
	c := &Node{ID: id}
	n.Children = append(n.Children, c)
	return c
}

func TestFormat(t *testing.T) {
	leaf := func(id uint32) *Node { return &Node{ID: id} }
	for _, tt := range []struct {
		nodes []*Node
		want  string
	}{
		{nil, ""},
		{[]*Node{leaf(1)}, "(1)"},
		{[]*Node{leaf(1), leaf(4294967295)}, "(1)(4294967295)"},
		{[]*Node{{1, []*Node{leaf(2)}}}, "(1 2)"},
		{[]*Node{{1, []*Node{leaf(2), leaf(3)}}}, "(1 (2)(3))"},
		{[]*Node{{0, []*Node{leaf(3), leaf(5)}}}, rfcNoParent},
		{[]*Node{{0, []*Node{{3, []*Node{leaf(4)}}, leaf(5)}}, leaf(6)}, "((3 4)(5))(6)"},
		{[]*Node{leaf(2), {3, []*Node{{6, []*Node{
			{4, []*Node{leaf(23)}},
			{44, []*Node{{7, []*Node{leaf(96)}}}},
		}}}}}, rfcTree},
	} {
		if got := Format(tt.nodes); got != tt.want {
			t.Errorf("\n got %s\nwant %s", got, tt.want)
		}
	}
	for _, s := range []string{"", rfcTree, rfcNoParent, rfcOrderedSubject, rfcReferences} {
		if got := Format(parse(s)); got != s {
			t.Errorf("\n got %s\nwant %s", got, s)
		}
	}
}

// RFC 5256, section 3, ORDEREDSUBJECT.
func TestOrderedSubject(t *testing.T) {
	runThreadTests(t, OrderedSubject, []threadTest{
		{"none", nil, ""},
		{"by subject, whoever replies", []string{"1 a plan", "2 b re:other", "3 c <b re:plan", "4 d plan"}, "(1 (3)(4))(2)"},
		{"no grandchildren", []string{"1 a plan", "2 b <a re:plan", "3 c <b re:plan"}, "(1 (2)(3))"},
		{"two are a row", []string{"1 a plan", "2 b plan"}, "(1 2)"},
		{"the one sent first is the first", []string{"1 a @5 re:plan", "2 b @4 plan", "3 c @3 plan"}, "(3 (2)(1))"},
		{"threads by their first message", []string{"1 a @4 plan", "2 b @2 other", "3 c @3 plan", "4 d @9 other"}, "(2 4)(3 1)"},
		{"the mailbox decides between equals", []string{"1 a @5 x", "2 b @5 y", "3 c @5 x", "4 d @5 x"}, "(1 (3)(4))(2)"},
		{"an empty subject is one too", []string{"1 a", "2 b plan", "3 c"}, "(1 3)(2)"},
	})
}

// A mailbox in which the threads of the RFC's example each have a subject
// gives the example.
func TestOrderedSubjectExample(t *testing.T) {
	var mailbox []Message
	for i, root := range parse(rfcOrderedSubject) {
		subject := strconv.Itoa(i)
		mailbox = append(mailbox, Message{ID: root.ID, Subject: subject, Sent: day(i)})
		for j, child := range root.Children {
			mailbox = append(mailbox, Message{ID: child.ID, Subject: subject, IsReply: true, Sent: day(100 + j)})
		}
	}
	sortByID(mailbox)
	if got := Format(OrderedSubject(mailbox, nil)); got != rfcOrderedSubject {
		t.Errorf("\n got %s\nwant %s", got, rfcOrderedSubject)
	}
}
