package store

import (
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
)

// COPY (RFC 9051, section 6.4.7): flags and internal date are kept; UIDs pair
// in order (COPYUID, RFC 4315, section 3); SAVEDATE is new (RFC 8514).
func TestCopy(t *testing.T) {
	now := noon
	u := newUser(t, WithClock(func() time.Time { return now }))
	source, dest := create(t, u, "A"), create(t, u, "B", WithUIDNext(40))
	for _, uid := range []imap.UID{3, 5, 9} {
		_, err := source.Append(letter("x"), WithUID(uid), WithFlags(imap.FlagSeen, "$Work"))
		check(t, err)
	}
	check(t, dest.Configure())
	_, err := dest.Append(letter("y"), WithFlags("$WORK"))
	check(t, err)
	dest.Open(true)
	now = noon.Add(time.Hour)
	data, err := source.Copy(imap.UIDSet{{Start: 9, Stop: 0}, {Start: 1, Stop: 3}}, dest)
	check(t, err)
	equal(t, "source UIDs", data.SourceUIDs.String(), "3,9")
	equal(t, "new UIDs", data.DestUIDs.String(), "41:42")
	equal(t, "UIDVALIDITY", data.UIDValidity, dest.UIDValidity())
	m, _ := dest.Message(41)
	equal(t, "internal date", m.InternalDate, noon)
	equal(t, "save date", m.SaveDate, now)
	equalList(t, "flags, spelled as here", m.Flags, imap.FlagSeen, "$WORK")
	equal(t, "modseq", m.ModSeq, 3)
	equal(t, "created", m.CreatedModSeq(), 3)
	equal(t, "recent", dest.Status().Recent, 2)
	equalList(t, "source", uidsOf(source.Messages()), 3, 5, 9)
	equal(t, "source is unchanged", source.HighestModSeq(), 4)
}

// COPY by number is all or nothing (RFC 3501, section 6.4.7).
func TestCopyAll(t *testing.T) {
	u := newUser(t)
	source, dest := create(t, u, "A"), create(t, u, "B")
	fill(t, source, 3)
	_, err := source.Expunge(set(2))
	check(t, err)
	_, err = source.CopyAll(set(1, 2, 3), dest)
	checkIs(t, err, ErrNotFound)
	equal(t, "messages", dest.Status().Messages, 0)
	data, err := source.CopyAll(set(1, 3), dest)
	check(t, err)
	equal(t, "source UIDs", data.SourceUIDs.String(), "1,3")
	equal(t, "new UIDs", data.DestUIDs.String(), "1:2")
}

// MOVE (RFC 6851; RFC 9051, section 6.4.8).
func TestMove(t *testing.T) {
	u := newUser(t)
	source, dest := create(t, u, "A"), create(t, u, "B")
	fill(t, source, 4)
	sourceChanged, destChanged := source.Changed(), dest.Changed()
	data, err := source.Move(set(2, 4), dest)
	check(t, err)
	equal(t, "source UIDs", data.SourceUIDs.String(), "2,4")
	equal(t, "new UIDs", data.DestUIDs.String(), "1:2")
	equalList(t, "left", uidsOf(source.Messages()), 1, 3)
	equalList(t, "moved", uidsOf(dest.Messages()), 1, 2)
	equal(t, "source is woken", isClosed(sourceChanged), true)
	equal(t, "dest is woken", isClosed(destChanged), true)
}

func TestCopyNothing(t *testing.T) {
	u := newUser(t)
	source, dest := create(t, u, "A"), create(t, u, "B")
	changed := dest.Changed()
	data, err := source.Copy(set(1, 2), dest)
	check(t, err)
	equal(t, "source UIDs", len(data.SourceUIDs), 0)
	equal(t, "new UIDs", len(data.DestUIDs), 0)
	equal(t, "woken", isClosed(changed), false)
}

func TestCopyToItself(t *testing.T) {
	mbox := newMailboxWith(t, 3)
	data, err := mbox.Copy(set(1, 3), mbox)
	check(t, err)
	equal(t, "new UIDs", data.DestUIDs.String(), "4:5")
	equalList(t, "all", uidsOf(mbox.Messages()), 1, 2, 3, 4, 5)
	data, err = mbox.Move(set(1, 2), mbox)
	check(t, err)
	equal(t, "moved to", data.DestUIDs.String(), "6:7")
	equalList(t, "all", uidsOf(mbox.Messages()), 3, 4, 5, 6, 7)
	equal(t, "size", mbox.Status().Size, 5*int64(len(letter("message 1"))))
}

func TestCopyNowhere(t *testing.T) {
	mbox := newMailboxWith(t, 1)
	u := mbox.Owner()
	gone := create(t, u, "A")
	create(t, u, "A/B")
	check(t, u.Delete("A"))
	placeholder, _ := u.Mailbox("A")
	before := mbox.Status()
	for _, tc := range []struct {
		dest *Mailbox
		want error
	}{
		{gone, ErrNotFound},
		{placeholder, ErrNoSelect},
		{newUser(t).Inbox(), ErrNotFound},
	} {
		_, err := mbox.Copy(set(1), tc.dest)
		checkIs(t, err, tc.want)
		_, err = mbox.Move(set(1), tc.dest)
		checkIs(t, err, tc.want)
	}
	equal(t, "source is unchanged", mbox.Status(), before)
	_, err := gone.Move(set(1), mbox)
	checkIs(t, err, ErrNotFound)
}
