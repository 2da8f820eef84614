package store

import (
	"errors"
	"fmt"
	"runtime"
	"testing"

	"github.com/emersion/go-imap/v2"
)

// A hard root is never beyond its limit (RFC 9208, section 4.3.1), though a mailbox comes
// below it by a renaming at the moment in which mail comes into the mailbox.
func TestRenamingIsCheckedWithWhatComes(t *testing.T) {
	const limit = 20
	limits := map[imap.QuotaResourceType]int64{imap.QuotaResourceMessage: limit}
	for range 30 {
		u := newUser(t)
		create(t, u, "full")
		other := create(t, u, "other")
		for i := range 100 { // which are renamed before it
			create(t, u, fmt.Sprintf("other/%d", i))
		}
		check(t, u.SetQuota(Quota{Root: "r", Mailbox: "full", Limits: limits}))
		filled := make(chan struct{})
		go func() {
			defer close(filled)
			for range 2 * limit {
				if _, err := other.Append([]byte("x")); err != nil && !errors.Is(err, ErrOverQuota) {
					t.Error(err)
				}
			}
		}()
		for other.Status().Messages == 0 {
			runtime.Gosched()
		}
		if err := u.Rename("other", "full/other"); err != nil && !errors.Is(err, ErrOverQuota) {
			t.Fatal(err)
		}
		<-filled
		check(t, checkUsage(u))
		usage, err := u.Usage("r")
		check(t, err)
		if got := usage[imap.QuotaResourceMessage]; got > limit {
			t.Fatalf("%d messages, over the limit of %d", got, limit)
		}
	}
}
