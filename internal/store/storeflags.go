package store

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

// Store changes the flags of messages. UIDs that are not there are passed
// over. ErrInvalidFlag are \Recent, flags like \Foo, which a server must not make up
// (RFC 9051, section 9, flag-extension), and a system flag without its backslash: see
// [Keyword].
func (m *Mailbox) Store(uids imap.UIDSet, op imap.StoreFlagsOp, flags ...imap.Flag) error {
	return Numbered{mbox: m}.Store(uids, op, flags...)
}

// StoreResult says what became of a conditional Store.
type StoreResult struct {
	Messages []Stored   // those that were there and not refused
	Changed  []imap.UID // those whose flags are other than before; must not be modified
	Modified []imap.UID // those refused, because they changed since
	Removed  []imap.UID // those that were there and that the change took away, as with labels it can
	ModSeq   uint64     // of the change; 0 if nothing changed
}

// Stored is a message for which a Store was meant.
type Stored struct {
	UID              imap.UID
	ModSeq, Previous uint64 // as it is now, and as it was before
}

// StoreIf changes the flags of the messages of ascending UIDs, unless they
// changed after unchangedSince (RFC 7162, section 3.1.3); nil is no condition.
// All that change get the same modseq. Flags that a message has already
// change nothing. The flags are those that a client sends: "Seen" is a keyword.
func (m *Mailbox) StoreIf(uids []imap.UID, unchangedSince *uint64, op imap.StoreFlagsOp, flags []imap.Flag) (StoreResult, error) {
	return Numbered{mbox: m}.StoreIf(uids, unchangedSince, op, flags)
}

// store changes the messages at the given places, as far as an account may; m.mu is held.
func (m *Mailbox) store(places []int, since *uint64, op imap.StoreFlagsOp, flags []imap.Flag, by *User) (StoreResult, error) {
	var result StoreResult
	if err := m.checkOpen(); err != nil {
		return result, err
	}
	may := m.rightsOf(by)
	flags, err := m.flags.learn(may.Settable(flags))
	if err != nil {
		return result, err
	}
	asked := flags
	if m.marksNothing() {
		flags = combine(flags, imap.StoreFlagsDel, []imap.Flag{imap.FlagDeleted})
	}
	sets, next := newSetCache(m.changer(op, flags, may)), m.nextModSeq()
	result.Messages = make([]Stored, 0, len(places))
	var became []turn
	m.messages.rewrite(places, func(old *message) (changed *message) {
		if since != nil && old.modseq > *since {
			result.Modified = append(result.Modified, old.uid)
			return nil
		}
		to, failed := sets.get(m.flagsFor(by, old))
		if failed != nil {
			err = failed // there is none
			return nil
		}
		stored := Stored{old.uid, old.modseq, old.modseq}
		if !to.same {
			changed = m.reflag(old, to, next, by)
			stored.ModSeq = next
			if became == nil {
				became, result.Changed = make([]turn, 0, len(places)), make([]imap.UID, 0, len(places))
			}
			result.Changed, became = append(result.Changed, old.uid), append(became, turn{old, changed})
		}
		result.Messages = append(result.Messages, stored)
		return changed
	})
	if len(became) > 0 {
		result.ModSeq = next
		m.stamp(next)
		m.logStroke(next, result.Changed, became, by)
		m.tellTurns(FlagsBecame, became...)
		m.compactIfLong()
		m.notify()
	}
	if box := m.user.box; box != nil {
		box.afterStore(m, &result, op, asked)
	}
	return result, err
}

// flagsFor are a message's flags as they are for an account; m.mu is held.
func (m *Mailbox) flagsFor(u *User, msg *message) []imap.Flag {
	if !m.seenApart(u) {
		return msg.flags
	}
	return m.flags.set(withSeen(msg.flags, m.hasSeen(u, msg)))
}

// changer makes of a message's flags what op says. Those that the rights do not allow to
// change stay as they are; m.mu is held.
func (m *Mailbox) changer(op imap.StoreFlagsOp, flags []imap.Flag, may Rights) func([]imap.Flag) ([]imap.Flag, error) {
	if op == imap.StoreFlagsSet && !may.Has(allFlagRights) {
		return func(set []imap.Flag) ([]imap.Flag, error) {
			kept := combine(set, imap.StoreFlagsDel, may.Settable(set))
			return m.flags.set(slices.Concat(kept, flags)), nil
		}
	}
	if op == imap.StoreFlagsSet {
		all := m.flags.set(flags)
		return func([]imap.Flag) ([]imap.Flag, error) { return all, nil }
	}
	return func(set []imap.Flag) ([]imap.Flag, error) { return m.flags.set(combine(set, op, flags)), nil }
}

// reflag makes a message with other flags, as an account has them, and counts it; m.mu is
// held.
func (m *Mailbox) reflag(old *message, to remade, modseq uint64, by *User) *message {
	changed := &message{old.uid, modseq, to.set, old.lasting}
	if m.seenApart(by) {
		changed = changed.again()
		changed.seenBy = old.seenBy.with(by, slices.Contains(to.set, imap.FlagSeen))
		changed.flags = m.flags.set(withSeen(to.set, old.has(imap.FlagSeen)))
	}
	if to.counted {
		m.count(old, -1)
		m.count(changed, 1)
	}
	return changed
}

// replace gives the message at i other flags; m.mu is held.
func (m *Mailbox) replace(i int, flags []imap.Flag, modseq uint64) {
	old := m.messages.at(i)
	changed := m.reflag(old, remade{set: flags, counted: true}, modseq, nil)
	m.messages.set(i, changed)
	m.logChange(changed, m.concerns(old, changed, nil))
	m.tellTurns(FlagsBecame, turn{old, changed})
}

// concerns is the account that alone learns of a change, or nil: \Seen that is per user
// is nobody else's (RFC 7162, example 14). m.mu is held.
func (m *Mailbox) concerns(old, changed *message, by *User) *User {
	switch {
	case !m.odd.SeenPerUser || !sameSet(withSeen(old.flags, false), withSeen(changed.flags, false)):
		return nil
	case by == nil:
		return m.user
	}
	return by
}
