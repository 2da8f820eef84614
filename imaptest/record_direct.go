package imaptest

import (
	"cmp"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/store"
)

// direct is a call by which the test changed the mail itself, at [Server.Store], and not as a
// client nor by a method of the server: the store knows nobody for it.
type direct struct {
	act   *history.Act
	where history.Where
	end   uint64 // in the order of all that happens
}

// begin gives a change that nobody is known for to the call that made it, if that is of the test,
// as an act of its own; end is called when the change has its number. All that one line does with
// nothing between is one act: a call may change much, and a loop may call often. l.mu is held.
func (l *mailLog) begin(h *store.Happening) (end func()) {
	where := history.Here()
	switch {
	case l.last.act != nil && l.last.end == l.history.Now() && sameCall(l.last.where, where):
	case where.In("memstore"):
		l.last = direct{act: l.history.BeginAt(where, history.Act{Kind: history.Deed, Args: cmp.Or(h.Name, h.Account), Note: "in the store itself"}), where: where}
	default:
		return func() {}
	}
	h.By = uint32(l.last.act.Seq)
	return func() { l.last.end = l.history.Extend(l.last.act) }
}

// sameCall says whether two places are the same line that calls the same.
func sameCall(a, b history.Where) bool {
	return a == b || a.Helper() == b.Helper() && a.Line() == b.Line()
}

// thing is what the test may have done something to itself: a message, or a mailbox, which has
// no UID.
type thing struct {
	account, mailbox string
	uid              imap.UID
	gone             bool
}

// directly are the numbers of the test's calls that did something to things, of each the last one.
func (l *mailLog) directly() map[thing]uint32 {
	out := make(map[thing]uint32)
	for _, c := range l.all() {
		of := thing{account: c.Account, mailbox: c.Name}
		switch c.Kind {
		case store.MessageCame, store.FlagsBecame:
			for msg := range c.After() {
				of.uid = msg.UID
				out[of] = c.By
			}
		case store.MessageWent:
			for msg := range c.Before() {
				of.uid, of.gone = msg.UID, true
				out[of] = c.By
			}
		case store.MailboxMade:
			out[of] = c.By
		case store.MailboxGone:
			of.gone = true
			out[of] = c.By
		}
	}
	return out
}

// thingOf is what a difference is of, as far as that is known by thing.
func thingOf(d store.Difference) (of thing, ok bool) {
	of = thing{account: d.Account, mailbox: d.Mailbox, uid: d.UID}
	switch d.Kind {
	case store.MessageAdded, store.MailboxCreated:
		return of, true
	case store.MessageExpunged, store.MailboxDeleted:
		of.gone = true
		return of, true
	case store.FlagsChanged:
		return of, d.Identifier == ""
	}
	return of, false
}
