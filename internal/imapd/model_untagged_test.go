package imapd_test

import (
	"fmt"
	"slices"
	"strings"
)

// untagged takes in one untagged response, if the client's state allows it.
func (c *client) untagged(r response) error {
	switch r.name {
	case "OK":
		return c.code(r)
	case "BYE":
		c.bye = r.text
		return nil
	case "NO", "BAD":
		return fmt.Errorf("nothing was asked for that could bring this")
	case "ENABLED", "CAPABILITY":
		if c.cmd == nil {
			return fmt.Errorf("outside a command")
		}
		return nil
	case "SEARCH", "SORT", "THREAD", "ESEARCH":
		return c.takeFound(r)
	case "STATUS":
		return c.takeStatus(r)
	case "LIST":
		return c.takeList(r)
	}
	if c.mem == nil && c.cmd != nil && (c.cmd.name == "SELECT" || c.cmd.name == "EXAMINE") {
		c.mem = &memory{}
	}
	if c.mem == nil {
		return fmt.Errorf("nothing is selected")
	}
	if c.cmd == nil && !c.notified {
		return fmt.Errorf("no command is in progress")
	}
	return c.ofMailbox(r)
}

// ofMailbox takes in what is about the selected mailbox.
func (c *client) ofMailbox(r response) error {
	switch r.name {
	case "FLAGS":
		_, err := r.args[0].flags()
		return err
	case "#EXISTS":
		if int(r.num) < len(c.mem.messages) {
			return fmt.Errorf("the client knows of %d messages, and of no expunge", len(c.mem.messages))
		}
		c.mem.messages = append(c.mem.messages, make([]told, int(r.num)-len(c.mem.messages))...)
	case "#RECENT":
		if c.kind.rev2 || int(r.num) > len(c.mem.messages) {
			return fmt.Errorf("of %d messages, IMAP4rev2: %v", len(c.mem.messages), c.kind.rev2)
		}
	case "#EXPUNGE":
		return c.takeExpunge(int(r.num))
	case "VANISHED":
		return c.takeVanished(r.args)
	case "#FETCH":
		if c.kind.uidOnly || r.num == 0 || int(r.num) > len(c.mem.messages) {
			return fmt.Errorf("of %d messages, UIDONLY: %v", len(c.mem.messages), c.kind.uidOnly)
		}
		return c.takeFetch(int(r.num-1), r.args[0])
	case "#UIDFETCH":
		i := c.mem.admit(r.num)
		if !c.kind.uidOnly || i < 0 {
			return fmt.Errorf("without UIDONLY, or no message of the client's can have this UID")
		}
		return c.takeFetch(i, r.args[0])
	}
	return nil
}

// mayExpunge holds to RFC 9051, section 7.5.1, RFC 7162, section 3.2.10.2, and
// RFC 5465, section 6.2.
func (c *client) mayExpunge() error {
	switch {
	case c.cmd == nil && (!c.notified || c.delayed):
		return fmt.Errorf("an expunge outside a command")
	case c.cmd != nil && c.cmd.noExpunge:
		return fmt.Errorf("an expunge during %s", c.cmd.name)
	}
	return nil
}

func (c *client) takeExpunge(num int) error {
	if c.kind.qresync || c.kind.uidOnly || num == 0 || num > len(c.mem.messages) {
		return fmt.Errorf("%d messages, QRESYNC %v, UIDONLY %v", len(c.mem.messages), c.kind.qresync, c.kind.uidOnly)
	}
	c.mem.messages = slices.Delete(c.mem.messages, num-1, num)
	return c.mayExpunge()
}

func (c *client) takeVanished(args []value) error {
	uids, err := args[len(args)-1].set()
	if err != nil {
		return err
	}
	if len(args) == 2 {
		return c.takeEarlier(args[0], uids)
	}
	if !c.kind.qresync && !c.kind.uidOnly {
		return fmt.Errorf("without ENABLE")
	}
	for _, uid := range uids {
		i := c.mem.place(uid)
		if c.kind.uidOnly {
			i = c.mem.admit(uid)
		}
		if i < 0 {
			return fmt.Errorf("UID %d is none that the client has been told of", uid)
		}
		c.mem.messages = slices.Delete(c.mem.messages, i, i+1)
	}
	return c.mayExpunge()
}

func (c *client) takeEarlier(word value, uids []uint32) error {
	if !word.isList || len(word.list) != 1 || word.list[0].text != "EARLIER" || !c.kind.qresync || c.cmd == nil || !c.cmd.earlier {
		return fmt.Errorf("not asked for")
	}
	for _, uid := range uids {
		if c.mem.index(uid) >= 0 {
			return fmt.Errorf("UID %d is there", uid)
		}
		delete(c.cache, uid)
	}
	return nil
}

// takeFetch takes in a FETCH response of the message in a place.
func (c *client) takeFetch(i int, list value) error {
	if !list.isList || len(list.list)%2 != 0 || len(list.list) == 0 {
		return fmt.Errorf("no list of pairs")
	}
	before := c.mem.messages[i]
	m := &c.mem.messages[i]
	seen := make(map[string]bool)
	for at := 0; at < len(list.list); at += 2 {
		item, v := list.list[at].text, list.list[at+1]
		if seen[item] {
			return fmt.Errorf("%s twice", item)
		}
		seen[item] = true
		if err := c.takeItem(i, m, item, v); err != nil {
			return fmt.Errorf("%s: %w", item, err)
		}
	}
	if m.modseq < before.modseq {
		return fmt.Errorf("the modseq fell from %d", before.modseq)
	}
	if c.cache != nil && seen["UID"] && seen["FLAGS"] {
		c.cache[m.uid] = *m
	}
	return c.mustTell(seen)
}

func (c *client) takeItem(i int, m *told, item string, v value) error {
	switch item {
	case "UID":
		n, err := v.number()
		if err != nil || n == 0 || m.uid != 0 && m.uid != uint32(n) {
			return fmt.Errorf("the client knows it as %d (%w)", m.uid, err)
		}
		if !c.mem.fits(i, uint32(n)) {
			return fmt.Errorf("UIDs do not ascend: %v", c.mem)
		}
		m.uid = uint32(n)
	case "FLAGS":
		flags, err := v.flags()
		m.flags, m.known = flags, true
		return err
	case "MODSEQ":
		if !v.isList || len(v.list) != 1 || !c.kind.condstore {
			return fmt.Errorf("not asked for")
		}
		n, err := v.list[0].number()
		if err != nil {
			return err
		}
		m.modseq = n
		c.gotFetch = max(c.gotFetch, n)
	case "BODY[]":
		if !v.quoted {
			return fmt.Errorf("no string")
		}
	default:
		return fmt.Errorf("no such item was asked for")
	}
	return nil
}

// mustTell holds to what a FETCH response must have that nobody asked for (RFC 7162,
// sections 3.1.3, 3.1.8 and 3.2.4; RFC 5465, section 5.1).
func (c *client) mustTell(seen map[string]bool) error {
	if c.cmd != nil && strings.HasSuffix(c.cmd.name, "FETCH") {
		return nil
	}
	if c.kind.condstore && !seen["MODSEQ"] {
		return fmt.Errorf("no MODSEQ")
	}
	if (c.kind.condstore || c.kind.rev2 || c.notified) && !c.kind.uidOnly && !seen["UID"] {
		return fmt.Errorf("no UID")
	}
	return nil
}

// takeFound takes in the result of a search: its numbers must be the client's.
func (c *client) takeFound(r response) error {
	if c.cmd == nil || c.mem == nil || !strings.HasSuffix(c.cmd.name, strings.TrimPrefix(r.name, "E")) {
		return fmt.Errorf("not asked for")
	}
	extended := c.kind.rev2 || strings.Contains(c.cmd.line, "RETURN (")
	if (r.name == "SEARCH") == extended && r.name != "SORT" && r.name != "THREAD" {
		return fmt.Errorf("the other form was to come")
	}
	for _, v := range r.args {
		switch {
		case r.name == "ESEARCH":
		case r.name == "THREAD":
			if !v.isList {
				return fmt.Errorf("a thread that is no list")
			}
			if err := c.takeThread(v.list); err != nil {
				return err
			}
		case v.isList:
			if len(v.list) != 2 || v.list[0].text != "MODSEQ" || !c.kind.condstore {
				return fmt.Errorf("a list that is no MODSEQ")
			}
		default:
			if err := c.takeNumber(v); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeThread takes in the numbers of a thread and of those within it.
func (c *client) takeThread(list []value) error {
	for _, v := range list {
		take := func() error { return c.takeNumber(v) }
		if v.isList {
			take = func() error { return c.takeThread(v.list) }
		}
		if err := take(); err != nil {
			return err
		}
	}
	return nil
}

// takeNumber takes in the number of a message that was found.
func (c *client) takeNumber(v value) error {
	n, err := v.number()
	if err != nil {
		return err
	}
	byUID := strings.HasPrefix(c.cmd.name, "UID")
	known := c.mem.place(uint32(n)) >= 0 || c.kind.uidOnly && c.mem.index(0) >= 0
	if n == 0 || !byUID && int(n) > len(c.mem.messages) || byUID && !known {
		return fmt.Errorf("%d is no message of the client's", n)
	}
	return nil
}
