package memstore_test

import (
	"fmt"
	"log"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/memstore"
)

// message is a small mail.
func message(subject string) []byte {
	return []byte("From: Bob <bob@example.org>\r\nSubject: " + subject + "\r\n\r\nHello.\r\n")
}

func Example() {
	store := memstore.New()
	alice, err := store.AddUser("alice", "secret", memstore.WithAlias("alice@example.org"))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := alice.Inbox().Append(message("Lunch?"), memstore.WithFlags(imap.FlagFlagged)); err != nil {
		log.Fatal(err)
	}
	for _, m := range alice.Inbox().Messages() {
		fmt.Println(m.UID, m.Flags, m.Subject())
	}
	// Output: 1 [\Flagged] Lunch?
}

func ExampleUser_Create() {
	alice, _ := memstore.New().AddUser("alice", "secret")
	archive, err := alice.Create("Archive/2024", memstore.WithSpecialUse(imap.MailboxAttrArchive), memstore.WithUIDNext(21))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(archive.Name(), archive.SpecialUse(), archive.Status().UIDNext)
	for _, mbox := range alice.Mailboxes() {
		fmt.Println(mbox.Name())
	}
	fmt.Println(alice.Delete("Archve"))
	// Output:
	// Archive/2024 [\Archive] 21
	// INBOX
	// Archive
	// Archive/2024
	// memstore: no mailbox "Archve" (have INBOX, Archive, Archive/2024)
}

func ExampleMailbox_Store() {
	alice, _ := memstore.New().AddUser("alice", "secret")
	inbox := alice.Inbox()
	m, _ := inbox.Append(message("Lunch?"))
	// Flags are known in any case, and have one spelling.
	if err := inbox.Store(imap.UIDSetNum(m.UID), imap.StoreFlagsAdd, "$Work", `\SEEN`); err != nil {
		log.Fatal(err)
	}
	m, _ = inbox.Message(m.UID)
	fmt.Println(m.Flags, "modseq", m.ModSeq)
	fmt.Println(inbox.Store(imap.UIDSetNum(m.UID), imap.StoreFlagsAdd, `\Recent`))
	// Output:
	// [\Seen $Work] modseq 3
	// memstore: "\\Recent" is not a system flag (have [\Answered \Deleted \Draft \Flagged \Seen])
}

func ExampleMailbox_Changed() {
	alice, _ := memstore.New().AddUser("alice", "secret")
	inbox := alice.Inbox()
	go func() {
		_, _ = inbox.Append(message("Lunch?"))
	}()

	// Take the channel, then read, then wait: so no change is missed.
	var modseq uint64
	for {
		changed := inbox.Changed()
		changes := inbox.ChangesSince(modseq)
		modseq = changes.ModSeq
		if len(changes.Messages) > 0 {
			fmt.Println(changes.Messages[0].Subject())
			return
		}
		<-changed
	}
	// Output: Lunch?
}

func ExampleMailbox_ChangesSince() {
	alice, _ := memstore.New().AddUser("alice", "secret")
	inbox := alice.Inbox()
	_, err := inbox.AppendAll([][]byte{message("one"), message("two"), message("three")})
	if err != nil {
		log.Fatal(err)
	}
	position := inbox.Status().HighestModSeq

	_ = inbox.Store(imap.UIDSetNum(2), imap.StoreFlagsAdd, imap.FlagSeen)
	_, _ = inbox.Expunge(imap.UIDSetNum(1))
	_, _ = inbox.Append(message("four"))

	changes := inbox.ChangesSince(position)
	for _, m := range changes.Messages {
		fmt.Println(m.UID, m.Flags, m.Subject(), "new:", m.CreatedModSeq() > position)
	}
	fmt.Println("expunged", changes.Expunged)
	// Output:
	// 2 [\Seen] two new: false
	// 4 [] four new: true
	// expunged [1]
}

func ExampleMailbox_Move() {
	alice, _ := memstore.New().AddUser("alice", "secret")
	archive, _ := alice.Create("Archive")
	_, _ = alice.Inbox().AppendAll([][]byte{message("one"), message("two")})
	data, err := alice.Inbox().Move(imap.UIDSetNum(2), archive)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.SourceUIDs, "is now", data.DestUIDs, "of", archive.Name())
	// Output: 2 is now 1 of Archive
}

func ExampleMailbox_Search() {
	alice, _ := memstore.New().AddUser("alice", "secret")
	_, _ = alice.Inbox().AppendAll([][]byte{message("Lunch?"), message("Invoice 17")})
	uids, err := alice.Inbox().Search(&imap.SearchCriteria{
		Header: []imap.SearchCriteriaHeaderField{{Key: "Subject", Value: "invoice"}},
	})
	fmt.Println(uids, err)
	// Output: [2] <nil>
}

func ExampleStore_Restore() {
	store := memstore.New()
	alice, _ := store.AddUser("alice", "secret")
	inbox := alice.Inbox()
	_, _ = inbox.AppendAll([][]byte{message("one"), message("two")})
	before := store.Snapshot()

	_, _ = inbox.Expunge(imap.UIDSetNum(1))
	_ = inbox.Store(imap.UIDSetNum(2), imap.StoreFlagsAdd, imap.FlagSeen)
	_, _ = alice.Create("Archive")

	store.Restore(before)
	for _, m := range inbox.Messages() {
		fmt.Println(m.UID, m.Flags, m.Subject())
	}
	fmt.Println(len(alice.Mailboxes()), "mailbox")
	// Output:
	// 1 [] one
	// 2 [] two
	// 1 mailbox
}

func ExampleReadOnly() {
	alice, _ := memstore.New().AddUser("alice", "secret")
	news, err := alice.Create("News", memstore.ReadOnly(), memstore.NoInferiors())
	if err != nil {
		log.Fatal(err)
	}
	// Clients cannot, and the test can.
	m, err := news.Append(message("Release 2"), memstore.WithSize(1<<20))
	fmt.Println(m.UID, m.Size(), err)
	_, err = alice.Create("News/old")
	fmt.Println(err)
	// Output:
	// 1 1048576 <nil>
	// memstore: there can be no mailbox "News/old": "News" is \Noinferiors
}

// With nothing remembered whoever was away is told only what there is.
func ExampleWithExpungesRemembered() {
	alice, _ := memstore.New(memstore.WithExpungesRemembered(0)).AddUser("alice", "secret")
	inbox := alice.Inbox()
	_, _ = inbox.AppendAll([][]byte{message("one"), message("two"), message("three"), message("four"), message("five")})
	_, _ = inbox.Expunge(imap.UIDSetNum(1))
	position := inbox.Status().HighestModSeq
	_, _ = inbox.Expunge(imap.UIDSetNum(3))

	changes := inbox.ChangesSince(position)
	fmt.Println("forgotten:", changes.Forgotten, changes.Expunged)
	for _, m := range changes.Messages {
		fmt.Println(m.UID, m.Subject())
	}
	// Output:
	// forgotten: true []
	// 2 two
	// 4 four
	// 5 five
}

// Oddities can change while a client looks, and go away again.
func ExampleWithOddities() {
	alice, _ := memstore.New().AddUser("alice", "secret")
	inbox := alice.Inbox()
	_ = inbox.Configure(memstore.ReadOnly())
	fmt.Println(inbox.Oddities().ReadOnly)
	_ = inbox.Configure(memstore.WithOddities(fixtures.Oddities{}))
	fmt.Println(inbox.Oddities().ReadOnly)
	// Output:
	// true
	// false
}
