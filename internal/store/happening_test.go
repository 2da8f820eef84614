package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
)

// ledger is a store as who follows it knows it: by mailbox, by UID.
type ledger map[string]map[imap.UID]string

func entryOf(msg Message) string { return fmt.Sprint(msg.EmailID(), msg.Flags) }

// ledgerOf is the truth.
func ledgerOf(s *Store) ledger {
	out := make(ledger)
	for _, u := range s.Users() {
		for _, mbox := range u.Mailboxes() {
			if mbox.NoSelect() {
				continue
			}
			box := make(map[imap.UID]string)
			for _, msg := range mbox.Messages() {
				box[msg.UID] = entryOf(msg)
			}
			out[u.Name()+": "+mbox.Name()] = box
		}
	}
	return out
}

func (l ledger) equal(other ledger) bool {
	return maps.EqualFunc(l, other, func(a, b map[imap.UID]string) bool { return maps.Equal(a, b) })
}

func (l ledger) clone() ledger {
	out := make(ledger)
	for name, box := range l {
		out[name] = maps.Clone(box)
	}
	return out
}

// do does what has happened, and undo what must have been before it. What does not fit is an
// error.
func (l ledger) do(h Happening) error {
	name := h.Account + ": " + h.Name
	box, found := l[name]
	if h.Kind == SettingsBecame {
		return nil
	}
	if found == (h.Kind == MailboxMade) {
		return fmt.Errorf("%d of %q, of which there is already or not %v", h.Kind, name, found)
	}
	switch h.Kind {
	case MessageCame, MessageWent, FlagsBecame:
		return turnAll(box, sideBefore(h), sideAfter(h))
	case MailboxMade:
		l[name] = make(map[imap.UID]string)
	case MailboxGone:
		delete(l, name)
	case MailboxNamed:
		delete(l, name)
		l[h.Account+": "+h.To] = box
	case UIDsRenumbered:
		clear(box)
		for msg := range h.Became() {
			box[msg.UID] = entryOf(msg)
		}
	}
	return nil
}

func (l ledger) undo(h Happening) error {
	name := h.Account + ": " + h.Name
	if h.Kind == MailboxNamed {
		l[name] = l[h.Account+": "+h.To]
		delete(l, h.Account+": "+h.To)
	}
	box := l[name]
	switch h.Kind {
	case MessageCame, MessageWent, FlagsBecame:
		return turnAll(box, sideAfter(h), sideBefore(h))
	case MailboxMade:
		delete(l, name)
	case MailboxGone, UIDsRenumbered:
		l[name] = make(map[imap.UID]string)
		for msg := range h.Held() {
			l[name][msg.UID] = entryOf(msg)
		}
	}
	return nil
}

// sideBefore are the messages as they were, of what changed any.
func sideBefore(h Happening) []Message {
	if h.Kind == MessageCame {
		return nil
	}
	return slices.Collect(h.Before())
}

// sideAfter are the messages as they became.
func sideAfter(h Happening) []Message {
	if h.Kind == MessageWent {
		return nil
	}
	return slices.Collect(h.After())
}

// turnAll makes of messages what they became; one side may be empty.
func turnAll(box map[imap.UID]string, from, to []Message) error {
	for i := range max(len(from), len(to)) {
		was, is := "", Message{}
		if i < len(from) {
			was, is.UID = entryOf(from[i]), from[i].UID
		}
		if i < len(to) {
			is = to[i]
		}
		if err := put(box, is, was); err != nil {
			return err
		}
	}
	return nil
}

// put makes a message what has its UID, in place of what must have been there; one without
// mail is none.
func put(box map[imap.UID]string, msg Message, was string) error {
	if box[msg.UID] != was {
		return fmt.Errorf("UID %d was %q, and had been %q", msg.UID, was, box[msg.UID])
	}
	delete(box, msg.UID)
	if msg.Mail != nil {
		box[msg.UID] = entryOf(msg)
	}
	return nil
}

// bookkeeper keeps a ledger of a store from a moment at which nobody changes it.
type bookkeeper struct {
	mu    sync.Mutex // guards what follows
	start ledger
	now   ledger
	all   []Happening
	errs  []error

	settings map[setting]string // as far as they are known
}

// setting is something that a mailbox or an account is set to.
type setting struct {
	kind             DifferenceKind
	account, mailbox string
	entry            string
}

// set does what has happened to settings: what a setting was is what it became last.
func (f *bookkeeper) set(h Happening) (err error) {
	switch h.Kind {
	case MailboxNamed, MailboxGone:
		for s, value := range f.settings {
			if s.account == h.Account && s.mailbox == h.Name && s.kind != NameSubscribed {
				delete(f.settings, s)
				if s.mailbox = h.To; h.Kind == MailboxNamed {
					f.settings[s] = value
				}
			}
		}
	case SettingsBecame:
		for _, d := range h.Settings {
			s := setting{d.Kind, d.Account, d.Mailbox, d.Entry + d.Identifier}
			switch d.Kind {
			case AccountAdded, AccountRemoved, PasswordChanged, MailboxCreated, MailboxDeleted:
				continue
			case NameSubscribed:
				d.Old, d.New = "no", "yes"
			case NameUnsubscribed:
				s.kind, d.Old, d.New = NameSubscribed, "yes", "no"
			}
			if was, known := f.settings[s]; known && was != d.Old || d.Old == d.New {
				err = fmt.Errorf("%+v became %q of %q, and had been %q", s, d.New, d.Old, was)
			}
			f.settings[s] = d.New
		}
	}
	return err
}

func keepBooks(s *Store) *bookkeeper {
	f := &bookkeeper{start: ledgerOf(s), now: ledgerOf(s), settings: make(map[setting]string)}
	s.Follow(func(h Happening) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.all = append(f.all, h)
		f.errs = append(f.errs, f.now.do(h), f.set(h))
	})
	return f
}

// check compares the ledger with the store, and with what it was at the beginning when all
// has been undone.
func (f *bookkeeper) check(s *Store) []error {
	errs := slices.DeleteFunc(slices.Clone(f.errs), func(err error) bool { return err == nil })
	if truth := ledgerOf(s); !f.now.equal(truth) {
		errs = append(errs, fmt.Errorf("who followed knows\n%v\nand it is\n%v", f.now, truth))
	}
	was := f.now.clone()
	for _, h := range slices.Backward(f.all) {
		if err := was.undo(h); err != nil {
			errs = append(errs, fmt.Errorf("undoing: %w", err))
		}
	}
	if !was.equal(f.start) {
		errs = append(errs, fmt.Errorf("with all undone there is\n%v\nand there was\n%v", was, f.start))
	}
	return errs
}

// TestFollowWhatIsGone: of a mailbox that has been deleted nobody is told, though another has
// its name by now.
func TestFollowWhatIsGone(t *testing.T) {
	u := must(New().AddUser("alice", "secret"))
	f := keepBooks(u.store)
	was := must(u.Create("A"))
	must(0, u.Delete("A"))
	was.BumpUIDValidity()
	must(must(u.Create("A")).Append([]byte("Subject: one\r\n\r\n")))
	was.BumpUIDValidity()
	must(0, was.Renumber())
	for _, err := range f.check(u.store) {
		t.Error(err)
	}
}

// TestFollow: whoever follows a store knows what is in it, and who did what: the cause goes
// with the number that the actor brings, to messages and to names alike.
func TestFollow(t *testing.T) {
	s := New()
	f := keepBooks(s)
	u := must(s.AddUser("alice", "secret"))
	a := must(u.By(1).Create("A"))
	must(a.As(u).By(2).Append([]byte("Subject: one\r\n\r\n")))
	must(0, a.As(nil).By(3).Store(set(1), imap.StoreFlagsAdd, imap.FlagSeen))
	must(a.As(u).By(4).Move(set(1), u.Inbox()))
	must(0, u.By(5).RenameIf("A", "B", nil))
	snap := s.Snapshot()
	must(u.Inbox().As(nil).By(6).Expunge(set(1)))
	must(0, u.By(7).DeleteIf("B", nil))
	s.RestoreBy(snap, 8)
	must(0, u.By(9).RenameIf(inbox, "C", nil))
	u.Inbox().Append([]byte("x"))
	var got []string
	for _, h := range f.all {
		got = append(got, fmt.Sprint(h.By, " ", [...]string{"", "+", "-", "~", "made", "gone", "named", "numbered", "set"}[h.Kind], " ", h.Name))
	}
	slices.Sort(got) // of a Restore and of a MOVE the order is any
	want := "0 + INBOX,0 made INBOX,0 set ,1 made A,2 + A,3 ~ A,4 + INBOX,4 - A,5 named A,6 - INBOX,7 gone B,8 + INBOX,8 made B,9 + C,9 - INBOX,9 made C"
	if text := strings.Join(got, ","); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	for _, err := range f.check(s) {
		t.Error(err)
	}
}

// TestFollowSettings: whoever follows a store is told what mailboxes and accounts are set to,
// and by whom; of what is set to what it was there is nothing to tell.
func TestFollowSettings(t *testing.T) {
	s := New()
	alice, bob := must(s.AddUser("alice", "a")), must(s.AddUser("bob", "b"))
	a := must(alice.Create("A"))
	lr := must(ParseRightsChange("lr"))
	note := func(entry, value string) []Annotation { return []Annotation{{Entry: entry, Value: []byte(value)}} }
	limits := map[imap.QuotaResourceType]int64{imap.QuotaResourceMessage: 9}
	before := s.Snapshot()
	f := keepBooks(s)
	must(0, a.As(alice).By(1).Grant("bob", lr))
	must(0, a.Grant("bob", lr)) // again
	must(0, a.As(bob).By(2).Annotate(note("/private/comment", "mine"), AnnotationLimits{}))
	must(0, a.As(alice).By(3).Annotate(note("/shared/comment", "ours"), AnnotationLimits{}))
	must(0, a.As(alice).By(4).Annotate(note("/private/specialuse", `\Junk`), AnnotationLimits{}))
	must(0, alice.By(5).Annotate(note("/shared/admin", "root"), AnnotationLimits{}))
	must(0, alice.By(6).Subscribe("A"))
	must(0, alice.Subscribe("A"))
	must(0, alice.By(7).SetQuota(Quota{Root: "r", Limits: limits}))
	must(0, alice.SetQuota(Quota{Root: "r", Limits: limits}))
	must(0, a.As(alice).By(8).Revoke("bob"))
	must(0, alice.By(9).Unsubscribe("A"))
	must(alice.By(10).Create("B", Subscribed(), WithSpecialUse(imap.MailboxAttrArchive)))
	must(0, a.Configure(Subscribed()))
	s.RestoreBy(before, 11)
	var got []string
	for _, h := range f.all {
		for _, d := range h.Settings {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%d %s %s%s %s>%s", h.By, d.Mailbox, d.Entry, d.Identifier, d.Old, d.New)))
		}
	}
	sort := slices.Clone(got[len(got)-7:]) // of a Restore the order is any
	slices.Sort(sort)
	want := `1 A bob none>lr,2 A /private/comment NIL>mine,3 A /shared/comment NIL>ours,4 A  >\Junk,5  /shared/admin NIL>root,6 A  >,7  r >MESSAGE 9,8 A bob lr>none,9 A  >,10 B  >,10 B  >\Archive,0 A  >,` +
		`11  /shared/admin root>NIL,11  r MESSAGE 9>,11 A  >,11 A  \Junk>,11 A /private/comment mine>NIL,11 A /shared/comment ours>NIL,11 B  >`
	if text := strings.Join(append(got[:len(got)-7], sort...), ","); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	for _, err := range f.check(s) {
		t.Error(err)
	}
}

// TestFollowAccounts: whoever follows a store is told of accounts, what they log in with, names
// that cannot be selected and annotations of messages, and who did it; nothing is told of what
// stays as it was.
func TestFollowAccounts(t *testing.T) {
	s := New()
	alice := must(s.AddUser("alice", "a"))
	never := time.Time{}
	before := s.Snapshot()
	f := keepBooks(s)
	bob := must(s.AddUser("bob", "b", MadeBy(1)))
	bob.By(2).SetPassword("other")
	bob.By(3).SetPassword("other")
	bob.By(4).SetToken("token", never)
	bob.By(5).SetToken("token", never)
	must(alice.By(6).Create("Name", NoSelect()))
	must(0, alice.By(7).DeleteIf("Name", nil))
	must(alice.By(8).Create("Up/Low"))
	must(0, alice.By(9).DeleteIf("Up", nil)) // stays, as a name
	must(alice.Inbox().Append([]byte("x")))
	note := []Note{{Entry: "/comment", Shared: true, Value: []byte("x")}}
	must(alice.Inbox().As(alice).By(10).AnnotateMessages([]imap.UID{1}, nil, note, AnnotationLimits{}))
	must(alice.Inbox().As(alice).By(11).AnnotateMessages([]imap.UID{1}, nil, note, AnnotationLimits{}))
	alice.SetPassword("new")
	after := s.Snapshot()
	s.RestoreBy(before, 12)
	s.RestoreBy(after, 13)
	words := map[DifferenceKind]string{AccountAdded: "+", AccountRemoved: "-", PasswordChanged: "password", MailboxCreated: "name", MailboxDeleted: "no name"}
	var got []string
	for _, h := range f.all {
		if h.Kind == FlagsBecame {
			got = append(got, fmt.Sprint(h.By, " ~"))
		}
		if h.Kind != SettingsBecame {
			continue
		}
		for _, d := range h.Settings {
			if word := words[d.Kind]; word != "" {
				got = append(got, strings.TrimSpace(fmt.Sprintf("%d %s %s %s", h.By, word, d.Account, d.Mailbox)))
			}
		}
	}
	slices.Sort(got[len(got)-6:]) // of a Restore the order is any
	want := "1 + bob,2 password bob,4 password bob,6 name alice Name,7 no name alice Name,10 ~,0 password alice," +
		"12 - bob,12 no name alice Up,12 password alice,13 + bob,13 name alice Up,13 password alice"
	if text := strings.Join(got, ","); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	for _, h := range f.all {
		if h.Kind == MailboxMade && h.Account == "bob" && h.By != 1 && h.By != 13 {
			t.Errorf("INBOX of bob was made by %d", h.By)
		}
	}
	for _, err := range f.check(s) {
		t.Error(err)
	}
}

// TestFollowEnds: who does so no longer hears of nothing, and others go on, in whatever order
// they end.
func TestFollowEnds(t *testing.T) {
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		s := New()
		u := must(s.AddUser("alice", "secret"))
		var heard [3]int
		var ends [3]func()
		for i := range heard {
			ends[i] = s.Follow(func(Happening) { heard[i]++ })
		}
		var want [3]int
		for n, i := range order {
			must(u.Inbox().Append([]byte("x")))
			ends[i]()
			ends[i]() // once more is nothing
			want[i] = n + 1
		}
		must(u.Inbox().Append([]byte("x")))
		if heard != want {
			t.Errorf("%v: got %v, want %v", order, heard, want)
		}
	}
}

// TestDifferenceBy: the difference of mailboxes names who made, named and deleted them.
func TestDifferenceBy(t *testing.T) {
	s := New()
	u := must(s.AddUser("alice", "secret"))
	for _, name := range []string{"Old", "Gone"} {
		must(u.Create(name))
	}
	before := s.Snapshot()
	must(u.By(1).Create("New"))
	must(0, u.By(2).RenameIf("Old", "Named", nil))
	must(0, u.By(3).DeleteIf("Gone", nil))
	by := make(map[DifferenceKind]uint32)
	for _, d := range before.Diff(s.Snapshot()) {
		by[d.Kind] = d.By
	}
	want := map[DifferenceKind]uint32{MailboxCreated: 1, MailboxRenamed: 2, MailboxDeleted: 3}
	if !maps.Equal(by, want) {
		t.Errorf("got %v, want %v", by, want)
	}
}
