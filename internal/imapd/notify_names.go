package imapd

import (
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/store"
)

// tellNames sends a LIST for every mailbox that was made, deleted or renamed
// (RFC 5465, section 5.4).
func (n *notifySettings) tellNames(c *conn) {
	n.tellNamesBut(c, func(string) bool { return false })
}

// tellNamesBut leaves out what the client knows.
func (n *notifySettings) tellNamesBut(c *conn, knows func(name string) bool) {
	var names *namespace
	n.followNames(c, func(name, old string) {
		if !n.events(c.user, name).mailboxName && (old == "" || !n.events(c.user, old).mailboxName) || knows(name) {
			return
		}
		if names == nil {
			names = newNamespace(c.user)
		}
		c.writeNamed(names.entry(name), old)
	})
}

// followNames takes the names as they are now and calls changed for each that
// is other than before: those that are gone, then the renamed, then the new, so
// that a client which follows one after the other has the right names at the end.
// What is made or deleted affects its direct parent too; what is renamed takes
// those below it along without a word.
func (n *notifySettings) followNames(c *conn, changed func(name, old string)) {
	delim := string(c.user.Delimiter())
	told := make(map[string]bool)
	withParent := func(name string) {
		for _, name := range []string{name, name[:max(0, strings.LastIndex(name, delim))]} {
			if name != "" && !told[name] && !c.interrupted() {
				told[name] = true
				changed(name, "")
			}
		}
	}
	mailboxes := c.user.Visible()
	now := make(map[*store.Mailbox]bool, len(mailboxes))
	for _, named := range mailboxes {
		now[named.Mailbox] = true
	}
	replaced := make(map[string]store.Status) // what the client knows of mailboxes that others have taken the place of
	for _, mbox := range n.sorted() {
		if known := n.known[mbox]; !now[mbox] {
			delete(n.known, mbox)
			if _, again := c.lookupMailbox(known.name); again {
				replaced[known.name] = known.status
			} else {
				n.lose(c, mbox, known.name)
				withParent(known.name)
			}
		}
	}
	var renamed []renaming
	var made []string
	for _, named := range mailboxes {
		name, mbox := named.Name, named.Mailbox
		before, known := n.known[mbox]
		if !known {
			status, other := replaced[name]
			if !other {
				status = c.newStatus(mbox)
			}
			n.find(c, mbox, name)
			n.known[mbox] = knownMailbox{name, status}
			made = append(made, name)
		} else if before.name != name {
			renamed = append(renamed, renaming{mbox, before.name, name})
			n.known[mbox] = knownMailbox{name, before.status}
		}
	}
	renamed, circular := inOrder(renamed)
	became := make(map[string]string, len(renamed))
	for _, r := range renamed {
		became[r.from] = r.to
	}
	for _, r := range renamed {
		if !movedAlong(became, r.from, r.to, delim) && !c.interrupted() {
			changed(r.to, r.from)
		}
	}
	for _, r := range circular {
		n.known[r.mbox] = knownMailbox{r.to, c.newStatus(r.mbox)}
		made = append(made, r.to)
	}
	for _, name := range made {
		withParent(name)
	}
}

// lose tells of a mailbox that is watched, and on which the account has no longer l, but
// where that is a change of names (RFC 5465, sections 5.4 and 5.9).
func (n *notifySettings) lose(c *conn, mbox *store.Mailbox, name string) {
	events := n.events(c.user, name)
	if mbox.Deleted() || !events.ofMessages() || events.mailboxName {
		return
	}
	n.lost[mbox] = true
	c.writeNoAccess(name)
}

// find tells of one that was lost.
func (n *notifySettings) find(c *conn, mbox *store.Mailbox, name string) {
	if !n.lost[mbox] {
		return
	}
	delete(n.lost, mbox)
	if events := n.events(c.user, name); events.ofMessages() && !events.mailboxName {
		c.writeNamed(newNamespace(c.user).entry(name), "")
	}
}

// renaming is a mailbox that has another name now.
type renaming struct {
	mbox     *store.Mailbox
	from, to string
}

// inOrder puts renamings so that none takes a name that another still has. Of
// those that go round in a circle, as a Restore can make them, one or more are left
// over: there are no words for it, and they are told as new.
func inOrder(all []renaming) (ordered, circular []renaming) {
	byFrom := make(map[string]int, len(all))
	for i, r := range all {
		byFrom[r.from] = i
	}
	begun := make([]bool, len(all))
	ended := make([]bool, len(all))
	var visit func(i int)
	visit = func(i int) {
		begun[i] = true
		other, taken := byFrom[all[i].to]
		if taken && !begun[other] {
			visit(other)
		}
		if taken && !ended[other] {
			circular = append(circular, all[i])
		} else {
			ordered = append(ordered, all[i])
		}
		ended[i] = true
	}
	for i := range all {
		if !begun[i] {
			visit(i)
		}
	}
	return ordered, circular
}

// movedAlong says that a superior name was renamed in the same way.
func movedAlong(renamed map[string]string, old, name, delim string) bool {
	for at := strings.LastIndex(old, delim); at > 0; at = strings.LastIndex(old[:at], delim) {
		if to, was := renamed[old[:at]]; was && name == to+old[at:] {
			return true
		}
	}
	return false
}

// tellSubscriptions sends a LIST for every name whose subscription changed
// (RFC 5465, section 5.5).
func (n *notifySettings) tellSubscriptions(c *conn) {
	now := c.user.Subscriptions()
	if slices.Equal(now, n.subscribed) {
		return
	}
	before := n.subscribed
	n.subscribed = now
	names := newNamespace(c.user)
	was, is := namesOf(before), namesOf(now)
	for _, name := range slices.Concat(before, now) {
		if was[name] != is[name] && !c.interrupted() && n.events(c.user, name).subscriptionChange {
			c.writeNamed(names.entry(name), "")
		}
	}
}

func namesOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, name := range list {
		set[name] = true
	}
	return set
}

// ownNames tells of what others have done to names up to now, and takes as known
// what this client has done itself to some and those above them.
func (c *conn) ownNames(own ...string) {
	n := c.notify
	if n == nil {
		return
	}
	n.tellNamesBut(c, func(name string) bool {
		return slices.ContainsFunc(own, func(mine string) bool {
			return name == mine || strings.HasPrefix(mine, name+string(c.user.Delimiter()))
		})
	})
}

// ownSubscription takes as known that this client has subscribed to a name, or
// no longer.
func (c *conn) ownSubscription(name string) {
	n := c.notify
	if n == nil {
		return
	}
	isOwn := func(other string) bool { return other == name || strings.EqualFold(name, "INBOX") && other == "INBOX" }
	n.subscribed = slices.DeleteFunc(slices.Clone(n.subscribed), isOwn)
	if now := c.user.Subscriptions(); slices.ContainsFunc(now, isOwn) {
		n.subscribed = append(n.subscribed, now[slices.IndexFunc(now, isOwn)])
	}
}
