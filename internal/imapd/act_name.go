package imapd

import "strings"

// spelled is a mailbox name as the mailbox has it that the client means, where the server
// takes no notice of the case of letters: level by level, so that what is made below a
// mailbox is below that.
func (c *conn) spelled(name string) string {
	if c.user == nil || !c.srv.profile.has("names-folded") {
		return name
	}
	var known []string
	for _, mbox := range c.user.Mailboxes() {
		known = append(known, mbox.Name())
	}
	delim := string(c.user.Delimiter())
	out := ""
	for i, level := range strings.Split(name, delim) {
		if i > 0 {
			out += delim
		}
		out = sameName(known, out+level)
	}
	if out != name {
		c.tells("names-folded")
	}
	return out
}

// sameName is the name of a list that differs in case alone, or the name.
func sameName(list []string, name string) string {
	same := name
	for _, other := range list {
		switch {
		case other == name:
			return name
		case strings.EqualFold(other, name):
			same = other
		}
	}
	return same
}
