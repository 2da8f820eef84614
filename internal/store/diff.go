package store

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// DifferenceKind is what changed between two snapshots.
type DifferenceKind int

// The kinds, and which fields of a [Difference] they have besides Account and,
// but for those of accounts, Mailbox.
const (
	AccountAdded       DifferenceKind = iota + 1
	AccountRemoved                    // by a Restore
	PasswordChanged                   // or the token
	MailboxCreated                    // New: its attributes
	MailboxDeleted                    // the messages in it are not mentioned
	MailboxRenamed                    // Mailbox is the old name, New the new one
	UIDValidityChanged                // Old, New
	AttributesChanged                 // Old, New
	NameSubscribed                    // Mailbox is a name, which need not be that of a mailbox
	NameUnsubscribed
	MessageAdded      // UID, Subject, Flags
	MessageExpunged   // UID, Subject
	FlagsChanged      // UID, Subject, Added, Removed; Identifier, if \Seen is that account's
	RightsChanged     // Identifier, Old, New: "none" without an entry
	AnnotationChanged // Entry, Old, New, of a mailbox, or of the server; nil is "NIL"
	QuotaChanged      // Entry, its root, Old, New
)

// Difference is one change between two snapshots.
type Difference struct {
	Kind     DifferenceKind
	Account  string
	Mailbox  string
	UID      imap.UID
	Subject  string
	Flags    []imap.Flag // that the message came with
	Added    []imap.Flag
	Removed  []imap.Flag
	Old, New string
	Entry    string
	By       uint32 // who did it to the message, or made, named, deleted the mailbox; 0 for nobody who has a number

	Identifier string // whose \Seen it is, or whose rights

	message *message // whose subject is yet to be found
}

// Diff is what has changed from this snapshot to a later one of the same store:
// by account, then by mailbox, then by UID. A message that came and went between
// them is not among it. It takes time in proportion to the size of the mailboxes
// that have changed.
func (snap *Snapshot) Diff(later *Snapshot) []Difference {
	if snap.store != later.store {
		panic("memstore: Diff of snapshots of two stores")
	}
	out := snap.diff(later)
	for i := range out {
		if m := out[i].message; m != nil {
			out[i].Subject, out[i].message = m.value().Subject(), nil
		}
	}
	return out
}

// diff is Diff without the subjects, for which messages are parsed.
func (snap *Snapshot) diff(later *Snapshot) []Difference {
	snap.store.mu.Lock() // a Restore changes what a snapshot shares
	defer snap.store.mu.Unlock()
	var out []Difference
	before, after := snap.byUser(), later.byUser()
	if len(later.users) > 0 {
		d := &differ{account: later.users[0].user.name}
		d.annotations("", snap.notes, later.notes, nil)
		out = d.out
	}
	for i := range snap.users {
		was := &snap.users[i]
		is := after[was.user]
		if is == nil {
			out = append(out, Difference{Kind: AccountRemoved, Account: was.user.name})
			continue
		}
		out = append(out, was.diff(is)...)
		out = append(out, is.privateDiff(snap.notes, later.notes)...)
	}
	for i := range later.users {
		is := &later.users[i]
		if before[is.user] == nil {
			out = append(out, Difference{Kind: AccountAdded, Account: is.user.name})
			none := &userState{user: is.user, password: is.password, token: is.token, subscribed: map[string]bool{inbox: true}}
			out = append(out, none.diff(is)...)
			out = append(out, is.privateDiff(nil, later.notes)...)
		}
	}
	return out
}

func (snap *Snapshot) byUser() map[*User]*userState {
	out := make(map[*User]*userState, len(snap.users))
	for i := range snap.users {
		out[snap.users[i].user] = &snap.users[i]
	}
	return out
}

// diff compares an account with what it became.
func (was *userState) diff(is *userState) []Difference {
	d := &differ{account: is.user.name}
	if was.password != is.password || was.token != is.token {
		d.add(Difference{Kind: PasswordChanged})
	}
	was.sort()
	is.sort()
	before, after := was.byMailbox(), is.byMailbox()
	for i := range was.mailboxes {
		old := &was.mailboxes[i]
		if now := after[old.mbox]; now != nil {
			d.mailbox(old, now)
		} else {
			d.add(Difference{Kind: MailboxDeleted, Mailbox: old.name, By: old.mbox.hands().gone})
		}
	}
	for i := range is.mailboxes {
		now := &is.mailboxes[i]
		if before[now.mbox] != nil {
			continue
		}
		if now.name != inbox || now.attributes() != "" || len(was.mailboxes) > 0 { // a new account has an INBOX
			d.add(Difference{Kind: MailboxCreated, Mailbox: now.name, New: now.attributes(), By: now.mbox.hands().made})
		}
		d.rights(&mailboxState{mbox: now.mbox}, now)
		d.annotations(now.name, nil, now.notes, is.user)
		d.authors = now.mbox.authors(0, now.modseq)
		d.messages(list{}, now)
	}
	d.subscriptions(was, is)
	d.quotas(was.quotas, is.quotas)
	return d.out
}

// sort puts the mailboxes in order, which a snapshot leaves to who needs it.
func (state *userState) sort() {
	u := state.user
	slices.SortFunc(state.mailboxes, func(a, b mailboxState) int { return strings.Compare(u.sortKey(a.name), u.sortKey(b.name)) })
}

func (state *userState) byMailbox() map[*Mailbox]*mailboxState {
	out := make(map[*Mailbox]*mailboxState, len(state.mailboxes))
	for i := range state.mailboxes {
		out[state.mailboxes[i].mbox] = &state.mailboxes[i]
	}
	return out
}

// differ collects the differences of one account.
type differ struct {
	account string
	authors map[edited]uint32 // in the mailbox that is looked at
	told    map[string]bool   // changes of flags of messages that several mailboxes show
	out     []Difference
}

func (d *differ) add(one Difference) {
	one.Account = d.account
	d.out = append(d.out, one)
}

func (d *differ) subscriptions(was, is *userState) {
	names := func(a, b map[string]bool) []string {
		var out []string
		for name := range a {
			if !b[name] {
				out = append(out, name)
			}
		}
		slices.Sort(out)
		return out
	}
	for _, name := range names(is.subscribed, was.subscribed) {
		d.add(Difference{Kind: NameSubscribed, Mailbox: name})
	}
	for _, name := range names(was.subscribed, is.subscribed) {
		d.add(Difference{Kind: NameUnsubscribed, Mailbox: name})
	}
}

func (d *differ) mailbox(was, is *mailboxState) {
	if was.name != is.name {
		d.add(Difference{Kind: MailboxRenamed, Mailbox: was.name, New: is.name, By: is.mbox.hands().named})
	}
	if was.uidValidity != is.uidValidity {
		d.add(Difference{Kind: UIDValidityChanged, Mailbox: is.name, Old: fmt.Sprint(was.uidValidity), New: fmt.Sprint(is.uidValidity)})
	}
	d.rights(was, is)
	if old, now := was.attributes(), is.attributes(); old != now {
		d.add(Difference{Kind: AttributesChanged, Mailbox: is.name, Old: old, New: now})
	}
	d.annotations(is.name, was.notes, is.notes, is.mbox.user)
	if was.modseq != is.modseq {
		d.authors = is.mbox.authors(was.modseq, is.modseq)
		d.messages(was.messages, is)
	}
}

// attributes are the special uses and the oddities.
func (state *mailboxState) attributes() string {
	var words []string
	for _, use := range state.specialUse {
		words = append(words, string(use))
	}
	return strings.Join(append(words, state.odd.Words()...), " ")
}

// messages goes through two lists that ascend by UID. Under another UIDVALIDITY
// a UID can stand for another message.
func (d *differ) messages(before list, is *mailboxState) {
	was, now := before.slice(), is.messages.slice()
	for len(was) > 0 || len(now) > 0 {
		switch {
		case len(now) == 0 || len(was) > 0 && was[0].uid < now[0].uid:
			d.message(MessageExpunged, is.name, was[0])
			was = was[1:]
		case len(was) == 0 || now[0].uid < was[0].uid:
			d.message(MessageAdded, is.name, now[0])
			now = now[1:]
		default:
			d.same(is.name, was[0], now[0])
			was, now = was[1:], now[1:]
		}
	}
}

// same compares two messages with one UID.
func (d *differ) same(mailbox string, was, now *message) {
	if was.mail != now.mail {
		d.message(MessageExpunged, mailbox, was)
		d.message(MessageAdded, mailbox, now)
		return
	}
	d.flags(mailbox, now, "", was.flags, now.flags)
	for _, u := range was.seenBy.list() {
		if !now.seenBy.has(u) {
			d.flags(mailbox, now, u.name, seenFlag, nil)
		}
	}
	for _, u := range now.seenBy.list() {
		if !was.seenBy.has(u) {
			d.flags(mailbox, now, u.name, nil, seenFlag)
		}
	}
}

var seenFlag = []imap.Flag{imap.FlagSeen}

// flags compares the flags of a message, for all or for one account.
func (d *differ) flags(mailbox string, m *message, whose string, was, now []imap.Flag) {
	added, removed := flagsWithout(now, was), flagsWithout(was, now)
	if len(added)+len(removed) > 0 && d.first(m, added, removed) {
		d.add(Difference{
			Kind: FlagsChanged, Mailbox: mailbox, UID: m.uid, message: m, Added: added, Removed: removed, Identifier: whose,
			By: d.authors[edited{m.uid, false}],
		})
	}
}

// first says that a change of flags has not been told of in another mailbox that shows the
// message, as in an account with labels several can.
func (d *differ) first(m *message, added, removed []imap.Flag) bool {
	if m.labels == nil {
		return true
	}
	slices.Sort(added)
	slices.Sort(removed)
	change := fmt.Sprint(m.mail.id, added, removed)
	if d.told[change] {
		return false
	}
	if d.told == nil {
		d.told = make(map[string]bool)
	}
	d.told[change] = true
	return true
}

// rights compares access control lists, in the order of the later one.
func (d *differ) rights(was, is *mailboxState) {
	if was.access == is.access {
		return
	}
	before, after := rightsOf(was), rightsOf(is)
	var names []string
	for _, g := range slices.Concat(is.mbox.user.grants(is.access), is.mbox.user.grants(was.access)) {
		if !slices.Contains(names, g.Identifier) {
			names = append(names, g.Identifier)
		}
	}
	for _, name := range names {
		old, now := cmp.Or(before[name], "none"), cmp.Or(after[name], "none")
		if old != now {
			d.add(Difference{Kind: RightsChanged, Mailbox: is.name, Identifier: name, Old: old, New: now})
		}
	}
}

// rightsOf are the rights of each identifier; those of one that has none are "-".
func rightsOf(state *mailboxState) map[string]string {
	out := make(map[string]string)
	for _, g := range state.mbox.user.grants(state.access) {
		out[g.Identifier] = cmp.Or(g.Rights.String(), "-")
	}
	return out
}

func (d *differ) message(kind DifferenceKind, mailbox string, m *message) {
	one := Difference{Kind: kind, Mailbox: mailbox, UID: m.uid, message: m, By: d.authors[edited{m.uid, kind == MessageExpunged}]}
	if kind == MessageAdded {
		one.Flags = m.flags
	}
	d.add(one)
}

// flagsWithout are the flags of a that b has not.
func flagsWithout(a, b []imap.Flag) []imap.Flag {
	var out []imap.Flag
	for _, flag := range a {
		if !slices.Contains(b, flag) {
			out = append(out, flag)
		}
	}
	return out
}
