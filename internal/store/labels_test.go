package store

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/search"
)

// newMail is an account with labels, and its mailboxes by name.
func newMail(t *testing.T, rules LabelRules, labels ...string) (u *User, box func(name string) *Mailbox) {
	t.Helper()
	u, err := New().AddUser("alice", "secret", WithLabels(rules))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range labels {
		if _, err := u.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	return u, func(name string) *Mailbox {
		m, found := u.Mailbox(name)
		if !found {
			t.Fatalf("no mailbox %q", name)
		}
		return m
	}
}

func deliver(t *testing.T, m *Mailbox, raw string, flags ...imap.Flag) Message {
	t.Helper()
	msg, err := m.Append([]byte(raw), WithFlags(flags...))
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

// wantCounts says how many messages mailboxes show.
func wantCounts(t *testing.T, u *User, want map[string]int) {
	t.Helper()
	for name, n := range want {
		if m, _ := u.Mailbox(name); m.Status().Messages != n {
			t.Errorf("%s has %d messages, want %d", name, m.Status().Messages, n)
		}
	}
}

func TestLabelsAreTold(t *testing.T) {
	u, box := newMail(t, mailRules(), "Work")
	if _, err := u.Create("Sent", WithSpecialUse(imap.MailboxAttrSent)); err != nil {
		t.Fatal(err)
	}
	in := deliver(t, box("INBOX"), "a", imap.FlagFlagged)
	for _, to := range []string{"Work", "Sent"} {
		if _, err := box("INBOX").Copy(imap.UIDSetNum(in.UID), box(to)); err != nil {
			t.Fatal(err)
		}
	}
	labels := func(name string) []string { return box(name).Messages()[0].Labels() }
	if got, want := labels(allMail), []string{`\Inbox`, `\Sent`, `\Starred`, "Work"}; !slices.Equal(got, want) {
		t.Errorf("labels in All Mail: %q, want %q", got, want)
	}
	if got, want := box("Work").Messages()[0].LabelsIn(box("Work")), []string{`\Inbox`, `\Sent`, `\Starred`}; !slices.Equal(got, want) {
		t.Errorf("labels in Work: %q, want %q", got, want)
	}
	if _, err := box("Work").Copy(everyUID(), box(trash)); err != nil {
		t.Fatal(err)
	}
	if got, want := labels(trash), []string{`\Inbox`, `\Sent`, `\Starred`, `\Trash`, "Work"}; !slices.Equal(got, want) {
		t.Errorf("labels in Trash: %q, want %q", got, want)
	}
	wantCounts(t, u, map[string]int{"INBOX": 0, "Work": 0, "Sent": 0, allMail: 0, starred: 0, trash: 1})
}

// TestNamesAreNoSystemLabels: a mailbox that a client would take for \Inbox cannot be.
func TestNamesAreNoSystemLabels(t *testing.T) {
	u, box := newMail(t, mailRules(), "Work", "Inbox2", "Trash", "Gelöscht/台北/deep/deeper")
	if _, err := u.Create(`\Inbox`); !errors.Is(err, ErrInvalidName) {
		t.Errorf(`CREATE \Inbox: %v`, err)
	}
	if err := u.Rename("Work", `\Starred`); !errors.Is(err, ErrInvalidName) {
		t.Errorf(`RENAME to \Starred: %v`, err)
	}
	deliver(t, box("INBOX"), "a")
	if _, err := box("INBOX").StoreLabels(everyUID(), imap.StoreFlagsAdd, `\Nothing`); !errors.Is(err, ErrNotFound) {
		t.Errorf(`\Nothing: %v`, err)
	}
	if _, err := box("INBOX").StoreLabels(everyUID(), imap.StoreFlagsAdd, "Trash", "Gelöscht/台北/deep/deeper", "New/one", `\INBOX`); err != nil {
		t.Fatal(err)
	}
	if got, want := box(allMail).Messages()[0].Labels(), []string{`\Inbox`, "Gelöscht/台北/deep/deeper", "New/one", "Trash"}; !slices.Equal(got, want) {
		t.Errorf("labels %q, want %q", got, want)
	}
	wantCounts(t, u, map[string]int{"Trash": 1, trash: 0, "New": 0, "New/one": 1, "Gelöscht": 0})
}

func TestLabelRulesAreChecked(t *testing.T) {
	for _, rules := range []LabelRules{
		{}, {All: "A", Spam: "B"}, {All: "A", Spam: "A", Trash: "C"}, {All: "A", Spam: "B", Trash: "INBOX"},
		{All: "A", Spam: "B", Trash: "C", MailboxMax: -1}, {All: "A", Spam: "B", Trash: "C", Expunged: 3},
	} {
		if _, err := New().AddUser("alice", "secret", WithLabels(rules)); err == nil {
			t.Errorf("%+v are no rules", rules)
		}
	}
	u, box := newMail(t, LabelRules{All: "A", Spam: "B", Trash: "C"})
	deliver(t, box("INBOX"), "a", imap.FlagFlagged) // without Starred a flag like others
	if err := u.SetLabelRules(LabelRules{All: "Other"}); !errors.Is(err, ErrInvalidName) {
		t.Errorf("another All Mail: %v", err)
	}
	if err := u.SetLabelRules(LabelRules{AutoExpunge: true}); err != nil {
		t.Error(err)
	}
	if rules, _ := u.LabelRules(); !rules.AutoExpunge || rules.All != "A" {
		t.Errorf("rules %+v", rules)
	}
	if err := box("A").Configure(SeenPerUser()); err == nil {
		t.Error(`a message has one \Seen`)
	}
	plain, _ := New().AddUser("bob", "secret")
	if err := plain.SetLabelRules(mailRules()); !errors.Is(err, ErrNotFound) {
		t.Errorf("rules without labels: %v", err)
	}
}

// TestQuotaCountsOnce: a message with many labels is one message, in All Mail's roots.
func TestQuotaCountsOnce(t *testing.T) {
	u, box := newMail(t, mailRules(), "Work")
	limits := map[imap.QuotaResourceType]int64{imap.QuotaResourceMessage: 2}
	if err := u.SetQuota(Quota{Root: "all", Limits: limits}); err != nil {
		t.Fatal(err)
	}
	deliver(t, box("INBOX"), "a")
	deliver(t, box("Work"), "b", imap.FlagFlagged)
	used := func(want int64) {
		t.Helper()
		usage, err := u.Usage("all")
		if err != nil || usage[imap.QuotaResourceMessage] != want {
			t.Errorf("%d messages used, want %d (%v)", usage[imap.QuotaResourceMessage], want, err)
		}
	}
	used(2)
	if _, err := box("INBOX").Append([]byte("c")); !errors.Is(err, ErrOverQuota) {
		t.Errorf("a third message: %v", err)
	}
	if _, err := box("INBOX").Copy(everyUID(), box("Work")); err != nil {
		t.Errorf("a label takes no room: %v", err)
	}
	if _, err := box("INBOX").Move(everyUID(), box(trash)); err != nil {
		t.Errorf("nor does Trash: %v", err)
	}
	used(2)
	if _, err := box(trash).Expunge(everyUID()); err != nil {
		t.Fatal(err)
	}
	used(1)
	snap := u.store.Snapshot()
	deliver(t, box("Work"), "d")
	used(2)
	u.store.Restore(snap)
	used(1)
}

// TestFlagChangeIsOneDifference: it is told in the first mailbox that shows the message, and
// \Deleted, which is of one mailbox, where it is.
func TestFlagChangeIsOneDifference(t *testing.T) {
	u, box := newMail(t, mailRules(), "Work")
	deliver(t, box("Work"), "a")
	if _, err := box("Work").Copy(everyUID(), box("INBOX")); err != nil {
		t.Fatal(err)
	}
	before := u.store.Snapshot()
	if err := box(allMail).Store(everyUID(), imap.StoreFlagsAdd, imap.FlagSeen); err != nil {
		t.Fatal(err)
	}
	if err := box("Work").Store(everyUID(), imap.StoreFlagsAdd, imap.FlagDeleted); err != nil {
		t.Fatal(err)
	}
	type line struct {
		mailbox string
		added   string
	}
	var got []line
	for _, d := range before.Diff(u.store.Snapshot()) {
		got = append(got, line{d.Mailbox, string(d.Added[0])})
	}
	if want := []line{{"INBOX", `\Seen`}, {"Work", `\Deleted`}}; len(got) != 2 || got[0] != want[0] {
		t.Errorf("differences %v, want %v", got, want)
	}
}

// TestLabelsNeverWait: an account with labels and a plain one copy to each other, with a
// Restore between, and nobody waits for ever; a message has one home then.
func TestLabelsNeverWait(t *testing.T) {
	u, box := newMail(t, mailRules(), "Work")
	bob, err := u.store.AddUser("bob", "secret")
	if err != nil {
		t.Fatal(err)
	}
	deliver(t, box("INBOX"), "a")
	deliver(t, bob.Inbox(), "b")
	snap := u.store.Snapshot()
	var all sync.WaitGroup
	for _, do := range []func() error{
		func() error { _, err := box("INBOX").Copy(imap.UIDSetNum(1), bob.Inbox()); return err },
		func() error { _, err := bob.Inbox().Move(imap.UIDSetNum(1, 2), box("Work")); return err },
		func() error { _, err := box("Work").Move(everyUID(), box(trash)); return err },
		func() error { _, err := box(trash).Copy(everyUID(), box(allMail)); return err },
		func() error { return box(allMail).Store(everyUID(), imap.StoreFlagsAdd, imap.FlagFlagged) },
		func() error {
			_, err := box(starred).StoreLabels(everyUID(), imap.StoreFlagsAdd, "Other/new", `\Inbox`)
			return err
		},
		func() error { return u.Delete("Other/new") },
		func() error { u.store.Restore(snap); return nil },
		func() error { u.store.Snapshot().Copy(nil); return nil },
		func() error { return u.SetLabelRules(LabelRules{AutoExpunge: true, Dedupe: true, MailboxMax: 1}) },
		func() error { return u.SetLabelRules(LabelRules{Expunged: ExpungedTrash}) },
		func() error {
			for _, msg := range box(allMail).Messages() {
				msg.ThreadID()
				msg.Labels()
			}
			return nil
		},
	} {
		all.Go(func() {
			for range 20 {
				_ = do() // what it is about may be gone at the moment
			}
		})
	}
	all.Wait()
	homes := map[*Mail]bool{}
	for _, name := range []string{allMail, spamBox, trash} {
		for _, msg := range box(name).Messages() {
			if homes[msg.Mail] {
				t.Errorf("message %d has two homes", msg.Mail.id)
			}
			homes[msg.Mail] = true
		}
	}
	for _, m := range u.Mailboxes() {
		for _, msg := range m.Messages() {
			if !homes[msg.Mail] {
				t.Errorf("message %d in %s has no home", msg.Mail.id, m.Name())
			}
		}
	}
}

// TestThreadIDs: messages that refer to each other are a thread as long as the subject is
// one; a reply that refers to nothing belongs to the last of its subject (the provider's help, and
// logs of it: of the first message both numbers are the same).
func TestThreadIDs(t *testing.T) {
	_, box := newMail(t, mailRules(), "Work")
	var ids, threads []uint64
	for _, header := range []string{
		"Message-ID: <1@x>\r\nSubject: Lunch\r\n",
		"Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\nSubject: Re: Lunch\r\n",
		"Message-ID: <3@x>\r\nReferences: <1@x> <2@x>\r\nSubject: Dinner (was: Lunch)\r\n",
		"Message-ID: <4@x>\r\nReferences: <1@x> <2@x> <3@x>\r\nSubject: Re: Dinner (was: Lunch)\r\n",
		"Message-ID: <5@x>\r\nReferences: <gone@x>\r\nSubject: Re: Bill\r\n",
		"Message-ID: <6@x>\r\nReferences: <gone@x> <5@x>\r\nSubject: Re: Bill\r\n",
		"Message-ID: <gone@x>\r\nSubject: Bill\r\n",
		"Message-ID: <8@x>\r\nSubject: Lunch\r\n",
		"Subject: Re: Lunch\r\n",
	} {
		msg := deliver(t, box("Work"), header+"\r\nx\r\n")
		ids = append(ids, msg.Number())
	}
	for _, msg := range box(allMail).Messages() {
		threads = append(threads, msg.ThreadNumber(nil))
	}
	want := []uint64{ids[0], ids[0], ids[2], ids[2], ids[4], ids[4], ids[4], ids[7], ids[7]}
	if !slices.Equal(threads, want) {
		t.Errorf("threads %v\nwant    %v", threads, want)
	}
	for i, msg := range box("Work").Messages() {
		for j, other := range box(allMail).Messages() {
			if (msg.ThreadID() == other.ThreadID()) != (threads[i] == threads[j]) {
				t.Errorf("THREADID %s and %s, X-GM-THRID %d and %d", msg.ThreadID(), other.ThreadID(), threads[i], threads[j])
			}
		}
	}
	// The first of a thread may go, and the numbers stay.
	if _, err := box("Work").Move(imap.UIDSetNum(1), box(trash)); err != nil {
		t.Fatal(err)
	}
	if _, err := box(trash).Expunge(everyUID()); err != nil {
		t.Fatal(err)
	}
	if got := box("Work").Messages()[0].ThreadNumber(nil); got != ids[0] {
		t.Errorf("the thread is %d without its first message, was %d", got, ids[0])
	}
	candidate := Candidate{Message: &box("Work").Messages()[0]}
	if !search.ThreadID(candidate.ThreadID()).Bind(search.Scope{}).Match(&candidate) {
		t.Error("SEARCH THREADID does not find what FETCH tells")
	}
}

// TestReplaceIsNoCopy: what takes a message's place has its bytes and stays all the same.
func TestReplaceIsNoCopy(t *testing.T) {
	rules := mailRules()
	rules.Dedupe = true
	u, box := newMail(t, rules, "Drafts")
	old := deliver(t, box("Drafts"), "a")
	if _, err := box("Drafts").Replace(old.UID, box("Drafts"), []byte("a")); err != nil {
		t.Fatal(err)
	}
	wantCounts(t, u, map[string]int{"Drafts": 1, allMail: 2})
}
