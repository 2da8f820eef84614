package store

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"
)

// notesRun is random annotating by three accounts in a mailbox that they share and one of
// each, beside an oracle: for each message of each mailbox what was written of it, by whom.
type notesRun struct {
	store  *Store
	users  []*User
	boxes  []*Mailbox
	oracle map[*Mailbox]map[imap.UID]map[string]string // "bob /comment" or " /comment"
}

// TestNotes: an account sees the private annotations that it has written itself and all shared
// ones, wherever they were copied, moved or restored to, and no other (RFC 5257, sections 3.3
// and 4.6); and what they take is counted.
func TestNotes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &notesRun{store: New(), oracle: make(map[*Mailbox]map[imap.UID]map[string]string)}
		for _, name := range []string{"fred", "bob", "eve"} {
			u, err := r.store.AddUser(name, "password")
			if err == nil {
				err = u.SetQuota(Quota{Root: "r", Limits: map[imap.QuotaResourceType]int64{imap.QuotaResourceAnnotationStorage: 1000}})
			}
			if err != nil {
				t.Fatal(err)
			}
			r.users, r.boxes = append(r.users, u), append(r.boxes, u.Inbox())
		}
		all := r.boxes[0]
		if err := all.Grant("anyone", RightsChange{Rights: AllRights | MayAnnotate}); err != nil {
			t.Fatal(err)
		}
		for _, mbox := range r.boxes {
			r.oracle[mbox] = make(map[imap.UID]map[string]string)
		}
		snap, was := r.store.Snapshot(), r.remember()
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			if rapid.IntRange(0, 9).Draw(t, "restore") == 0 {
				r.store.Restore(snap)
				r.oracle = was
				snap, was = r.store.Snapshot(), r.remember()
			} else {
				r.step(t)
			}
			r.check(t, r.store)
		}
		r.check(t, r.store.Snapshot().Copy(nil))
	})
}

// remember is the oracle as it is now.
func (r *notesRun) remember() map[*Mailbox]map[imap.UID]map[string]string {
	out := make(map[*Mailbox]map[imap.UID]map[string]string)
	for mbox, messages := range r.oracle {
		out[mbox] = make(map[imap.UID]map[string]string)
		for uid, notes := range messages {
			out[mbox][uid] = maps.Clone(notes)
		}
	}
	return out
}

func (r *notesRun) step(t *rapid.T) {
	by := rapid.IntRange(0, len(r.users)-1).Draw(t, "by")
	user := r.users[by]
	mbox := rapid.SampledFrom([]*Mailbox{r.boxes[0], r.boxes[by]}).Draw(t, "mailbox")
	note := Note{
		Entry:  rapid.SampledFrom([]string{"/comment", "/altsubject", "/Comment"}).Draw(t, "entry"),
		Shared: rapid.Bool().Draw(t, "shared"),
		Value:  rapid.SampledFrom([][]byte{nil, {}, []byte("x"), []byte(strings.Repeat("y", 700))}).Draw(t, "value"),
	}
	uids := uidsAmong(t, mbox)
	switch rapid.IntRange(0, 4).Draw(t, "act") {
	case 0:
		draft := Draft{Raw: []byte("a: b"), Notes: []Note{note}}
		if added, err := mbox.As(user).AppendDrafts([]Draft{draft}); err == nil {
			uid := added.Messages[0].UID
			r.oracle[mbox][uid] = make(map[string]string)
			r.write(mbox, uid, user, note)
		}
	case 1, 2:
		if _, err := mbox.As(user).AnnotateMessages(uids, nil, []Note{note}, AnnotationLimits{}); err != nil {
			t.Fatal(err)
		}
		for _, uid := range uids {
			r.write(mbox, uid, user, note)
		}
	case 3:
		r.transfer(t, mbox, uids, user, r.boxes[by])
	case 4:
		if _, err := mbox.Expunge(UIDSet(uids)); err != nil {
			t.Fatal(err)
		}
		for _, uid := range uids {
			delete(r.oracle[mbox], uid)
		}
	}
}

func (r *notesRun) write(mbox *Mailbox, uid imap.UID, by *User, note Note) {
	key := by.name + " " + note.Entry
	if note.Shared {
		key = " " + note.Entry
	}
	if note.Value == nil {
		delete(r.oracle[mbox][uid], key)
	} else {
		r.oracle[mbox][uid][key] = string(note.Value)
	}
}

// transfer copies or moves, to the account's own mailbox.
func (r *notesRun) transfer(t *rapid.T, from *Mailbox, uids []imap.UID, by *User, to *Mailbox) {
	move := from != to && rapid.Bool().Draw(t, "move")
	do := from.As(by).Copy
	if move {
		do = from.As(by).Move
	}
	data, err := do(UIDSet(uids), to)
	if err != nil {
		t.Fatal(err)
	}
	sources, _ := data.SourceUIDs.Nums()
	targets, _ := data.DestUIDs.Nums()
	for i, uid := range sources {
		notes := make(map[string]string)
		for key, value := range r.oracle[from][uid] {
			if key[0] == ' ' || strings.HasPrefix(key, by.name+" ") {
				notes[key] = value
			}
		}
		r.oracle[to][targets[i]] = notes
		if move {
			delete(r.oracle[from], uid)
		}
	}
}

// check holds what every account sees, in the store or a copy of it, to the oracle.
func (r *notesRun) check(t *rapid.T, s *Store) {
	for i, owner := range s.Users() {
		mbox, octets := owner.Inbox(), int64(0)
		for _, msg := range mbox.Messages() {
			want := r.oracle[r.boxes[i]][msg.UID]
			for _, u := range s.Users() {
				if got := seenNotes(msg, u); got != seenIn(want, u.name) {
					t.Fatalf("%s sees of message %d of %s %s, want %s", u.name, msg.UID, owner.name, got, seenIn(want, u.name))
				}
			}
			for _, value := range want {
				octets += int64(len(value))
			}
		}
		if usage, err := owner.Usage("r"); err != nil || usage[imap.QuotaResourceAnnotationStorage] != (octets+1023)/1024 {
			t.Fatalf("%s: %d octets, told %v, %v", owner.name, octets, usage, err)
		}
	}
}

func seenNotes(msg Message, u *User) string {
	out := make(map[string]string)
	for _, entry := range msg.Notes().Entries(u) {
		for _, shared := range []bool{false, true} {
			if value := msg.Notes().Value(u, entry, shared); value != nil {
				out[fmt.Sprint(entry, shared)] = string(value)
			}
		}
	}
	return fmt.Sprint(out)
}

func seenIn(notes map[string]string, name string) string {
	out := make(map[string]string)
	for key, value := range notes {
		if who, entry, _ := strings.Cut(key, " "); who == "" || who == name {
			out[fmt.Sprint(entry, who == "")] = value
		}
	}
	return fmt.Sprint(out)
}

// What is told of annotations is what has changed for an account, and whether flags did too.
func TestNoted(t *testing.T) {
	fred, bob, _ := shareStore(t)
	m := fred.Inbox()
	grant(t, m, "bob", "lrsw")
	_, err := m.AppendAll([]Draft{{Raw: []byte("a: b")}, {Raw: []byte("a: b")}})
	check(t, err)
	before := m.HighestModSeq()
	note := func(u *User, uid imap.UID, entry string, shared bool) {
		t.Helper()
		_, err := m.As(u).AnnotateMessages([]imap.UID{uid}, nil, []Note{{entry, shared, []byte("x")}}, AnnotationLimits{})
		check(t, err)
	}
	note(fred, 1, "/b", true)
	note(fred, 1, "/a", false)
	note(fred, 2, "/c", false)
	check(t, m.Store(UIDSet([]imap.UID{1}), imap.StoreFlagsAdd, imap.FlagFlagged))
	note(bob, 1, "/d", true)
	equal(t, "for fred", fmt.Sprint(m.As(fred).ChangesSince(before).Noted), "map[1:{[/a /b /d] false} 2:{[/c] true}]")
	equal(t, "for bob", fmt.Sprint(m.As(bob).ChangesSince(before).Noted), "map[1:{[/b /d] false}]")
	equal(t, "messages for bob", len(m.As(bob).ChangesSince(before).Messages), 1)
	// Nothing is told of what stays as it is.
	before = m.HighestModSeq()
	note(bob, 1, "/d", true)
	equal(t, "the same again", m.HighestModSeq(), before)
	limits := AnnotationLimits{Count: 3}
	_, err = m.As(bob).AnnotateMessages([]imap.UID{1, 2}, nil, []Note{{"/e", true, []byte("x")}, {"/f", true, []byte("x")}}, limits)
	var refused *RefusedAnnotation
	equal(t, "too many", errors.As(err, &refused) && refused.Code == "TOOMANY", true)
	equal(t, "and none of them", m.HighestModSeq(), before)
}
