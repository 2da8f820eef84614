package store

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
)

// expungedWords are the rules as fixtures have them.
var expungedWords = map[ExpungedLabel]string{ExpungedArchive: "", ExpungedTrash: "trash", ExpungedDelete: "delete"}

// DefaultLabelRules have the names of the mailboxes of an account with labels for which
// nobody says others.
func DefaultLabelRules() LabelRules {
	return LabelRules{All: "All Mail", Spam: "Spam", Trash: "Trash", Starred: "Starred"}
}

// loadRules are those of an account of a fixture, with the names of the mailboxes that have
// the special uses.
func (s *Store) loadRules(account *fixtures.Account) (LabelRules, error) {
	rules := DefaultLabelRules()
	for _, mbox := range account.Mailboxes {
		for _, row := range []struct {
			use  imap.MailboxAttr
			name *string
		}{
			{imap.MailboxAttrAll, &rules.All}, {imap.MailboxAttrJunk, &rules.Spam},
			{imap.MailboxAttrTrash, &rules.Trash}, {imap.MailboxAttrFlagged, &rules.Starred},
		} {
			if !slices.Contains(mbox.SpecialUse, row.use) {
				continue
			}
			name, err := (&User{store: s}).fromFixture(mbox.Name)
			if err != nil {
				return rules, err
			}
			*row.name = name
		}
	}
	settings, err := RulesOf(*account.Labels)
	settings.All, settings.Spam, settings.Trash, settings.Starred = rules.All, rules.Spam, rules.Trash, rules.Starred
	return settings, err
}

// RulesOf are the rules without names that settings of a fixture are.
func RulesOf(settings fixtures.Labels) (LabelRules, error) {
	rules := LabelRules{AutoExpunge: settings.AutoExpunge, Dedupe: settings.Dedupe, MailboxMax: settings.MailboxMax}
	for expunged, word := range expungedWords {
		if word == settings.Expunged {
			rules.Expunged = expunged
			return rules, nil
		}
	}
	return rules, errorf(ErrInvalidName, "labels: %q is nothing that can become of an expunged message (have trash, delete, and nothing)", settings.Expunged)
}

// fixture are the rules without the names; all locks are held.
func (b *labelBox) fixture() *fixtures.Labels {
	if b == nil {
		return nil
	}
	r := b.rules
	return &fixtures.Labels{AutoExpunge: r.AutoExpunge, Dedupe: r.Dedupe, MailboxMax: r.MailboxMax, Expunged: expungedWords[r.Expunged]}
}

// fixtureLabels are the labels of a message in its home, by name; all locks are held.
func (m *message) fixtureLabels() []fixtures.Label {
	if m.labels == nil {
		return nil
	}
	var out []fixtures.Label
	for _, box := range m.labels.labels {
		out = append(out, fixtures.Label{Mailbox: box.user.toFixture(box.name), UID: box.uids[m.mail]})
	}
	slices.SortFunc(out, func(a, b fixtures.Label) int { return cmp.Compare(a.Mailbox, b.Mailbox) })
	return out
}

// pendingLabel is a label that a message gets when all messages are there.
type pendingLabel struct {
	fixtures.Label
	mail *Mail
	file string
}

// load fills the mailboxes: first the homes, and then those of labels, where equal bytes are
// one message; then each mailbox gets the entries that the messages have labels for, in the
// order of their UIDs.
func (b *labelBox) load(list []fixtures.Mailbox) error {
	var pending []pendingLabel
	for _, homes := range []bool{true, false} {
		for i := range list {
			name, err := b.user.fromFixture(list[i].Name)
			if err != nil {
				return err
			}
			mbox, found := b.user.Mailbox(name)
			if homes != (found && b.isHome(mbox)) {
				continue
			}
			if found && mbox.NoSelect() && len(list[i].Messages) == 0 {
				continue // the name above a home stays only a name
			}
			from := list[i]
			from.UIDNext = 0 // not before the last message
			mails, err := b.user.fill(&from, !homes)
			if err != nil {
				return err
			}
			for j, mail := range mails {
				for _, label := range from.Messages[j].Labels {
					pending = append(pending, pendingLabel{label, mail, from.Messages[j].File})
				}
			}
		}
	}
	if err := b.loadLabels(pending); err != nil {
		return err
	}
	for _, mbox := range list {
		name, _ := b.user.fromFixture(mbox.Name)
		m, found := b.user.Mailbox(name)
		if found && mbox.UIDNext != 0 {
			if err := m.Configure(WithUIDNext(mbox.UIDNext)); err != nil {
				return err
			}
		}
	}
	return nil
}

// loadLabels gives messages their labels.
func (b *labelBox) loadLabels(pending []pendingLabel) error {
	slices.SortStableFunc(pending, func(x, y pendingLabel) int {
		last := func(p pendingLabel) int64 { return int64(p.UID-1) & 0xffffffff } // without UID: at the end
		return cmp.Or(cmp.Compare(x.Mailbox, y.Mailbox), cmp.Compare(last(x), last(y)))
	})
	for _, label := range pending {
		name, err := b.user.fromFixture(label.Mailbox)
		if err != nil {
			return err
		}
		m, err := b.user.labelled(name, true)
		if err == nil {
			err = b.loadLabel(m, label)
		}
		if err != nil {
			return fmt.Errorf("%s: label %s: %w", label.file, label.Mailbox, err)
		}
	}
	return nil
}

func (b *labelBox) loadLabel(m *Mailbox, label pendingLabel) error {
	b.user.guard.mu.Lock()
	defer b.user.guard.mu.Unlock()
	home, msg := b.home(label.mail)
	_, here := m.uids[label.mail]
	switch {
	case b.fixed(m):
		return errorf(ErrInvalidName, "mailbox %q is no label", m.name)
	case m.odd.NoSelect:
		return errorf(ErrNoSelect, `mailbox %q is \Noselect`, m.name)
	case label.UID != 0 && (here || label.UID < m.uidNext):
		return errorf(ErrInvalidUID, "UID %d is below UIDNEXT %d", label.UID, m.uidNext)
	}
	m.uidNext = max(m.uidNext, label.UID)
	s := b.stroke()
	full := b.rules.MailboxMax > 0 && m.messages.len() >= b.rules.MailboxMax
	if home == b.all && label.UID == 0 && full {
		s.relabelQuietly(home, msg, msg.labels.with(m)) // one that is too old to be shown
		return nil
	}
	s.relabel(label.mail, msg.labels.with(m))
	return nil
}

// relabelQuietly gives a message a label whose mailbox does not show it.
func (s stroke) relabelQuietly(home *Mailbox, msg *message, labels *labelSet) {
	place, _ := home.entry(msg.mail)
	changed := msg.again()
	changed.labels = labels
	home.messages.set(place, changed)
	s.sameLabels(changed)
}
