package imapd

import (
	"time"

	"github.com/go-mailtest/mailtest/internal/mimetree"
	"github.com/go-mailtest/mailtest/internal/store"
)

// interruption is what a command that works for long looks at now and then: it gives
// up when this side has closed the connection, or the client has hung up.
type interruption struct {
	steps    int       // of the work that is done
	since    time.Time // when it began
	watching bool
	gaveUp   bool             // interrupted has said so
	stop     mimetree.Stop    // interrupted
	reader   *mimetree.Reader // of messages that are looked at for an answer, or nil
}

// A command that has taken so many steps, or so long, is worth watching its client
// for.
const (
	watchAfterSteps = 256
	watchAfter      = 10 * time.Millisecond
)

// interrupted says whether the command is to be given up: it may return what it likes
// then, as it is not answered. Every loop over messages, mailboxes, keys or items calls
// it at every step; it costs a few nanoseconds.
func (c *conn) interrupted() bool {
	if !c.watching {
		c.steps++
		if c.steps >= watchAfterSteps || time.Since(c.since) > watchAfter {
			c.watching = true
			c.Watch()
		}
	}
	if c.srv.asked != nil {
		c.srv.asked(c.Gone())
	}
	c.gaveUp = c.gaveUp || c.IsGone()
	return c.gaveUp
}

// tree is a message for a command: what takes long is given up with it.
func (c *conn) tree(m *store.Message) *mimetree.Message {
	if other := c.contentInstead(m); other != nil {
		return mimetree.Parse(other)
	}
	return m.TreeUntil(c.stop)
}

// glance is tree for who is done with it before the next message is looked at: what is in one
// that is short is found again each time.
func (c *conn) glance(m *store.Message) *mimetree.Message {
	if other := c.contentInstead(m); other != nil {
		return mimetree.Parse(other)
	}
	if c.reader == nil {
		c.reader = new(mimetree.Reader)
	}
	return m.TreeIn(c.reader, c.stop)
}

// beginWork is called before a command runs.
func (c *conn) beginWork() { c.steps, c.since, c.watching = 0, time.Now(), false }

// endWork is called when it has run.
func (c *conn) endWork() {
	c.reader = nil
	if c.watching {
		c.watching = false
		c.Unwatch()
	}
}
