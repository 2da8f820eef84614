package store_test

import (
	"fmt"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// message is a small mail.
func message(subject string) []byte {
	return []byte("Subject: " + subject + "\r\n\r\nHello.\r\n")
}

// A client that was away is told what went, whether or not it had come by then.
func ExampleMailbox_MissedSince() {
	alice, _ := store.New().AddUser("alice", "secret")
	inbox := alice.Inbox()
	_, _ = inbox.AppendAll([]store.Draft{{Raw: message("one")}, {Raw: message("two")}})
	position := inbox.HighestModSeq()

	_, _ = inbox.Append(message("three"))
	_, _ = inbox.Expunge(imap.UIDSetNum(1, 3))
	_ = inbox.Store(imap.UIDSetNum(2), imap.StoreFlagsAdd, imap.FlagSeen)

	missed := inbox.MissedSince(position, imap.UIDSet{{Start: 1, Stop: 0}})
	fmt.Println("gone", missed.Gone)
	for _, m := range missed.Messages {
		fmt.Println(m.UID, m.Flags)
	}
	// Output:
	// gone 1,3
	// 2 [\Seen]
}

// What was opened before a renumbering changes nothing after it.
func ExampleNumbered() {
	alice, _ := store.New().AddUser("alice", "secret")
	inbox := alice.Inbox()
	_, _ = inbox.Append(message("one"))
	told := inbox.Open(true).Numbered

	inbox.BumpUIDValidity()
	_, err := told.StoreIf([]imap.UID{1}, nil, imap.StoreFlagsAdd, []imap.Flag{imap.FlagDeleted})
	fmt.Println(err)
	// Output: memstore: mailbox "INBOX" has other UIDs now
}
