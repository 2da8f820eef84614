package store

import "github.com/emersion/go-imap/v2"

// reindex notes the UIDs of the messages anew; m.mu is held, or nobody knows the mailbox.
func (m *Mailbox) reindex() {
	if m.user.box == nil {
		return
	}
	m.uids = make(map[*Mail]imap.UID, m.messages.len())
	for _, msg := range m.messages.all() {
		m.uids[msg.mail] = msg.uid
	}
}

// rules are those of the account; all locks are held.
func (u *User) rules() LabelRules {
	if u.box == nil {
		return LabelRules{}
	}
	return u.box.rules
}

// restore puts the rules back, and makes what is derived from the lists of messages anew,
// which have been put back; all locks are held.
func (b *labelBox) restore(rules LabelRules) {
	if b == nil {
		return
	}
	b.rules, b.sums = rules, nil
	b.threads.lookAgain()
	for _, m := range b.user.byName {
		m.reindex()
	}
	for _, home := range []*Mailbox{b.all, b.spam, b.trash} {
		for _, msg := range home.messages.slice() {
			b.sameLabels(msg)
		}
	}
}

// fit has the mailbox of each label show the newest of its messages, as many as it may; u.mu
// and the guard are held.
func (b *labelBox) fit() {
	s := b.stroke()
	labelled := make(map[*Mailbox][]*message) // in the order of All Mail, which is that of coming
	for _, msg := range b.all.messages.slice() {
		for _, m := range msg.labels.labels {
			labelled[m] = append(labelled[m], msg)
		}
	}
	for m, list := range labelled {
		if limit := b.rules.MailboxMax; limit > 0 && len(list) > limit {
			list = list[len(list)-limit:]
		}
		shown := make(map[*Mail]bool)
		for _, msg := range list {
			shown[msg.mail] = true
		}
		for _, msg := range m.messages.slice() {
			if !shown[msg.mail] {
				s.leave(m, msg.mail)
			}
		}
		for _, msg := range list {
			s.enter(m, msg, false)
		}
	}
}

// in makes the same in an account of another store that has copies of the mailboxes, with
// their numbers.
func (b *labelBox) in(u *User) {
	rules := u.box.rules
	for _, row := range []struct {
		name string
		mbox **Mailbox
	}{{rules.All, &u.box.all}, {rules.Spam, &u.box.spam}, {rules.Trash, &u.box.trash}, {rules.Starred, &u.box.starred}} {
		*row.mbox = u.byName[row.name]
	}
	byNumber := make(map[uint64]*Mailbox, len(u.byName))
	for _, m := range u.byName {
		byNumber[m.number] = m
	}
	other := func(m *Mailbox) *Mailbox { return byNumber[m.number] }
	made := make(map[*labelSet]*labelSet)
	for _, m := range u.byName {
		for i, msg := range m.messages.slice() {
			was := msg.labels
			if made[was] == nil {
				var labels []*Mailbox
				for _, label := range was.labels {
					if there := other(label); there != nil {
						labels = append(labels, there)
					}
				}
				made[was] = u.box.set(other(was.home), labels)
			}
			here := msg.again()
			here.labels = made[was]
			m.messages.set(i, here)
		}
		m.reindex()
	}
}
