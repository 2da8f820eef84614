package store

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/fixtures"
)

var labelsFor = flag.Duration("labels.for", 300*time.Millisecond, "how long TestLabelsModel goes on")

// The names are a provider's in form.
const (
	allMail = "[Mail]/All"
	spamBox = "[Mail]/Spam"
	trash   = "[Mail]/Trash"
	starred = "[Mail]/Starred"
)

func mailRules() LabelRules {
	return LabelRules{All: allMail, Spam: spamBox, Trash: trash, Starred: starred}
}

// listener reads the log of a mailbox, and knows only what it was told.
type listener struct {
	at   uint64
	told map[imap.UID]map[imap.Flag]bool
}

// labelled is an account with labels, the office that it should be, and readers of its logs.
type labelled struct {
	u, bob    *User
	office    *office
	followers map[*Mailbox]*listener
	books     *bookkeeper
	highest   uint64
	spent     map[string]imap.UID // the UIDNEXT of a mailbox and UIDVALIDITY
	snapshots []labelledSnapshot
	serial    int
}

type labelledSnapshot struct {
	snap   *Snapshot
	office *office
}

func newLabelled(t *rapid.T) *labelled {
	s := New()
	u, err := s.AddUser("alice", "secret", WithLabels(mailRules()))
	if err != nil {
		t.Fatal(err)
	}
	bob, err := s.AddUser("bob", "secret")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.Create("Work"); err != nil {
		t.Fatal(err)
	}
	return &labelled{
		u: u, bob: bob, office: newOffice(mailRules(), "INBOX", "Work"),
		followers: map[*Mailbox]*listener{}, spent: map[string]imap.UID{}, books: keepBooks(s),
	}
}

func (m *labelled) names() []string { return slices.Sorted(maps.Keys(m.office.boxes)) }

func (m *labelled) draw(t *rapid.T, what string) (string, *Mailbox) {
	name := rapid.SampledFrom(m.names()).Draw(t, what)
	return name, m.mailbox(t, name)
}

func (m *labelled) mailbox(t *rapid.T, name string) *Mailbox {
	mbox, found := m.u.Mailbox(name)
	if !found {
		t.Fatalf("no mailbox %q", name)
	}
	return mbox
}

// some draws messages that a mailbox shows: as UIDs, and as the office has them.
func (m *labelled) some(t *rapid.T, name string) (imap.UIDSet, []*piece) {
	var uids []imap.UID
	var pieces []*piece
	for i, msg := range m.mailbox(t, name).Messages() {
		if rapid.IntRange(0, 2).Draw(t, "which") > 0 {
			uids = append(uids, msg.UID)
			pieces = append(pieces, m.office.boxes[name][i])
		}
	}
	if len(uids) == 0 {
		return imap.UIDSet{}, nil
	}
	return imap.UIDSetNum(uids...), pieces
}

func (m *labelled) flags(t *rapid.T) []imap.Flag {
	return rapid.SliceOfNDistinct(rapid.SampledFrom([]imap.Flag{
		imap.FlagSeen, imap.FlagDeleted, imap.FlagFlagged, "$A", "$b",
	}), 0, 3, rapid.ID).Draw(t, "flags")
}

func (m *labelled) fresh() string {
	m.serial++
	return fmt.Sprintf("Subject: %d\r\n\r\n", m.serial)
}

// any is a piece that some home has, or nil.
func (m *labelled) any(t *rapid.T) *piece {
	var all []*piece
	for _, home := range []string{allMail, spamBox, trash} {
		all = append(all, m.office.boxes[home]...)
	}
	if len(all) == 0 {
		return nil
	}
	return all[rapid.IntRange(0, len(all)-1).Draw(t, "piece")]
}

func (m *labelled) append(t *rapid.T) {
	name, mbox := m.draw(t, "to")
	raw, flags := m.fresh(), m.flags(t)
	again := m.any(t)
	if again != nil && rapid.Bool().Draw(t, "again") {
		raw = again.raw
	}
	var there *piece
	if m.office.rules.Dedupe {
		there = m.first(t, raw)
	}
	next := mbox.UIDNext()
	got, err := mbox.Append([]byte(raw), WithFlags(flags...))
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case there == nil:
		m.office.arrive(name, raw, asSet(flags))
	case m.office.shows(name, there):
		if got.UID != next || mbox.UIDNext() != next+1 {
			t.Fatalf("APPEND again told UID %d, UIDNEXT %d, before it %d", got.UID, mbox.UIDNext(), next)
		}
	default:
		m.office.copy(there, name)
	}
}

// first is the piece that an APPEND of its bytes adds a label to: of several, which came
// without Dedupe, the first that came.
func (m *labelled) first(t *rapid.T, raw string) (first *piece) {
	id := uint64(0)
	for _, home := range []string{allMail, trash, spamBox} {
		for i, msg := range m.mailbox(t, home).Messages() {
			if string(msg.Raw()) == raw && (id == 0 || msg.Mail.id < id) {
				first, id = m.office.boxes[home][i], msg.Mail.id
			}
		}
	}
	return first
}

func (m *labelled) transfer(t *rapid.T) {
	from, source := m.draw(t, "from")
	to, dest := m.draw(t, "to")
	move := rapid.Bool().Draw(t, "move")
	uids, pieces := m.some(t, from)
	do := source.Copy
	if move {
		do = source.Move
	}
	data, err := do(uids, dest)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range pieces {
		m.office.copy(l, to)
		if move && from != to && !m.office.isHome(from) {
			m.office.loses(l, from)
		}
	}
	told, _ := data.DestUIDs.Nums()
	for _, uid := range told {
		if _, there := dest.Message(uid); !there && m.office.rules.MailboxMax == 0 {
			t.Fatalf("COPYUID tells UID %d of %s, which has %v", uid, to, uidsOf(dest.Messages()))
		}
	}
	if len(told) != len(pieces) && m.office.rules.MailboxMax == 0 {
		t.Fatalf("COPYUID has %d UIDs for %d messages", len(told), len(pieces))
	}
}

func (m *labelled) expunge(t *rapid.T) {
	name, mbox := m.draw(t, "from")
	uids, pieces := m.some(t, name)
	if rapid.Bool().Draw(t, "deleted") {
		pieces = slices.DeleteFunc(pieces, func(l *piece) bool { return !l.deleted[name] })
		if _, err := mbox.ExpungeDeleted(uids); err != nil {
			t.Fatal(err)
		}
	} else if _, err := mbox.Expunge(uids); err != nil {
		t.Fatal(err)
	}
	for _, l := range pieces {
		m.office.expunge(l, name)
	}
}

func (m *labelled) store(t *rapid.T) {
	name, mbox := m.draw(t, "in")
	uids, pieces := m.some(t, name)
	op := imap.StoreFlagsOp(rapid.IntRange(0, 2).Draw(t, "op"))
	flags := m.flags(t)
	nums, _ := uids.Nums()
	result, err := mbox.StoreIf(nums, nil, op, flags)
	if err != nil {
		t.Fatal(err)
	}
	m.office.flag(pieces, name, op, flags)
	if got := len(result.Messages) + len(result.Removed); got != len(pieces) {
		t.Fatalf("STORE of %d messages told of %d", len(pieces), got)
	}
	for _, msg := range result.Messages {
		if now, there := mbox.Message(msg.UID); !there || now.ModSeq != msg.ModSeq {
			t.Fatalf("STORE told of message %d as it was at %d; it has changed at %d", msg.UID, msg.ModSeq, now.ModSeq)
		}
	}
}

func (m *labelled) storeLabels(t *rapid.T) {
	name, mbox := m.draw(t, "in")
	uids, pieces := m.some(t, name)
	op := imap.StoreFlagsOp(rapid.IntRange(0, 2).Draw(t, "op"))
	names := rapid.SliceOfNDistinct(rapid.SampledFrom(m.names()), 0, 2, rapid.ID).Draw(t, "labels")
	if _, err := mbox.StoreLabels(uids, op, names...); err != nil {
		t.Fatal(err)
	}
	for _, l := range pieces {
		m.office.relabel(l, name, op, names)
	}
}

func (m *labelled) foreign(t *rapid.T) {
	if rapid.Bool().Draw(t, "out") {
		from, source := m.draw(t, "from")
		uids, pieces := m.some(t, from)
		if _, err := source.Move(uids, m.bob.Inbox()); err != nil {
			t.Fatal(err)
		}
		for _, l := range pieces {
			m.office.known[l.raw] = l
			m.office.expunge(l, from)
		}
		return
	}
	if m.bob.Inbox().Status().Messages < 2 {
		if _, err := m.bob.Inbox().Append([]byte(m.fresh()), WithFlags(m.flags(t)...)); err != nil {
			t.Fatal(err)
		}
	}
	to, dest := m.draw(t, "to")
	list := m.bob.Inbox().Messages()
	msg := list[rapid.IntRange(0, len(list)-1).Draw(t, "message")]
	there := m.byMail(t, msg.Mail)
	if _, err := m.bob.Inbox().Copy(imap.UIDSetNum(msg.UID), dest); err != nil {
		t.Fatal(err)
	}
	if there == nil {
		m.office.arrive(to, string(msg.Raw()), asSet(msg.Flags))
		return
	}
	m.office.copy(there, to)
}

// byMail is the piece that is a message which is there already: the place in a home is the
// same in the office.
func (m *labelled) byMail(t *rapid.T, mail *Mail) *piece {
	for _, home := range []string{allMail, spamBox, trash} {
		for i, msg := range m.mailbox(t, home).Messages() {
			if msg.Mail == mail {
				return m.office.boxes[home][i]
			}
		}
	}
	return nil
}

func (m *labelled) settings(t *rapid.T) {
	rules := mailRules()
	rules.AutoExpunge = rapid.Bool().Draw(t, "auto-expunge")
	rules.Expunged = ExpungedLabel(rapid.IntRange(0, 2).Draw(t, "expunged"))
	rules.MailboxMax = rapid.SampledFrom([]int{0, 0, 2, 3}).Draw(t, "max")
	rules.Dedupe = rapid.Bool().Draw(t, "dedupe")
	before := m.office.rules.MailboxMax
	if err := m.u.SetLabelRules(rules); err != nil {
		t.Fatal(err)
	}
	m.office.rules = rules
	if rules.MailboxMax != before {
		m.office.fit()
	}
	m.office.allHidden = rapid.Bool().Draw(t, "hidden")
	if err := m.mailbox(t, allMail).Configure(WithOddities(Oddities{Hidden: m.office.allHidden})); err != nil {
		t.Fatal(err)
	}
}

func (m *labelled) mailboxes(t *rapid.T) {
	name := rapid.SampledFrom([]string{"Work", "Play", "Play/Ünter"}).Draw(t, "label")
	_, there := m.office.boxes[name]
	if !there {
		if _, err := m.u.Create(name); err != nil {
			t.Fatal(err)
		}
		for _, made := range append(m.u.superiors(name), name) {
			if _, there := m.office.boxes[made]; !there {
				m.office.boxes[made] = nil
			}
		}
		return
	}
	_, below := m.office.boxes["Play/Ünter"]
	if rapid.Bool().Draw(t, "rename") && !(name == "Play" && below) {
		to := "Was " + name
		if _, taken := m.office.boxes[to]; taken || strings.Contains(name, "/") {
			return
		}
		if err := m.u.Rename(name, to); err != nil {
			t.Fatal(err)
		}
		m.office.rename(name, to)
		return
	}
	if name == "Play" && below {
		return // it would be \Noselect
	}
	delete(m.followers, m.mailbox(t, name))
	if err := m.u.Delete(name); err != nil {
		t.Fatal(err)
	}
	m.office.drop(name)
}

func (m *labelled) snapshot(*rapid.T) {
	m.snapshots = append(m.snapshots, labelledSnapshot{m.u.store.Snapshot(), m.office.clone()})
}

func (m *labelled) restore(t *rapid.T) {
	if len(m.snapshots) == 0 {
		t.Skip("no snapshot yet")
	}
	was := m.snapshots[rapid.IntRange(0, len(m.snapshots)-1).Draw(t, "snapshot")]
	m.u.store.Restore(was.snap)
	m.office = was.office.clone()
	if diff := was.snap.Diff(m.u.store.Snapshot()); len(diff) > 0 {
		t.Fatalf("after Restore %v differ", diff)
	}
}

// moved goes on in a copy of the store.
func (m *labelled) moved(t *rapid.T) {
	s := m.u.store.Snapshot().Copy(nil)
	m.u, _ = s.User("alice")
	m.bob, _ = s.User("bob")
	m.books = keepBooks(s)
	m.followers, m.snapshots, m.spent = map[*Mailbox]*listener{}, nil, map[string]imap.UID{}
}

// fixture writes the store to mail files and reads it again: what is read is written alike.
func (m *labelled) fixture(t *rapid.T) {
	if m.office.rules.MailboxMax > 0 {
		t.Skip("a label that shows fewer than it may would show more")
	}
	written := sortedFlags(m.u.store.Fixture())
	other := New()
	if err := other.Load(written); err != nil {
		t.Fatal(err)
	}
	if again := sortedFlags(other.Fixture()); !reflect.DeepEqual(again, written) {
		t.Fatalf("read and written again:\n%s\nwant\n%s", again.Txtar(), written.Txtar())
	}
}

// sortedFlags has keywords in an order that does not depend on which a mailbox saw first.
func sortedFlags(set *fixtures.Set) *fixtures.Set {
	for _, account := range set.Accounts {
		for _, mbox := range account.Mailboxes {
			for i := range mbox.Messages {
				mbox.Messages[i].Flags = slices.Sorted(slices.Values(mbox.Messages[i].Flags))
			}
		}
	}
	return set
}

func (m *labelled) fixedStay(t *rapid.T) {
	name := rapid.SampledFrom([]string{allMail, spamBox, trash, starred}).Draw(t, "fixed")
	if err := m.u.Delete(name); !errors.Is(err, ErrInvalidName) {
		t.Fatalf("DELETE %s: %v", name, err)
	}
	if err := m.u.Rename("[Mail]", "Other"); !errors.Is(err, ErrInvalidName) {
		t.Fatalf("RENAME: %v", err)
	}
}

// check compares what the mailboxes have with the office.
func (m *labelled) check(t *rapid.T) {
	highest := m.u.Inbox().HighestModSeq()
	if highest < m.highest {
		t.Fatalf("HIGHESTMODSEQ fell from %d to %d", m.highest, highest)
	}
	m.highest = highest
	if errs := m.books.check(m.u.store); len(errs) > 0 {
		t.Fatal(errs)
	}
	homes := map[*Mail]int{}
	shared := map[*Mail]string{}
	for _, name := range m.names() {
		mbox := m.mailbox(t, name)
		m.checkMailbox(t, name, mbox, highest)
		seen := map[*Mail]bool{}
		for _, msg := range mbox.Messages() {
			if seen[msg.Mail] {
				t.Fatalf("%s has a message twice", name)
			}
			seen[msg.Mail] = true
			if m.office.isHome(name) {
				homes[msg.Mail]++
			}
			flags := asSet(msg.Flags)
			delete(flags, imap.FlagDeleted)
			same := fmt.Sprint(flags, msg.InternalDate, msg.Labels(), msg.Number())
			if have := shared[msg.Mail]; have != "" && have != same {
				t.Fatalf("entries of a message differ: %s and, in %s, %s", have, name, same)
			}
			shared[msg.Mail] = same
		}
	}
	for mail := range shared {
		if homes[mail] != 1 {
			t.Fatalf("message %d has %d homes", mail.id, homes[mail])
		}
	}
}

func (m *labelled) checkMailbox(t *rapid.T, name string, mbox *Mailbox, highest uint64) {
	var got, want []string
	for _, msg := range mbox.Messages() {
		got = append(got, messageLine(0, 0, string(msg.Raw()), asSet(msg.Flags)))
	}
	for _, l := range m.office.boxes[name] {
		flags := maps.Clone(l.flags)
		if l.deleted[name] {
			flags[imap.FlagDeleted] = true
		}
		want = append(want, messageLine(0, 0, l.raw, flags))
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%s:\ngot  %q\nwant %q\nrules %+v", name, got, want, m.office.rules)
	}
	if mbox.HighestModSeq() != highest {
		t.Fatalf("%s has HIGHESTMODSEQ %d, INBOX %d", name, mbox.HighestModSeq(), highest)
	}
	last := imap.UID(0)
	for _, msg := range mbox.Messages() {
		if msg.UID <= last || msg.ModSeq > highest || mbox.uids[msg.Mail] != msg.UID {
			t.Fatalf("%s: UID %d after %d, MODSEQ %d of %d, index %d", name, msg.UID, last, msg.ModSeq, highest, mbox.uids[msg.Mail])
		}
		last = msg.UID
	}
	key := fmt.Sprint(name, mbox.UIDValidity())
	if next := mbox.UIDNext(); next <= last || next < m.spent[key] {
		t.Fatalf("%s: UIDNEXT %d, last UID %d, was %d", name, next, last, m.spent[key])
	}
	m.spent[key] = mbox.UIDNext()
	if len(mbox.uids) != mbox.messages.len() {
		t.Fatalf("%s: %d messages, %d in the index", name, mbox.messages.len(), len(mbox.uids))
	}
	logged := uint64(0)
	for left := mbox.log.entries.all(); left.any(); {
		entry := left.next()
		if entry.modseq < logged {
			t.Fatalf("%s: the log falls from %d to %d", name, logged, entry.modseq)
		}
		logged = entry.modseq
	}
}

// follow reads the logs of some mailboxes.
func (m *labelled) follow(t *rapid.T) {
	name, mbox := m.draw(t, "log")
	f := m.followers[mbox]
	if f == nil {
		f = &listener{told: map[imap.UID]map[imap.Flag]bool{}}
		m.followers[mbox] = f
	}
	c := mbox.ChangesSince(f.at)
	if c.Reset || c.Deleted {
		f.told = map[imap.UID]map[imap.Flag]bool{}
		c = mbox.ChangesSince(0)
	}
	for _, uid := range c.Expunged {
		if f.told[uid] == nil {
			t.Fatalf("%s: UID %d is told to be gone and was never told of", name, uid)
		}
		delete(f.told, uid)
	}
	for _, msg := range c.Messages {
		f.told[msg.UID] = asSet(msg.Flags)
	}
	f.at = c.ModSeq
	is := map[imap.UID]map[imap.Flag]bool{}
	for _, msg := range mbox.Messages() {
		is[msg.UID] = asSet(msg.Flags)
	}
	if !maps.EqualFunc(f.told, is, maps.Equal[map[imap.Flag]bool]) {
		t.Fatalf("%s: the log told %v, there are %v", name, f.told, is)
	}
}

// TestLabelsModel does the same at random to an account with labels and to an office.
func TestLabelsModel(t *testing.T) {
	until := time.Now().Add(*labelsFor)
	tried, failed := 0, false
	for !failed && (tried == 0 || time.Now().Before(until)) {
		rapid.Check(t, func(t *rapid.T) {
			if tried > 0 && !failed && time.Now().After(until) {
				return
			}
			tried++
			defer func() {
				if why := recover(); why != nil {
					failed = true // it is made small, however long that takes
					panic(why)
				}
			}()
			m := newLabelled(t)
			t.Repeat(map[string]func(*rapid.T){
				"append": m.append, "append too": m.append,
				"copy or move": m.transfer, "copy or move too": m.transfer,
				"expunge": m.expunge, "store": m.store, "store too": m.store,
				"store labels": m.storeLabels, "other account": m.foreign, "settings": m.settings,
				"mailboxes": m.mailboxes, "fixed": m.fixedStay, "follow": m.follow, "follow too": m.follow,
				"fixture": m.fixture, "snapshot": m.snapshot, "restore": m.restore, "copied store": m.moved,
				"bump": func(t *rapid.T) {
					_, mbox := m.draw(t, "bumped")
					mbox.BumpUIDValidity()
				},
				"": m.check,
			})
		})
	}
}
