package imapd_test

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Batches of every size part a mailbox with gaps: each message is in one, none has more
// than was asked for, all but the last have just that, and they go down to UID 1 (RFC
// 10022, sections 3.1 to 3.1.4).
func TestUIDBatchesPartTheMailbox(t *testing.T) {
	random := rand.New(rand.NewSource(10022))
	for range 5 {
		srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMinBatch(1))
		user, _ := srv.Store().User("user")
		inbox := user.Inbox()
		for range random.Intn(30) {
			inbox.SkipUIDs(uint32(random.Intn(3)))
			if _, err := inbox.Append([]byte("a: b\r\n\r\n")); err != nil {
				t.Fatal(err)
			}
		}
		var uids []imap.UID
		for _, m := range inbox.Messages() {
			uids = append(uids, m.UID)
		}
		a := &asker{t: t, nc: mustDial(t, srv)}
		a.reset()
		a.enter("a")
		for size := 1; size <= len(uids)+1; size++ {
			a.want("OK", "EXAMINE INBOX")
			checkBatches(t, a.untagged(fmt.Sprintf("UIDBATCHES %d", size)), uids, size)
		}
	}
}

func checkBatches(t *testing.T, line string, uids []imap.UID, size int) {
	t.Helper()
	left := slices.Clone(uids)
	_, list, _ := strings.Cut(line, `* UIDBATCHES (TAG "u")`)
	var high, low imap.UID
	for batch := range strings.SplitSeq(strings.TrimSpace(list), ",") {
		if len(uids) == 0 && batch == "" {
			return
		}
		if _, err := fmt.Sscanf(batch, "%d:%d", &high, &low); err != nil || high < low {
			t.Fatalf("%s: %q is no range", line, batch)
		}
		n := 0
		for len(left) > 0 && left[len(left)-1] >= low {
			if left[len(left)-1] > high {
				t.Errorf("%s: %d is in no batch", line, left[len(left)-1])
			}
			left, n = left[:len(left)-1], n+1
		}
		if n > size || n < size && len(left) > 0 {
			t.Errorf("%s: %d messages in %s, want %d", line, n, batch, size)
		}
	}
	if len(left) > 0 || low != 1 {
		t.Errorf("%s: %v are in no batch", line, left)
	}
}
