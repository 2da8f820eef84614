package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

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
	if found == (h.Kind == MailboxMade) {
		return fmt.Errorf("%d of %q, of which there is already or not %v", h.Kind, name, found)
	}
	switch h.Kind {
	case MessageCame:
		return put(box, h.After(), "")
	case MessageWent:
		return put(box, Message{UID: h.Before().UID}, entryOf(h.Before()))
	case FlagsBecame:
		return put(box, h.After(), entryOf(h.Before()))
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
	case MessageCame:
		return put(box, Message{UID: h.After().UID}, entryOf(h.After()))
	case MessageWent:
		return put(box, h.Before(), "")
	case FlagsBecame:
		return put(box, h.Before(), entryOf(h.After()))
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
}

func keepBooks(s *Store) *bookkeeper {
	f := &bookkeeper{start: ledgerOf(s), now: ledgerOf(s)}
	s.Follow(func(h Happening) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.all = append(f.all, h)
		if err := f.now.do(h); err != nil {
			f.errs = append(f.errs, err)
		}
	})
	return f
}

// check compares the ledger with the store, and with what it was at the beginning when all
// has been undone.
func (f *bookkeeper) check(s *Store) []error {
	errs := slices.Clone(f.errs)
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
		got = append(got, fmt.Sprint(h.By, " ", [...]string{"", "+", "-", "~", "made", "gone", "named", "numbered"}[h.Kind], " ", h.Name))
	}
	slices.Sort(got) // of a Restore and of a MOVE the order is any
	want := "0 + INBOX,0 made INBOX,1 made A,2 + A,3 ~ A,4 + INBOX,4 - A,5 named A,6 - INBOX,7 gone B,8 + INBOX,8 made B,9 + C,9 - INBOX,9 made C"
	if text := strings.Join(got, ","); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	for _, err := range f.check(s) {
		t.Error(err)
	}
}

// TestFollowEnds: who does so no longer hears of nothing, and others go on.
func TestFollowEnds(t *testing.T) {
	s := New()
	u := must(s.AddUser("alice", "secret"))
	var first, second int
	end := s.Follow(func(Happening) { first++ })
	s.Follow(func(Happening) { second++ })
	must(u.Inbox().Append([]byte("x")))
	end()
	must(u.Inbox().Append([]byte("y")))
	if first != 1 || second != 2 {
		t.Errorf("got %d and %d, want 1 and 2", first, second)
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
