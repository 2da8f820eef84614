package thread

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
)

// RFC 5256, section 3, REFERENCES, steps 1 to 4 and 6: subjects are empty.
var referencesTests = []threadTest{
	{"none", nil, ""},
	{"strangers", []string{"1 a", "2 b"}, "(1)(2)"},
	{"a row of replies", []string{"1 a", "2 b <a", "3 c <a <b"}, "(1 2 3)"},
	{"the RFC's tree", []string{"2 m2", "3 m3", "4 m4 <m6", "6 m6 <m3", "7 m7 <m44", "23 m23 <m4", "44 m44 <m6", "96 m96 <m7"}, rfcTree},
	{"replies before what they reply to", []string{"1 c <b", "2 b <a", "3 a"}, "(3 2 1)"},
	{"IDs are case-sensitive", []string{"1 A", "2 b <a"}, "(1)(2)"},

	// In-Reply-To.
	{"In-Reply-To without References", []string{"1 a", "2 b ~a"}, "(1 2)"},
	{"only the first ID of In-Reply-To", []string{"1 a", "2 b", "3 c ~b ~a"}, "(1)(2 3)"},
	{"References before In-Reply-To", []string{"1 a", "2 b", "3 c <a ~b"}, "(1 3)(2)"},

	// Message IDs.
	{"no Message-ID", []string{"1 a", "2 - <a", "3 - <a", "4 -"}, "(1 (2)(3))(4)"},
	{"a second message with the ID gets no replies", []string{"1 a", "2 a", "3 b <a"}, "(1 3)(2)"},
	{"a second message with the ID is a reply", []string{"1 a", "2 b <a", "3 b <a", "4 c <b"}, "(1 (2 4)(3))"},
	{"the ID is first referred to, and then twice there", []string{"1 c <b", "2 b", "3 b"}, "(2 1)(3)"},

	// Step 1.A: links between references.
	{"a reference twice in a row", []string{"1 a", "2 b <a <a"}, "(1 2)"},
	{"a parent stays, whatever others refer to", []string{"1 a", "2 b", "3 c <a", "4 d <b <c"}, "(1 3 4)(2)"},
	{"the references of the first message to name them count", []string{"1 x <a <c", "2 y <b <c", "3 a", "4 b", "5 z <c"}, "(3 (1)(2)(5))(4)"},

	// Step 1.B: a message's own references come before what others say of it.
	{"a cut References field", []string{"1 d <a <c", "2 c <b", "3 b", "4 a"}, "(3 2 1)(4)"},
	{"a message without references has no parent", []string{"1 c <a <b", "2 b", "3 a"}, "(2 1)(3)"},

	// Loops.
	{"a reply to itself", []string{"1 a <a"}, "(1)"},
	{"replies to each other", []string{"1 a <b", "2 b <a"}, "(2 1)"},
	{"a loop of three", []string{"1 a <c", "2 b <a", "3 c <b"}, "(3 1 2)"},
	{"a loop within References", []string{"1 c <a <b <a", "2 a", "3 b <a"}, "(2 (1)(3))"},
	{"the parent goes, though the new one makes a loop", []string{"1 c <a <b", "2 b <c", "3 a"}, "(2 1)(3)"},

	// Step 3: dummies.
	{"a parent that is not there", []string{"3 c <x", "5 e <x"}, rfcNoParent},
	{"a parent that is not there, of one", []string{"3 c <x"}, "(3)"},
	{"missing in the middle", []string{"1 a", "2 c <a <b", "3 d <a <b"}, "(1 (2)(3))"},
	{"a row missing at the top", []string{"1 c <x <y", "2 d <x <y"}, "((1)(2))"},
	{"a row missing at the top, of one", []string{"1 c <x <y <z"}, "(1)"},
	{"branches missing", []string{"1 c <x <y", "2 d <x <z", "3 e <x <z"}, "((1)(2)(3))"},
	{"a reply to what is missing has a reply", []string{"1 a <x", "2 b <x", "3 c <x <a"}, "((1 3)(2))"},

	// Steps 4 and 6: the order.
	{"by the sent date", []string{"1 a @3", "2 b @1", "3 c <a @9", "4 d <a @8"}, "(2)(1 (4)(3))"},
	{"at every depth", []string{"1 a", "2 b <a", "3 c <b @9", "4 d <b @8", "5 e <d @7", "6 f <d @6"}, "(1 2 (4 (6)(5))(3))"},
	{"the mailbox decides between equals", []string{"1 a @5", "2 b <a @5", "3 c @5", "4 d <a @5"}, "(1 (2)(4))(3)"},
	{"a dummy goes by its first child", []string{"1 a @4", "2 b <x @5", "3 c <x @3"}, "((3)(2))(1)"},
}

func TestReferences(t *testing.T) { runThreadTests(t, References, referencesTests) }

// A mailbox with the threads of the RFC's example, in which each message
// refers to its parent and was sent in the order of the example, gives it.
func TestReferencesExample(t *testing.T) {
	for _, want := range []string{rfcTree, rfcNoParent, rfcReferences} {
		var mailbox []Message
		dummies := 0
		var add func(nodes []*Node, parent []string)
		add = func(nodes []*Node, parent []string) {
			for _, node := range nodes {
				id := fmt.Sprint(node.ID)
				if node.ID == 0 {
					dummies++
					id = fmt.Sprint("missing", dummies)
				} else {
					mailbox = append(mailbox, Message{ID: node.ID, MessageID: id, References: parent, Sent: day(len(mailbox))})
				}
				add(node.Children, []string{id})
			}
		}
		add(parse(want), nil)
		sortByID(mailbox)
		if got := Format(References(mailbox, nil)); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
}

func sortByID(mailbox []Message) {
	slices.SortFunc(mailbox, func(a, b Message) int { return cmp.Compare(a.ID, b.ID) })
}

// RFC 5256, section 3, REFERENCES, step 5.
var gatherTests = []threadTest{
	{"a reply without references", []string{"1 a plan", "2 b re:plan"}, "(1 2)"},
	{"a reply before the original", []string{"1 a re:plan", "2 b plan"}, "(2 1)"},
	{"two originals", []string{"1 a plan", "2 b plan"}, "((1)(2))"},
	{"two replies", []string{"1 a re:plan", "2 b re:plan"}, "((1)(2))"},
	{"two originals and a reply", []string{"1 a plan", "2 b plan", "3 c re:plan"}, "((1)(2)(3))"},
	{"an original and replies", []string{"1 a plan", "2 b re:plan", "3 c re:plan"}, "(1 (2)(3))"},
	{"a reply and two originals", []string{"1 a re:plan", "2 b plan", "3 c plan"}, "((2 1)(3))"},
	{"other subjects", []string{"1 a plan", "2 b other", "3 c re:other"}, "(1)(2 3)"},
	{"empty subjects", []string{"1 a", "2 b re:", "3 c"}, "(1)(2)(3)"},
	{"only the thread's first subject counts", []string{"1 a plan", "2 b <a other", "3 c re:other"}, "(1 2)(3)"},

	{"an original beside a dummy", []string{"1 a plan", "2 b <x re:plan", "3 c <x re:plan"}, "((1)(2)(3))"},
	{"a reply beside a dummy", []string{"1 a <x plan", "2 b <x other", "3 c re:plan"}, "((1)(2)(3))"},
	{"a dummy has the subject of its first child", []string{"1 a <x @8 plan", "2 b <x @7 other", "3 c other"}, "((3)(2)(1))"},
	{"two dummies", []string{"1 a <x plan", "2 b <x plan", "3 c <y re:plan", "4 d <y other"}, "((1)(2)(3)(4))"},
	{"threads keep what is below them", []string{"1 a plan", "2 b <a other", "3 c re:plan", "4 d <c more"}, "(1 (2)(3 4))"},

	// Step 6 after step 5.
	{"siblings are sorted again", []string{"1 a @5 plan", "2 b <a @9 x", "3 c @7 re:plan"}, "(1 (3)(2))"},
	{"threads are sorted again", []string{"1 a re:plan", "2 b other", "3 c plan"}, "(2)(3 1)"},
	{"a new dummy goes by its first child", []string{"1 a plan", "2 b other", "3 c plan"}, "((1)(3))(2)"},
}

func TestReferencesGather(t *testing.T) { runThreadTests(t, References, gatherTests) }

// draft-ietf-morg-inthread: no gathering by subject, and threads in the order
// of their latest messages.
func TestRefs(t *testing.T) {
	runThreadTests(t, Refs, []threadTest{
		{"none", nil, ""},
		{"the RFC's tree", []string{"2 m2", "3 m3", "4 m4 <m6", "6 m6 <m3", "7 m7 <m44", "23 m23 <m4", "44 m44 <m6", "96 m96 <m7"}, rfcTree},
		{"subjects do not count", []string{"1 a plan", "2 b re:plan", "3 c plan"}, "(1)(2)(3)"},
		{"by the latest message", []string{"1 a", "2 b", "3 c <a"}, "(2)(1 3)"},
		{"the latest is not the last", []string{"1 a", "2 b <a @9", "3 c <b @4", "4 d @8"}, "(4)(1 2 3)"},
		{"siblings go by their own date", []string{"1 a", "2 b <a", "3 c <a", "4 d <b"}, "(1 (2 4)(3))"},
		{"and so do those without a parent", []string{"1 a <x", "2 b <x", "3 c <a"}, "((1 3)(2))"},
		{"the mailbox decides between equals", []string{"1 a", "2 b @3", "3 c <a"}, "(1 3)(2)"},
		{"a dummy by its latest", []string{"1 a <x", "2 b", "3 c <x"}, "(2)((1)(3))"},
	})
}
