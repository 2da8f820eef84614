package store

import (
	"reflect"
	"slices"
	"testing"

	"github.com/emersion/go-imap/v2"
)

// What Find has is what Lookup has, message by message, for each account and whatever is
// done to the messages afterwards.
func TestFind(t *testing.T) {
	s := New()
	fred, err := s.AddUser("fred", "password")
	check(t, err)
	bob, err := s.AddUser("bob", "password")
	check(t, err)
	team, err := fred.Create("Team", SeenPerUser())
	check(t, err)
	check(t, team.Grant("anyone", RightsChange{Rights: AllRights}))
	for range 60 {
		_, err := team.As(fred).Append([]byte("a: b"), WithFlags(imap.FlagDeleted))
		check(t, err)
	}
	_, err = team.As(bob).StoreIf([]imap.UID{2, 3, 50}, nil, imap.StoreFlagsAdd, []imap.Flag{imap.FlagSeen})
	check(t, err)
	_, err = team.Expunge(set(4))
	check(t, err)

	for _, uids := range [][]imap.UID{nil, {3}, {2, 4, 5, 99}, uidsUpTo(60)} {
		for _, user := range []*User{nil, fred, bob} {
			want, err := team.As(user).Lookup(uids)
			check(t, err)
			found, err := team.As(user).Find(uids)
			check(t, err)
			check(t, team.Store(set(2, 3), imap.StoreFlagsAdd, imap.FlagFlagged))
			check(t, team.Store(set(2, 3), imap.StoreFlagsDel, imap.FlagFlagged))
			found.Reverse()
			slices.Reverse(want)
			equal(t, "how many", found.Len(), len(want))
			var got Message // the same for all: nothing of the one before is left
			for i, m := range want {
				found.Get(i, &got)
				if !reflect.DeepEqual(got, m) {
					t.Errorf("message %d of %v is %+v, want %+v", i, uids, got, m)
				}
			}
		}
	}
	found, err := team.As(bob).Find([]imap.UID{3})
	check(t, err)
	var m Message
	found.Get(0, &m)
	equal(t, "bob has seen message 3", m.Has(imap.FlagSeen), true)
	found, err = team.As(fred).Find([]imap.UID{3})
	check(t, err)
	found.Get(0, &m)
	equal(t, "fred has seen message 3", m.Has(imap.FlagSeen), false)
}

func uidsUpTo(n imap.UID) (uids []imap.UID) {
	for uid := range n {
		uids = append(uids, uid+1)
	}
	return uids
}
