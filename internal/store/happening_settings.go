package store

// settings are what the mailbox is set to, to be compared later; m.mu is held.
func (m *Mailbox) settings() *mailboxState {
	return &mailboxState{mbox: m, name: m.name, specialUse: m.specialUse, odd: m.odd, access: m.access.Load(), notes: m.notes}
}

// tellSettings tells who follows what the mailbox is set to that it was not, and by whom;
// m.mu is held.
func (m *Mailbox) tellSettings(was *mailboxState, by uint32) {
	if m.user.store.followers.Load() == nil {
		return
	}
	d := &differ{account: m.user.name}
	is := m.settings()
	d.mailbox(was, is)
	for u := range was.notes.users(is.notes) {
		if u != m.user { // whose own it has told of
			d.own(m.name, was.notes, is.notes, u)
		}
	}
	if len(d.out) > 0 {
		m.tell(Happening{Kind: SettingsBecame, By: by, MailboxNews: &MailboxNews{Settings: d.out}})
	}
}

// tellSettings tells who follows what the account is set to; u.mu is held.
func (u *User) tellSettings(by uint32, compare func(d *differ)) {
	u.store.tellSettings(u.name, by, compare)
}

func (s *Store) tellSettings(account string, by uint32, compare func(d *differ)) {
	if s.followers.Load() == nil {
		return
	}
	d := &differ{account: account}
	compare(d)
	if len(d.out) > 0 {
		s.tell(Happening{Kind: SettingsBecame, By: by, Account: account, MailboxNews: &MailboxNews{Settings: d.out}})
	}
}

// tellNotes tells who follows which annotations of the server are others; s.mu is held.
func (s *Store) tellNotes(was, is *Annotations, by uint32) {
	if was == is || len(s.users) == 0 {
		return
	}
	s.tellSettings(s.users[0].name, by, func(d *differ) { d.annotations("", was, is, nil) })
	for u := range was.users(is) {
		s.tellSettings(u.name, by, func(d *differ) { d.own("", was, is, u) })
	}
}
