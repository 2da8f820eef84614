package imapd_test

import (
	"slices"
	"strings"
)

// did is what a client knows after a command of its own.
func (c *client) did(words []string) {
	if words[0] == "UID" {
		words = words[1:]
	}
	switch words[0] {
	case "UNSELECT":
		c.leave()
	case "CLOSE":
		c.closed()
	case "APPEND":
		c.putOther(words[1])
	case "COPY", "MOVE", "REPLACE":
		c.putOther(words[2])
	case "CREATE":
		if c.others != nil {
			c.others[words[1]] = otherMailbox{}
		}
	case "DELETE":
		if c.mem != nil && c.mem.mbox.Deleted() { // another may have that name by now
			c.mem = nil
		}
		delete(c.others, words[1])
	case "RENAME":
		c.renamed(words[1], words[2])
	}
}

// closed counts out what CLOSE has expunged. With labels what is expunged from All Mail may
// stay there: how many messages it has then the client has not been told.
func (c *client) closed() {
	name, all := c.mem.mailbox, len(c.mem.messages)
	if !c.readOnly {
		c.mem.messages = slices.DeleteFunc(c.mem.messages, func(m told) bool { return strings.Contains(m.flags, `\Deleted`) })
	}
	unsure := c.m.labels && len(c.mem.messages) < all
	c.leave()
	if unsure {
		c.knowOther(name, -1, 0)
	}
}

func (c *client) renamed(from, to string) {
	if c.mem != nil && c.mem.mailbox == from && from != "INBOX" {
		c.mem.mailbox = to
	}
	if c.others == nil {
		return
	}
	c.others[to] = c.others[from]
	if from == "INBOX" {
		c.others[to] = otherMailbox{}
		return
	}
	delete(c.others, from)
}

// assume is what a client does with a silent STORE: it takes its own change as
// made (RFC 9051, section 6.4.6).
func (c *client) assume(line string) {
	words := strings.Fields(line)
	byUID := words[0] == "UID"
	if byUID {
		words = words[1:]
	}
	first, last, _ := strings.Cut(words[1], ":")
	op, flag := words[2][0], strings.Trim(words[3], "()")
	for i := range c.mem.messages {
		m := &c.mem.messages[i]
		n := i + 1
		if byUID {
			n = int(m.uid)
		}
		if n < number(first) || n > number(last) || !m.known {
			continue
		}
		flags := slices.DeleteFunc(strings.Fields(m.flags), func(have string) bool { return have == flag || op == 'F' })
		if op != '-' {
			flags = append(flags, flag)
		}
		m.flags = joinFlags(flags)
	}
}
