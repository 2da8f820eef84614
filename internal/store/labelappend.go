package store

import (
	"bytes"
	"hash/maphash"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
)

// appendAll is [Mailbox.appendAll] in an account with labels: what comes into the mailbox of
// a label is in All Mail too. With Dedupe, bytes that are there make no second message: m
// gets the one that is there, as by COPY, and keeps its flags; if it has it already, the UID
// that is told is that of no message.
func (b *labelBox) appendAll(m *Mailbox, drafts []Draft, now time.Time, may Rights, leaving leaving) ([]Message, error) {
	mails, fresh := b.mailsOf(drafts, leaving.from != nil)
	home := b.homeFor(m)
	if err := b.room(m, len(drafts)); err != nil {
		return nil, err
	}
	if err := home.admit(weigh(fresh), leaving.from, leaving.holding); err != nil {
		return nil, err
	}
	added := make([]Message, len(drafts))
	for i, d := range drafts {
		m.uidNext = max(m.uidNext, d.UID)
		s := b.stroke()
		if there, _ := b.home(mails[i]); there != nil {
			added[i] = s.appendAgain(m, mails[i])
			continue
		}
		if d.InternalDate.IsZero() {
			d.InternalDate = now
		}
		msg := &message{
			flags:   slices.Clone(may.Settable(d.Flags)),
			lasting: &lasting{internalDate: d.InternalDate, save: now, mail: mails[i]},
		}
		s.insert(m, msg)
		_, entry := m.entry(msg.mail)
		if entry == nil { // its mailbox shows it no longer
			_, entry = home.entry(msg.mail)
		}
		added[i] = entry.value()
	}
	return added, nil
}

// homeFor is where a message is that is new in a mailbox.
func (b *labelBox) homeFor(m *Mailbox) *Mailbox {
	if b.isHome(m) {
		return m
	}
	return b.all
}

// room refuses to add messages for which some mailbox that needs one has no UID.
func (b *labelBox) room(m *Mailbox, n int) error {
	for _, need := range []*Mailbox{m, b.all, b.starred} {
		if need != nil {
			if err := need.checkUIDs(uint64(need.uidNext) + uint64(n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// mailsOf are the messages that drafts become, and the drafts that become new ones. What
// takes another message's place is one of its own, whatever its bytes.
func (b *labelBox) mailsOf(drafts []Draft, replaces bool) (mails []*Mail, fresh []Draft) {
	coming := make(map[uint64][]*Mail) // by the sums of their bytes
	dedupe := b.rules.Dedupe && !replaces
	for _, d := range drafts {
		var mail *Mail
		var sum uint64
		if dedupe {
			sum = b.sum(d.Raw)
			if mail = b.same(d); mail == nil {
				mail = sameAmong(coming[sum], d)
			}
		}
		if mail == nil {
			mail, fresh = b.user.store.newMail(d), append(fresh, d)
			coming[sum] = append(coming[sum], mail)
		}
		mails = append(mails, mail)
	}
	return mails, fresh
}

// insert makes a message of the account, with the flags of a client.
func (s stroke) insert(m *Mailbox, msg *message) {
	home := s.homeFor(m)
	var labels []*Mailbox
	deleted := slices.Contains(msg.flags, imap.FlagDeleted)
	switch {
	case m == s.starred:
		msg.flags = append(msg.flags, imap.FlagFlagged)
	case home != m:
		labels = []*Mailbox{m}
	}
	msg.flags = home.flagsHere(standards(msg.flags), deleted && home == m)
	msg.labels = s.set(home, labels)
	s.put(home, msg)
	if home != m && m != s.starred {
		s.enter(m, msg, deleted)
	}
	s.star(msg.mail)
	s.remember(msg.mail)
	s.threads.came(msg.mail)
}

// standards gives system flags their spelling.
func standards(flags []imap.Flag) []imap.Flag {
	out := make([]imap.Flag, len(flags))
	for i, flag := range flags {
		if out[i] = flag; isSystem(flag) {
			out[i] = standard(flag)
		}
	}
	return out
}

// appendAgain has a message that is in the account in a mailbox.
func (s stroke) appendAgain(m *Mailbox, mail *Mail) Message {
	if _, here := m.entry(mail); here != nil {
		again := here.value()
		again.UID = m.uidNext
		m.uidNext++
		return again
	}
	s.copyTo(m, mail)
	_, entry := m.entry(mail)
	if entry == nil {
		_, entry = s.home(mail)
	}
	return entry.value()
}

// same is a message that is there with the bytes of a draft, or nil. One of which a test has
// said something else than its bytes do is like no other.
func (b *labelBox) same(d Draft) *Mail {
	if d.Size != 0 || d.NotFetch {
		return nil
	}
	if b.sums == nil {
		b.sums = make(map[uint64][]*Mail)
		for _, m := range []*Mailbox{b.all, b.trash, b.spam} {
			for _, msg := range m.messages.all() {
				b.remember(msg.mail)
			}
		}
	}
	return sameAmong(b.sums[b.sum(d.Raw)], d)
}

// sameAmong is the one that came first of those that are like a draft.
func sameAmong(mails []*Mail, d Draft) (first *Mail) {
	for _, mail := range mails {
		if mail.lies == nil && d.Size == 0 && !d.NotFetch && bytes.Equal(mail.raw, d.Raw) && (first == nil || mail.id < first.id) {
			first = mail
		}
	}
	return first
}

// remember has a message found by its bytes.
func (b *labelBox) remember(mail *Mail) {
	if b.sums != nil {
		sum := b.sum(mail.raw)
		b.sums[sum] = append(b.sums[sum], mail)
	}
}

// forget is the opposite.
func (b *labelBox) forget(mail *Mail) {
	if b.sums == nil {
		return
	}
	sum := b.sum(mail.raw)
	b.sums[sum] = slices.DeleteFunc(b.sums[sum], func(other *Mail) bool { return other == mail })
	if len(b.sums[sum]) == 0 {
		delete(b.sums, sum)
	}
}

func (b *labelBox) sum(raw []byte) uint64 { return maphash.Bytes(b.seed, raw) }
