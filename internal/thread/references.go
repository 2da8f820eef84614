package thread

import (
	"slices"
	"strconv"
	"time"
)

// References threads by the References and In-Reply-To fields, and gathers
// threads that have the same base subject: RFC 5256, section 3, REFERENCES.
func References(msgs []Message) []*Node {
	f := newForest(msgs)
	f.sortRoots(sentFirst)
	f.gatherSubjects()
	f.sortAll(sentFirst)
	return f.nodes()
}

// Refs is References without the gathering by subject, and with the threads in
// the order of their latest messages.
func Refs(msgs []Message) []*Node {
	f := newForest(msgs)
	f.sortAll(sentFirst)
	f.sortRoots(sentLast)
	return f.nodes()
}

// container is a node while the forest grows.
type container struct {
	msg      *Message // nil: a dummy
	parent   *container
	children []*container
}

// forest is all containers; those of roots are in no other.
type forest struct {
	all   []*container
	roots []*container
}

// newForest is steps 1 to 3 of REFERENCES.
func newForest(msgs []Message) *forest {
	f := &forest{}
	byID := make(map[string]*container)
	lookup := func(id string) *container {
		c := byID[id]
		if c == nil {
			c = &container{}
			byID[id] = c
			f.all = append(f.all, c)
		}
		return c
	}
	for i := range msgs {
		m := &msgs[i]
		id := m.MessageID
		if c := byID[id]; id == "" || c != nil && c.msg != nil {
			// No Message-ID, or one that another has: RFC 5256 wants a unique one.
			id = "\x00" + strconv.Itoa(i)
		}
		own := lookup(id)
		own.msg = m
		f.link(own, references(m), lookup)
	}
	for _, c := range f.all {
		if c.parent == nil {
			f.roots = append(f.roots, c)
		}
	}
	f.prune()
	return f
}

func references(m *Message) []string {
	if len(m.References) > 0 || len(m.InReplyTo) == 0 {
		return m.References
	}
	return m.InReplyTo[:1]
}

// link is step 1: each reference is the parent of the next, unless that has
// one, and the last is the message's own.
func (f *forest) link(own *container, refs []string, lookup func(string) *container) {
	var last *container
	for _, id := range refs {
		c := lookup(id)
		if last != nil && c.parent == nil && !c.isAbove(last) {
			c.attach(last)
		}
		last = c
	}
	if last != nil && own.isAbove(last) {
		return
	}
	own.detach()
	if last != nil {
		own.attach(last)
	}
}

// isAbove says whether c is other or above it. What has nothing below it is
// above nothing, which spares long threads the walk.
func (c *container) isAbove(other *container) bool {
	if c == other {
		return true
	}
	if len(c.children) == 0 {
		return false
	}
	for other != nil && other != c {
		other = other.parent
	}
	return other == c
}

func (c *container) attach(parent *container) {
	c.parent = parent
	parent.children = append(parent.children, c)
}

func (c *container) detach() {
	if c.parent == nil {
		return
	}
	siblings := c.parent.children
	i := slices.Index(siblings, c)
	c.parent.children = slices.Delete(siblings, i, i+1)
	c.parent = nil
}

// prune is step 3: dummies without children go, and those with children give
// way to them; at the top only to a single one.
func (f *forest) prune() {
	for _, c := range f.bottomUp() {
		c.children = promote(c.children, false)
		for _, child := range c.children {
			child.parent = c
		}
	}
	f.roots = promote(f.roots, true)
	for _, c := range f.roots {
		c.parent = nil
	}
}

func promote(list []*container, top bool) []*container {
	if !slices.ContainsFunc(list, func(c *container) bool { return c.msg == nil }) {
		return list
	}
	var out []*container
	for _, c := range list {
		switch {
		case c.msg != nil, top && len(c.children) > 1:
			out = append(out, c)
		default:
			out = append(out, c.children...)
		}
	}
	return out
}

// bottomUp lists what is in the forest, children before their parents.
func (f *forest) bottomUp() []*container {
	out := slices.Clone(f.roots)
	for i := 0; i < len(out); i++ {
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
	keys := make(map[*container]time.Time, len(list))
	for _, c := range list {
		keys[c] = by(c)
	}
	slices.SortStableFunc(list, func(a, b *container) int {
		if order := keys[a].Compare(keys[b]); order != 0 {
			return order
		}
		return int(int64(a.number()) - int64(b.number()))
	})
}

// sortRoots is step 4.
func (f *forest) sortRoots(by order) {
	for _, c := range f.roots {
		if c.msg == nil {
			sortContainers(c.children, by)
		}
	}
	sortContainers(f.roots, by)
}

// sortAll is step 6.
func (f *forest) sortAll(by order) {
	for _, c := range f.bottomUp() {
		if len(c.children) > 1 {
			sortContainers(c.children, by)
		}
	}
	sortContainers(f.roots, by)
}

func (f *forest) nodes() []*Node {
	made := make(map[*container]*Node)
	list := func(children []*container) []*Node {
		var out []*Node
		for _, c := range children {
			out = append(out, made[c])
		}
		return out
	}
	for _, c := range f.bottomUp() {
		node := &Node{Children: list(c.children)}
		if c.msg != nil {
			node.ID = c.msg.ID
		}
		made[c] = node
	}
	return list(f.roots)
}
