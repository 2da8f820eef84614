package thread

import (
	"cmp"
	"slices"
	"time"
)

// References threads by the References and In-Reply-To fields, and gathers
// threads that have the same base subject: RFC 5256, section 3, REFERENCES.
func References(msgs []Message, stop Stop) []*Node {
	f := newForest(msgs, stop)
	f.sortRoots()
	f.gatherSubjects()
	f.sortAll(sentFirst)
	return f.nodes()
}

// Refs is References without the gathering by subject, and with the threads in
// the order of their latest messages: draft-ietf-morg-inthread.
func Refs(msgs []Message, stop Stop) []*Node {
	f := newForest(msgs, stop)
	f.sortAll(sentFirst)
	sortContainers(f.roots, sentLast)
	return f.nodes()
}

// container is a node while the forest grows.
type container struct {
	msg      *Message // nil: a dummy
	parent   *container
	children []*container
	place    int // in the parent's children, while messages are linked
	path
	node *Node // which it becomes at the end
}

// forest is all containers; those of roots are in no other. There are none in one that was
// stopped.
type forest struct {
	stop  Stop
	all   []*container
	roots []*container
}

// isStopped empties a forest that is to be given up.
func (f *forest) isStopped() bool {
	if !f.stop.now() {
		return false
	}
	f.all, f.roots = nil, nil
	return true
}

// newForest is steps 1 to 3 of REFERENCES.
func newForest(msgs []Message, stop Stop) *forest {
	f := &forest{stop: stop}
	byID := make(map[string]*container)
	lookup := func(id string) *container {
		if byID[id] == nil {
			byID[id] = f.add()
		}
		return byID[id]
	}
	for i := range msgs {
		if f.isStopped() {
			return f
		}
		m := &msgs[i]
		// Without a Message-ID, or with one that an earlier message has, a
		// message counts as one with an ID that nobody refers to.
		var own *container
		if c := byID[m.MessageID]; m.MessageID == "" || c != nil && c.msg != nil {
			own = f.add()
		} else {
			own = lookup(m.MessageID)
		}
		own.msg = m
		own.link(references(m), lookup, stop)
	}
	for _, c := range f.all {
		if f.isStopped() {
			return f
		}
		if c.parent == nil {
			f.roots = append(f.roots, c)
		}
	}
	f.prune()
	return f
}

func (f *forest) add() *container {
	c := &container{}
	f.all = append(f.all, c)
	return c
}

// references are a message's references: In-Reply-To gives one if References
// gives none.
func references(m *Message) []string {
	if len(m.References) > 0 || len(m.InReplyTo) == 0 {
		return m.References
	}
	return m.InReplyTo[:1]
}

// link is step 1: each reference becomes the parent of the next, unless that
// has one, and the last becomes the parent of the message, whatever it has. No
// link is made that would close a loop.
func (c *container) link(refs []string, lookup func(string) *container, stop Stop) {
	var last *container
	for _, id := range refs {
		if stop.now() {
			return
		}
		ref := lookup(id)
		if last != nil && ref.parent == nil && last.top() != ref {
			ref.attach(last)
			ref.hang(last)
		}
		last = ref
	}
	if c.parent == last {
		return
	}
	c.detach()
	c.cut()
	if last != nil && last.top() != c {
		c.attach(last)
		c.hang(last)
	}
}

func (c *container) attach(parent *container) {
	c.parent, c.place = parent, len(parent.children)
	parent.children = append(parent.children, c)
}

// detach puts the last sibling where c was: they are sorted later.
func (c *container) detach() {
	if c.parent == nil {
		return
	}
	siblings := c.parent.children
	end := len(siblings) - 1
	siblings[c.place] = siblings[end]
	siblings[c.place].place = c.place
	c.parent.children = siblings[:end]
	c.parent = nil
}

// prune is step 3: dummies without children go, and those with children give
// way to them; at the top only to a single one.
func (f *forest) prune() {
	for _, c := range f.bottomUp() {
		if f.isStopped() {
			return
		}
		c.children = promote(c.children, false)
	}
	f.roots = promote(f.roots, true)
}

// promote puts the children of dummies in their place, in any order: they are
// sorted later. The longest list of children is taken as it is, because a row
// of dummies would else copy it at every step.
func promote(list []*container, top bool) []*container {
	gives := func(c *container) bool { return c.msg == nil && !(top && len(c.children) > 1) }
	var out []*container
	var longest *container
	for _, c := range list {
		if gives(c) && len(c.children) > len(out) {
			longest, out = c, c.children
		}
	}
	for _, c := range list {
		switch {
		case !gives(c):
			out = append(out, c)
		case c != longest:
			out = append(out, c.children...)
		}
	}
	return out
}

// bottomUp lists what is in the forest, children before their parents.
func (f *forest) bottomUp() []*container {
	out := slices.Clone(f.roots)
	for i := 0; i < len(out); i++ {
		if f.isStopped() {
			return nil
		}
		out = append(out, out[i].children...)
	}
	slices.Reverse(out)
	return out
}

// order gives the time by which a container is sorted.
type order func(c *container) time.Time

// sentFirst is the container's own date, or a dummy's first child's.
func sentFirst(c *container) time.Time {
	if c.msg == nil {
		return c.children[0].msg.Sent
	}
	return c.msg.Sent
}

// sentLast is the latest date in the thread.
func sentLast(c *container) time.Time {
	f := forest{roots: []*container{c}}
	var last time.Time
	for _, c := range f.bottomUp() {
		if c.msg != nil && c.msg.Sent.After(last) {
			last = c.msg.Sent
		}
	}
	return last
}

// number decides between equal dates: the order of the mailbox.
func (c *container) number() uint32 {
	if c.msg == nil {
		return c.children[0].number()
	}
	return c.msg.ID
}

func sortContainers(list []*container, by order) {
	type entry struct {
		c      *container
		date   time.Time
		number uint32
	}
	entries := make([]entry, len(list))
	for i, c := range list {
		entries[i] = entry{c, by(c), c.number()}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if order := a.date.Compare(b.date); order != 0 {
			return order
		}
		return cmp.Compare(a.number, b.number)
	})
	for i := range entries {
		list[i] = entries[i].c
	}
}

// sortRoots is step 4: only the top, and what stands for a dummy there.
func (f *forest) sortRoots() {
	for _, c := range f.roots {
		if c.msg == nil {
			sortContainers(c.children, sentFirst)
		}
	}
	sortContainers(f.roots, sentFirst)
}

// sortAll is step 6.
func (f *forest) sortAll(by order) {
	for _, c := range f.bottomUp() {
		if f.isStopped() {
			return
		}
		if len(c.children) > 1 {
			sortContainers(c.children, by)
		}
	}
	sortContainers(f.roots, by)
}

func (f *forest) nodes() []*Node {
	list := func(children []*container) []*Node {
		var out []*Node
		for _, c := range children {
			out = append(out, c.node)
		}
		return out
	}
	for _, c := range f.bottomUp() {
		if f.isStopped() {
			return nil
		}
		c.node = &Node{Children: list(c.children)}
		if c.msg != nil {
			c.node.ID = c.msg.ID
		}
	}
	return list(f.roots)
}
