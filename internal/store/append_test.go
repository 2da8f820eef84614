package store

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
)

func TestAppend(t *testing.T) {
	mbox := newUser(t).Inbox()
	date := time.Date(2023, time.March, 4, 5, 6, 7, 0, time.FixedZone("", 2*60*60))
	m, err := mbox.Append(letter("x"), WithFlags("$Work", `\SEEN`), WithFlags(imap.FlagAnswered), WithInternalDate(date))
	check(t, err)
	equal(t, "UID", m.UID, 1)
	equal(t, "modseq", m.ModSeq, 2)
	equal(t, "created", m.CreatedModSeq(), 2)
	equal(t, "internal date with its zone", m.InternalDate, date)
	equal(t, "save date", m.SaveDate, noon)
	equalList(t, "flags", m.Flags, imap.FlagAnswered, imap.FlagSeen, "$Work")
}

// UIDs are strictly ascending and never used twice (RFC 9051, section 2.3.1.1).
func TestAppendUIDs(t *testing.T) {
	mbox := newUser(t).Inbox()
	m, err := mbox.Append(letter("x"), WithUID(10))
	check(t, err)
	equal(t, "UID", m.UID, 10)
	_, err = mbox.Append(letter("x"), WithUID(10))
	checkIs(t, err, ErrInvalidUID)
	_, err = mbox.Expunge(set(10))
	check(t, err)
	m, err = mbox.Append(letter("x"))
	check(t, err)
	equal(t, "a UID is not used again", m.UID, 11)
	mbox.SkipUIDs(5)
	equal(t, "UIDNEXT", mbox.UIDNext(), 17)
	_, err = mbox.Append(letter("x"), WithUID(16))
	checkIs(t, err, ErrInvalidUID)
}

func TestAppendOutOfUIDs(t *testing.T) {
	mbox := newUser(t).Inbox()
	_, err := mbox.Append(letter("x"), WithUID(math.MaxUint32))
	checkIs(t, err, ErrInvalidUID)
	mbox.SkipUIDs(math.MaxUint32)
	equal(t, "UIDNEXT", mbox.UIDNext(), math.MaxUint32)
	_, err = mbox.Append(letter("x"))
	checkIs(t, err, ErrInvalidUID)

	other := create(t, mbox.Owner(), "Other")
	fill(t, other, 1)
	_, err = other.Copy(set(1), mbox)
	checkIs(t, err, ErrInvalidUID)
	equal(t, "messages", mbox.Status().Messages, 0)
}

func TestAppendAllOrNothing(t *testing.T) {
	mbox := newMailboxWith(t, 2)
	before := mbox.Status()
	changed := mbox.Changed()
	for _, tc := range []struct {
		bad  Draft
		want error
	}{
		{Draft{Flags: []imap.Flag{"$Good", `\Recent`}}, ErrInvalidFlag},
		{Draft{UID: 2}, ErrInvalidUID},
		{Draft{UID: 3}, ErrInvalidUID}, // the draft before it takes 3
		{Draft{UID: math.MaxUint32}, ErrInvalidUID},
	} {
		_, err := mbox.AppendAll([]Draft{{Raw: letter("x"), Flags: []imap.Flag{"$First"}}, tc.bad})
		checkIs(t, err, tc.want)
	}
	equal(t, "status", mbox.Status(), before)
	equalList(t, "keywords", mbox.Keywords())
	equal(t, "woken", isClosed(changed), false)

	none, err := mbox.AppendAll(nil)
	check(t, err)
	equal(t, "no drafts", len(none), 0)
	equal(t, "woken by none", isClosed(changed), false)
	added, err := mbox.AppendAll([]Draft{{}, {UID: 9}, {}})
	check(t, err)
	equalList(t, "UIDs", uidsOf(added), 3, 9, 10)
	equal(t, "each has its modseq", added[2].ModSeq, added[0].ModSeq+2)
	equal(t, "woken", isClosed(changed), true)
}

func TestSizeBelowZero(t *testing.T) {
	_, err := newUser(t).Inbox().Append([]byte("x"), WithSize(-5))
	equal(t, "error", errors.Is(err, ErrInvalidSize), true)
}

// The bytes that come out are the bytes that went in, and not a copy.
func TestBytesAreKept(t *testing.T) {
	mbox := newUser(t).Inbox()
	other := create(t, mbox.Owner(), "Other")
	for _, raw := range []string{"a", "no header\nat all\x00\xff", "Subject: x\r\n\r\n"} {
		in := []byte(raw)
		m, err := mbox.Append(in)
		check(t, err)
		equal(t, "size", m.Size(), int64(len(raw)))
		_, err = mbox.Copy(set(m.UID), other)
		check(t, err)
		for _, box := range []*Mailbox{mbox, other} {
			list := box.Messages()
			out := list[len(list)-1]
			equal(t, "raw", string(out.Raw()), raw)
			equal(t, "shared", &out.Raw()[0], &in[0])
		}
	}
	m, err := mbox.Append(nil)
	check(t, err)
	equal(t, "empty", m.Size(), 0)
	equal(t, "subject of nothing", m.Subject(), "")
}
