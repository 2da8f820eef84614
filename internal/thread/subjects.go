package thread

// gatherSubjects is step 5 of REFERENCES: threads whose base subjects agree
// are put together.
func (f *forest) gatherSubjects() {
	table := f.subjectTable()
	var roots []*container
	replaced := make(map[*container]*container) // a root by the dummy in its place
	for _, c := range f.roots {
		subject, isReply := subjectOf(c)
		main := table[subject]
		switch {
		case subject == "" || main == c:
			roots = append(roots, c)
		case c.msg == nil && main.msg == nil:
			for _, child := range c.children {
				child.attach(main)
			}
		case main.msg == nil, isReply && !main.msg.IsReply:
			c.attach(main)
		default: // main came before c, or c would stand in the table itself
			dummy := &container{}
			main.attach(dummy)
			c.attach(dummy)
			replaced[main] = dummy
			table[subject] = dummy
		}
	}
	for i, c := range roots {
		if dummy := replaced[c]; dummy != nil {
			roots[i] = dummy
		}
	}
	f.roots = roots
}

// subjectTable is step 5.B: the thread that stands for a subject is a dummy if
// there is one, or else one that is no reply.
func (f *forest) subjectTable() map[string]*container {
	table := make(map[string]*container)
	for _, c := range f.roots {
		subject, isReply := subjectOf(c)
		if subject == "" {
			continue
		}
		have := table[subject]
		if have == nil || have.msg != nil && (c.msg == nil || have.msg.IsReply && !isReply) {
			table[subject] = c
		}
	}
	return table
}

// subjectOf is the base subject of a thread, and whether it is a reply's.
func subjectOf(c *container) (subject string, isReply bool) {
	m := c.msg
	if m == nil {
		m = c.children[0].msg
	}
	return m.Subject, m.IsReply
}
