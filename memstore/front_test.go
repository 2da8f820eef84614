package memstore_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/memstore"
)

// fields are the exported fields of a struct and what its methods without arguments
// return, by name.
func fields(v any) map[string]any {
	out := make(map[string]any)
	value := reflect.ValueOf(v)
	for i := range value.NumField() {
		if field := value.Type().Field(i); field.IsExported() && !field.Anonymous {
			out[field.Name] = value.Field(i).Interface()
		}
	}
	for i := range value.NumMethod() {
		if method := value.Method(i); method.Type().NumIn() == 0 {
			out[value.Type().Method(i).Name] = method.Call(nil)[0].Interface()
		}
	}
	return out
}

// sameFields checks that what the front shows is what the core has under that name.
func sameFields(t *testing.T, front, core any) {
	t.Helper()
	have, shown := fields(core), fields(front)
	for name, got := range shown {
		want, known := have[name]
		if messages, ok := got.([]memstore.Message); ok {
			for i, m := range messages {
				sameFields(t, m, want.([]store.Message)[i])
			}
			continue
		}
		if err, failed := got.(error); failed {
			got, want = err.Error(), fmt.Sprint(want)
		}
		if diff := cmp.Diff(want, got); !known || diff != "" {
			t.Errorf("%T.%s: core and front differ\n%s", front, name, diff)
		}
	}
}

// What a mailbox shows is what there is: every field, every method that asks.
func TestFrontShowsTheCore(t *testing.T) {
	clock := func() time.Time { return time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC) }
	s := memstore.New(memstore.WithClock(clock), memstore.WithDelimiter('.'))
	alice, err := s.AddUser("alice", "secret", memstore.WithAlias("al"))
	if err != nil {
		t.Fatal(err)
	}
	box, err := alice.Create("A.B", memstore.WithSpecialUse(imap.MailboxAttrJunk), memstore.WithUIDValidity(7),
		memstore.WithUIDNext(20), memstore.Subscribed(), memstore.FixedKeywords())
	if err != nil {
		t.Fatal(err)
	}
	raw := []byte("Message-ID: <1@x>\r\nReferences: <0@x>\r\nSubject: =?x-odd?Q?a?=\r\n\r\nbody\r\n")
	_, err = box.Append(raw, memstore.WithFlags(`\Seen`, memstore.Keyword("Seen")), memstore.WithInternalDate(clock().Add(-time.Hour)),
		memstore.WithUID(30), memstore.WithSize(99))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := box.AppendAll([][]byte{raw, raw, raw}, memstore.WithFlags(`\Deleted`)); err != nil {
		t.Fatal(err)
	}
	position := box.Status().HighestModSeq
	if err := box.Store(imap.UIDSetNum(31), imap.StoreFlagsAdd, `\Flagged`); err != nil {
		t.Fatal(err)
	}
	if gone, err := box.Expunge(imap.UIDSetNum(32)); err != nil || !slices.Equal(gone, []imap.UID{32}) {
		t.Fatal(gone, err)
	}

	core := (*store.Mailbox)(box)
	sameFields(t, box.Status(), core.Status())
	sameFields(t, box.ChangesSince(position), core.ChangesSince(position))
	for _, m := range box.Messages() {
		inCore, _ := core.Message(m.UID)
		sameFields(t, m, inCore)
		if !m.Has(m.Flags[0]) || m.Has("$None") || !m.HeaderContains("message-id", "1@x") {
			t.Errorf("UID %d: Has or HeaderContains", m.UID)
		}
	}
	for _, test := range []struct{ what, got, want any }{
		{"ID", box.ID(), core.ID()},
		{"name", box.Name(), "A.B"},
		{"special use", box.SpecialUse(), []imap.MailboxAttr{imap.MailboxAttrJunk}},
		{"keywords", box.Keywords(), []imap.Flag{"Seen"}},
		{"fixed keywords", box.Oddities().FixedKeywords, true},
		{"UIDVALIDITY", box.Status().UIDValidity, uint32(7)},
		{"UIDNEXT", box.Status().UIDNext, imap.UID(34)},
		{"subscribed", alice.Subscriptions(), []string{"INBOX", "A.B"}},
		{"password", alice.Password(), "secret"},
		{"mailboxes", len(alice.Mailboxes()), 3},
		{"accounts", len(s.Users()), 1},
	} {
		if diff := cmp.Diff(test.want, test.got); diff != "" {
			t.Errorf("%v:\n%s", test.what, diff)
		}
	}
}

// What a mailbox, an account and a store do.
func TestFrontActs(t *testing.T) {
	s := memstore.New()
	alice, _ := s.AddUser("alice", "secret")
	inbox := alice.Inbox()
	archive, err := alice.Create("Archive")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = inbox.AppendAll([][]byte{message("one"), message("two"), message("three"), message("four")})
	before := s.Snapshot()
	state := func() string {
		return fmt.Sprint(subjects(inbox), uids(inbox), subjects(archive), uids(archive), inbox.Status().UIDValidity, names(alice), alice.Subscriptions())
	}
	initial := state()
	for _, step := range []struct {
		act  string
		do   func() error
		want string
	}{
		{"copy", func() error { _, err := inbox.Copy(imap.UIDSetNum(1), archive); return err },
			"[one two three four] [1 2 3 4] [one] [1] 1 [INBOX Archive] [INBOX]"},
		{"move", func() error { _, err := inbox.Move(imap.UIDSetNum(2), archive); return err },
			"[one three four] [1 3 4] [one two] [1 2] 1 [INBOX Archive] [INBOX]"},
		{"replace", func() error { _, err := inbox.Replace(3, inbox, message("new")); return err },
			"[one four new] [1 4 5] [one two] [1 2] 1 [INBOX Archive] [INBOX]"},
		{"skip", func() error { inbox.SkipUIDs(4); _, err := inbox.Append(message("last")); return err },
			"[one four new last] [1 4 5 10] [one two] [1 2] 1 [INBOX Archive] [INBOX]"},
		{"renumber", func() error { return inbox.Renumber(21, 22, 23, 24) },
			"[one four new last] [21 22 23 24] [one two] [1 2] 1 [INBOX Archive] [INBOX]"},
		{"bump", func() error { inbox.BumpUIDValidity(); return nil },
			"[one four new last] [1 2 3 4] [one two] [1 2] 3 [INBOX Archive] [INBOX]"},
		{"names", func() error {
			return firstOf(alice.Rename("Archive", "Old"), alice.Subscribe("Old"), alice.Subscribe("New"), alice.Unsubscribe("New"))
		}, "[one four new last] [1 2 3 4] [one two] [1 2] 3 [INBOX Old] [INBOX Old]"},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.act, err)
		}
		if got := state(); got != step.want {
			t.Errorf("%s: got %s\nwant %s", step.act, got, step.want)
		}
	}
	if !alice.Subscribed("Old") || alice.Subscribed("New") {
		t.Error("Subscribed")
	}
	changed, deleted := alice.Changed(), archive
	if err := alice.Delete("Old"); err != nil || !deleted.Deleted() {
		t.Errorf("deleted: %v, %v", err, deleted.Deleted())
	}
	<-changed
	s.Restore(before)
	if got, want := fmt.Sprint(subjects(inbox), names(alice)), "[one two three four] [INBOX Archive]"; got != want {
		t.Errorf("restored: got %s, want %s; it began with %s", got, want, initial)
	}
	again := memstore.New()
	if err := again.Load(s.Fixture()); err != nil {
		t.Fatal(err)
	}
	if loaded, found := again.User("ALICE"); !found || len(loaded.Inbox().Messages()) != 4 {
		t.Error("the fixture of a store does not make it again")
	}
}

// Passwords and tokens are those that the server compares with.
func TestFrontSecrets(t *testing.T) {
	s := memstore.New()
	alice, _ := s.AddUser("alice", "secret")
	alice.SetPassword("other")
	alice.SetToken("token", time.Time{})
	core := (*store.Store)(s)
	if user, ok := core.Authenticate("alice", "other"); !ok || (*memstore.User)(user) != alice {
		t.Error("the password that was set is refused")
	}
	if user, ok := core.AuthenticateToken("alice", "token"); !ok || user.Name() != alice.Name() {
		t.Error("the token that was set is refused")
	}
}

func subjects(mbox *memstore.Mailbox) []string {
	var out []string
	for _, m := range mbox.Messages() {
		out = append(out, m.Subject())
	}
	return out
}

func uids(mbox *memstore.Mailbox) []imap.UID {
	var out []imap.UID
	for _, m := range mbox.Messages() {
		out = append(out, m.UID)
	}
	return out
}

func names(user *memstore.User) []string {
	var out []string
	for _, mbox := range user.Mailboxes() {
		out = append(out, mbox.Name())
	}
	return out
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
