package store

import (
	"fmt"
	"testing"

	"github.com/emersion/go-imap/v2"
)

// A copy has all that a snapshot restores, and shares nothing that changes: what is done to
// the copy the store does not see, and what is an account's own is the account's there.
func TestCopyOfASnapshot(t *testing.T) {
	s := New()
	ann, _ := s.AddUser("ann", "x")
	bob, _ := s.AddUser("bob", "x")
	inbox := ann.Inbox()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(inbox.Grant("bob", RightsChange{Rights: AllRights}))
	check(inbox.Annotate(bob, []Annotation{{Entry: "/private/comment", Value: []byte("mine")}, {Entry: "/shared/comment", Value: []byte("ours")}}, AnnotationLimits{}))
	check(ann.SetQuota(Quota{Root: "", Limits: map[imap.QuotaResourceType]int64{imap.QuotaResourceStorage: 10}}))
	_, err := inbox.Append([]byte("Subject: one\r\n\r\n"), WithFlags(imap.FlagDeleted))
	check(err)

	snap := s.Snapshot()
	other := snap.Copy(nil)
	copied, _ := other.User("ann")
	theirs, _ := other.User("bob")
	if got, want := copied.Inbox().Rights(theirs), inbox.Rights(bob); got != want {
		t.Errorf("bob has the rights %v, want %v", got, want)
	}
	if got, want := copied.Inbox().Status(), inbox.Status(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, want := fmt.Sprint(copied.Inbox().Annotations().Of(theirs)), fmt.Sprint(inbox.Annotations().Of(bob)); got != want || len(inbox.Annotations().Of(bob)) != 2 {
		t.Errorf("bob has the annotations %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(copied.Quotas()), fmt.Sprint(ann.Quotas()); got != want {
		t.Errorf("got the quotas %s, want %s", got, want)
	}
	used, err := copied.Usage("")
	check(err)
	want, err := ann.Usage("")
	check(err)
	if fmt.Sprint(used) != fmt.Sprint(want) {
		t.Errorf("%v is used, want %v", used, want)
	}
	_, err = copied.Inbox().Expunge(imap.UIDSetNum(1))
	check(err)
	if n := len(inbox.Messages()); n != 1 {
		t.Errorf("the store has %d messages, want 1", n)
	}
	if differences := snap.Diff(s.Snapshot()); len(differences) > 0 {
		t.Errorf("the store has changed: %v", differences)
	}
}
