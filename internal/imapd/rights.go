package imapd

import (
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// What a connection's account may do: RFC 4314, section 4. All commands ask here, by the
// name of the right, and through mailbox for whatever has a name. Names of other
// accounts' mailboxes are led to them by store.User.Place.

// needs are the rights that a command takes. Which flags may be set is another matter:
// Settable of store.Rights.
type needs struct {
	selected store.Rights // on the selected mailbox; to select it took l and r
	named    store.Rights // on the mailbox that it names
	into     store.Rights // on the mailbox into which it puts messages
	above    store.Rights // on the nearest mailbox above the name that it makes, or that could be (TRYCREATE)
}

// commandNeeds is the table of RFC 4314, section 4, with MOVE (RFC 6851, section 4.2) and
// REPLACE (RFC 8508, section 4.1). Each takes l on what it names besides, and a UID command
// what the other one takes. CLOSE needs nothing, and expunges with e; FETCH needs nothing,
// and sets \Seen with s.
var commandNeeds = map[string]needs{
	"SELECT":     {named: store.MayRead},
	"EXAMINE":    {named: store.MayRead},
	"STATUS":     {named: store.MayRead},
	"CREATE":     {above: store.MayCreate},
	"DELETE":     {named: store.MayDelete},
	"RENAME":     {named: store.MayDelete, above: store.MayCreate},
	"APPEND":     {into: store.MayInsert, above: store.MayCreate},
	"COPY":       {into: store.MayInsert, above: store.MayCreate},
	"MOVE":       {into: store.MayInsert, above: store.MayCreate, selected: store.MayMark | store.MayExpunge},
	"REPLACE":    {into: store.MayInsert, above: store.MayCreate, selected: store.MayMark | store.MayExpunge},
	"EXPUNGE":    {selected: store.MayExpunge},
	"SETACL":     {named: store.MayAdmin},
	"DELETEACL":  {named: store.MayAdmin},
	"GETACL":     {named: store.MayAdmin},
	"LISTRIGHTS": {named: store.MayAdmin},
	"MYRIGHTS":   {}, // l is enough
	"RESETKEY":   {}, // the key is one's own
}

// beginRights looks up what the command takes, and asks for what it takes of the
// selected mailbox.
func (c *conn) beginRights(name string) error {
	c.needs = commandNeeds[strings.TrimPrefix(name, "UID ")]
	if c.view == nil {
		return nil
	}
	if err := c.view.noticeRights(c); err != nil {
		return err
	}
	return c.may(c.view.mbox, c.needs.selected)
}

// named is the mailbox that the command names, with the rights that it takes.
func (c *conn) named(name string) (*store.Mailbox, error) { return c.mailbox(name, c.needs.named) }

// rights are those that the account has on a mailbox.
func (c *conn) rights(mbox *store.Mailbox) store.Rights {
	have := mbox.Rights(c.user)
	switch {
	case !c.srv.annotates:
		return have &^ store.MayAnnotate
	case mbox.Owner() == c.user: // who owns a mailbox always has it
		return have | store.MayAnnotate
	}
	return have
}

// may is nil if the account has all of these rights on a mailbox that is there for it,
// and otherwise the answer (RFC 5530, section 3, NOPERM).
func (c *conn) may(mbox *store.Mailbox, need store.Rights) error {
	have := c.rights(mbox)
	if have.Has(need) {
		return nil
	}
	return noPerm("this needs the right %s, and you have %q", need&^have, have)
}

// mayAny is nil if the account has one of these rights at least.
func (c *conn) mayAny(mbox *store.Mailbox, need store.Rights) error {
	if have := c.rights(mbox); have&need == 0 {
		return noPerm("this needs one of the rights %s, and you have %q", need, have)
	}
	return nil
}

func noPerm(format string, args ...any) *refusal {
	return no("acl.denied", imap.ResponseCodeNoPerm, format, args...)
}

// mailbox is the one of a name, if the account has these rights on it. One on which it
// has not l is answered as if it did not exist (RFC 4314, section 6).
func (c *conn) mailbox(name string, need store.Rights) (*store.Mailbox, error) {
	mbox, found := c.lookupMailbox(name)
	if !found {
		return nil, no("mailbox.missing", imap.ResponseCodeNonExistent, "no such mailbox%s", c.nowNamed(name))
	}
	return mbox, c.may(mbox, need)
}

// lookupMailbox finds a mailbox that is there for the account.
func (c *conn) lookupMailbox(name string) (*store.Mailbox, bool) {
	mbox, found := c.user.Find(name)
	return mbox, found && c.rights(mbox).Has(store.MayLookup) && !mbox.Oddities().Hidden
}

// hides says that an account has a mailbox of that name which no client sees.
func hides(owner *store.User, name string) bool {
	mbox, found := owner.Mailbox(name)
	return found && mbox.Oddities().Hidden
}

// mailboxOf finds the mailbox of a URL, if its owner can read it: l and r (RFC 4314, section
// 4).
func mailboxOf(owner *store.User, name string) (*store.Mailbox, bool) {
	mbox, found := owner.Find(name)
	if !found || mbox.NoSelect() || mbox.Oddities().Hidden || !mbox.Rights(owner).Has(readable) {
		return nil, false
	}
	return mbox, true
}

// place is where a name leads that is to be made: it takes k on the nearest mailbox above
// it that exists, which must be there for the account (RFC 4314, section 4). Above the
// names of one's own there need be none.
func (c *conn) place(name string) (owner *store.User, rest string, err error) {
	delim := c.user.Delimiter()
	name = strings.TrimSuffix(name, string(delim))
	owner, rest, foreign := c.user.Place(name)
	for above, below := parent(name, delim); below; above, below = parent(above, delim) {
		mbox, exists := c.user.Find(above)
		switch {
		case !exists:
		case !c.rights(mbox).Has(store.MayLookup):
			return nil, "", noPerm("nothing can be made there")
		default:
			return owner, rest, c.may(mbox, c.needs.above)
		}
	}
	if foreign {
		return nil, "", noPerm("nothing can be made there")
	}
	return owner, rest, nil
}

// canSet are the flags of a list that the client may set in a mailbox.
func (c *conn) canSet(mbox *store.Mailbox, flags []imap.Flag) []imap.Flag {
	if p := c.srv.profile; p != nil {
		flags = p.takes(mbox, flags)
	}
	return mbox.Permanent(c.rights(mbox).Settable(flags))
}

// flagRights are those by which flags are set.
const flagRights = store.MaySeen | store.MayWrite | store.MayMark

// sharedFlagRights are those of flags that others see too (RFC 4314, section 5.2).
func sharedFlagRights(mbox *store.Mailbox) store.Rights {
	if mbox.Oddities().SeenPerUser {
		return flagRights &^ store.MaySeen
	}
	return flagRights
}

// changeable says that a mailbox is READ-WRITE for the account: it may do something to
// it that others see.
func (c *conn) changeable(mbox *store.Mailbox) bool {
	return c.rights(mbox)&(store.MayInsert|store.MayExpunge|store.MayAnnotate|sharedFlagRights(mbox)) != 0
}

// readable are the rights without which a mailbox does not stay selected.
const readable = store.MayLookup | store.MayRead

// locksOut says that the selected mailbox may no longer be read, and is this one.
func (c *conn) locksOut(mbox *store.Mailbox) bool {
	return c.isSelected(mbox) && !c.rights(mbox).Has(readable)
}

// noticeRights ends the connection if what it has selected may no longer be read, and
// tells of the flags if others may be set (RFC 4314, section 5.1.1).
func (v *view) noticeRights(c *conn) error {
	rights := c.rights(v.mbox)
	if rights == v.rights {
		return nil
	}
	if !rights.Has(readable) {
		return bye("bye.rights", imap.ResponseCodeNoPerm, "the selected mailbox may no longer be read")
	}
	before := v.rights
	v.rights = rights
	if (before^rights)&flagRights != 0 {
		c.writeFlagLists(v.mbox.Keywords(), v.readOnly)
	}
	c.srv.update(c, func(s *Session) { s.ReadOnly = v.readOnly || !c.changeable(v.mbox) })
	return nil
}
