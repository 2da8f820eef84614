package store

import (
	"slices"
	"testing"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"
)

// TestUnseenIsCounted: what STATUS says of an account's own \Seen is what its messages say,
// whatever has been done to them and to the store.
func TestUnseenIsCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := New()
		var users []*User
		for _, name := range []string{"fred", "bob", "eve"} {
			u, err := s.AddUser(name, "password")
			if err != nil {
				t.Fatal(err)
			}
			users = append(users, u)
		}
		team, err := users[0].Create("Team", SeenPerUser())
		if err == nil {
			err = team.Grant("anyone", RightsChange{Rights: AllRights})
		}
		if err != nil {
			t.Fatal(err)
		}
		snaps := []*Snapshot{s.Snapshot()}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			by := rapid.SampledFrom(users).Draw(t, "by")
			boxes := []*Mailbox{team, users[0].Inbox()}
			mbox := rapid.SampledFrom(boxes).Draw(t, "mailbox")
			other := rapid.SampledFrom(boxes).Draw(t, "other")
			uids := uidsAmong(t, mbox)
			flags := []imap.Flag{imap.FlagSeen, imap.FlagFlagged}[:rapid.IntRange(0, 2).Draw(t, "flags")]
			switch rapid.IntRange(0, 6).Draw(t, "act") {
			case 0, 1:
				mbox.As(by).AppendDrafts([]Draft{{Raw: []byte("a: b"), Flags: flags}})
			case 2:
				op := rapid.SampledFrom([]imap.StoreFlagsOp{imap.StoreFlagsSet, imap.StoreFlagsAdd, imap.StoreFlagsDel}).Draw(t, "op")
				mbox.As(by).StoreIf(uids, nil, op, flags)
			case 3:
				mbox.As(by).Copy(UIDSet(uids), other)
			case 4:
				mbox.As(by).Move(UIDSet(uids), other)
			case 5:
				mbox.Expunge(UIDSet(uids))
			case 6:
				snaps = append(snaps, s.Snapshot())
				s.Restore(rapid.SampledFrom(snaps).Draw(t, "snapshot"))
			}
			unseenAsTold(t, s)
			unseenAsTold(t, s.Snapshot().Copy(nil))
		}
	})
}

// uidsAmong are those of some messages.
func uidsAmong(t *rapid.T, mbox *Mailbox) []imap.UID {
	list := mbox.Messages()
	if len(list) == 0 {
		return nil
	}
	var uids []imap.UID
	for _, msg := range rapid.SliceOfN(rapid.SampledFrom(list), 0, 3).Draw(t, "messages") {
		uids = append(uids, msg.UID)
	}
	slices.Sort(uids)
	return slices.Compact(uids)
}

func unseenAsTold(t *rapid.T, s *Store) {
	for _, owner := range s.Users() {
		for _, mbox := range owner.Mailboxes() {
			for _, u := range s.Users() {
				want := uint32(0)
				for _, msg := range mbox.MessagesFor(u) {
					if !slices.Contains(msg.Flags, imap.FlagSeen) {
						want++
					}
				}
				if got := mbox.StatusFor(u).Unseen; uint32(got) != want {
					t.Fatalf("%s of %s has %d unseen messages for %s, and says %d", mbox.Name(), owner.Name(), want, u.Name(), got)
				}
			}
		}
	}
}
