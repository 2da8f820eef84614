package imapd_test

import (
	"fmt"
	"slices"
	"strings"
)

// otherMailbox is what a client with NOTIFY knows of a mailbox that it has not
// selected.
type otherMailbox struct {
	messages int    // -1: not known
	uidNext  uint32 // 0: not known
}

// leave is what happens to what is known of the selected mailbox when another
// one takes its place.
func (c *client) leave() {
	if c.mem != nil && c.others != nil {
		c.knowOther(c.mem.mailbox, len(c.mem.messages), 0)
	}
	c.mem, c.gotHighest, c.gotFetch = nil, 0, 0
}

func (c *client) knowOther(name string, messages int, uidNext uint32) {
	if _, there := c.others[name]; there {
		c.others[name] = otherMailbox{messages, uidNext}
	}
}

// putOther counts in what the client has itself put into another mailbox. With labels it
// may have been there: then it has a UID below UIDNEXT, if that is known.
func (c *client) putOther(name string) {
	other, there := c.others[name]
	switch {
	case !there || c.destUIDs == 0 || other.messages < 0:
	case c.m.labels && other.uidNext == 0:
		c.others[name] = otherMailbox{-1, 0}
	case c.m.labels:
		for _, uid := range c.dest {
			if uid >= other.uidNext {
				other = otherMailbox{other.messages + 1, uid + 1}
			}
		}
		c.others[name] = other
	default:
		c.others[name] = otherMailbox{other.messages + c.destUIDs, c.lastDestUID + 1}
	}
}

func (c *client) takeStatus(r response) error {
	if !c.notified && (c.cmd == nil || c.cmd.name != "STATUS" && c.cmd.name != "NOTIFY") {
		return fmt.Errorf("not asked for")
	}
	list := r.args[1]
	if !list.isList || len(list.list)%2 != 0 {
		return fmt.Errorf("no pairs")
	}
	if c.others == nil || c.cmd != nil && c.cmd.name == "STATUS" {
		return nil
	}
	name := r.args[0].text
	other, there := c.others[name]
	if !there && c.cmd == nil {
		return fmt.Errorf("the client knows of no such mailbox")
	}
	for i := 0; i < len(list.list); i += 2 {
		n, err := list.list[i+1].number()
		if err != nil {
			return err
		}
		switch list.list[i].text {
		case "MESSAGES":
			other.messages = int(n)
		case "UIDNEXT":
			other.uidNext = uint32(n)
		case "UIDVALIDITY", "UNSEEN", "HIGHESTMODSEQ":
		default:
			return fmt.Errorf("%s was not asked for", list.list[i].text)
		}
	}
	c.others[name] = other
	return nil
}

// takeList takes in a LIST response: with NOTIFY it says that there is a mailbox,
// that there is none any more, or that it was called otherwise (RFC 5465, section
// 5.4).
func (c *client) takeList(r response) error {
	if c.others == nil {
		if c.cmd == nil || c.cmd.name != "LIST" && !(c.kind.rev2 && (c.cmd.name == "SELECT" || c.cmd.name == "EXAMINE")) {
			return fmt.Errorf("not asked for")
		}
		return nil
	}
	name := r.args[2].text
	if len(r.args) == 4 {
		old, err := oldName(r.args[3])
		if err != nil {
			return err
		}
		c.others[name] = c.others[old]
		delete(c.others, old)
		if c.mem != nil && c.mem.mailbox == old {
			c.mem.mailbox = name
		}
		return nil
	}
	if slices.ContainsFunc(r.args[0].list, func(v value) bool { return v.text == `\NonExistent` }) {
		delete(c.others, name)
		return nil
	}
	if _, there := c.others[name]; !there { // else it is the subscription that has changed
		c.others[name] = otherMailbox{}
	}
	return nil
}

// oldName reads ("OLDNAME" ("name")).
func oldName(v value) (string, error) {
	if !v.isList || len(v.list) != 2 || v.list[0].text != "OLDNAME" || len(v.list[1].list) != 1 {
		return "", fmt.Errorf("no OLDNAME")
	}
	return v.list[1].list[0].text, nil
}

// startNotify asks to be told of everything, and learns what there is.
func (c *client) startNotify(delayed bool) error {
	c.others = make(map[string]otherMailbox)
	for _, mbox := range c.m.user.Mailboxes() {
		c.others[mbox.Name()] = otherMailbox{-1, 0}
	}
	selected := "SELECTED"
	if c.delayed = delayed; delayed {
		selected = "SELECTED-DELAYED"
	}
	cmd := &sentCommand{line: "NOTIFY SET STATUS (" + selected + " (MessageNew (UID FLAGS MODSEQ) MessageExpunge FlagChange)) " +
		"(PERSONAL (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange))"}
	cmd.onOK = func() { c.notified = true }
	_, err := c.sendCommand(cmd)
	return err
}

// checkOthers compares what a client with NOTIFY knows with what there is.
func (c *client) checkOthers() error {
	if c.others == nil || c.gone() {
		return nil
	}
	names := make(map[string]bool)
	for _, mbox := range c.m.user.Mailboxes() {
		name, status := mbox.Name(), mbox.Status()
		names[name] = true
		known, there := c.others[name]
		switch {
		case !there:
			return fmt.Errorf("connection %s (NOTIFY) was not told of mailbox %s", c.name, name)
		case c.mem != nil && c.mem.mbox == mbox:
		case known.messages >= 0 && known.messages != status.Messages, known.uidNext != 0 && known.uidNext != uint32(status.UIDNext):
			return fmt.Errorf("connection %s (NOTIFY) knows that %s has %d messages and UIDNEXT %d, and it has %d and %d",
				c.name, name, known.messages, known.uidNext, status.Messages, status.UIDNext)
		}
	}
	for name := range c.others {
		if !names[name] {
			return fmt.Errorf("connection %s (NOTIFY) was not told that mailbox %s is gone (have %s)", c.name, name, strings.Join(sortedKeys(names), " "))
		}
	}
	return nil
}
