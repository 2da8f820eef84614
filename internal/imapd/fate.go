package imapd

import "fmt"

// What has become of the selected mailbox, for texts: a client knows it by the name by
// which it selected it, and others may have given it another, deleted it, or made a new
// one of that name.

// nowNamed says that the name in a command is no longer that of the selected mailbox.
func (c *conn) nowNamed(name string) string {
	if c.view == nil || name != c.info.Mailbox {
		return ""
	}
	now := c.user.NameOf(c.view.mbox)
	if now == name {
		return ""
	}
	return fmt.Sprintf("; the one that was selected by this name is named %+q now", now)
}

// deletedText says that the selected mailbox is no more, and what is at its name.
func (c *conn) deletedText() string {
	text := "the selected mailbox was deleted"
	name := c.user.NameOf(c.view.mbox)
	if name != c.info.Mailbox {
		text += fmt.Sprintf(", after it had been renamed to %+q", name)
	}
	switch other, found := c.lookupMailbox(name); {
	case !found:
	case other.NoSelect():
		text += "; its name is left, because there are mailboxes below it"
	default:
		text += "; there is a new one of that name"
	}
	return text
}
