package imapd_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// acts are what a test does to the mail itself, as somebody else. Dialogues
// name them as the model does.
type acts struct {
	user      *store.User
	snapshots []*store.Snapshot
	store     *store.Store
	delivered int
}

// settle lets a bubble come to rest, and heard does so within an act: time goes on there
// when everybody waits, so that every connection has told what there was to tell, and two
// changes are never told as one in one run and as two in another.
func settle() {
	time.Sleep(time.Millisecond)
	synctest.Wait() // so that what others have written can be read
}

func heard() { time.Sleep(time.Microsecond) }

// do does what a line says, in a bubble, and lets everybody hear of it:
//
//	deliver MAILBOX N               so many messages, or one
//	refer MAILBOX URL               where it is
//	fill MAILBOX N                  so many, all at once
//	next MAILBOX UID                the UID of the message that comes next
//	flag MAILBOX UIDS FLAG          unflag
//	expunge MAILBOX UIDS
//	create MAILBOX                  delete; rename MAILBOX TO
//	bump MAILBOX                    BumpUIDValidity
//	uidvalidity MAILBOX VALUE       Configure(WithUIDValidity)
//	renumber MAILBOX UIDS
//	churn MAILBOX                   so many changes that the log is compacted
//	annotate MAILBOX ENTRY VALUE    NIL takes it away; "server" has annotations too
//	snapshot                        restore N, from 0
//	grant MAILBOX WHO RIGHTS        revoke MAILBOX WHO
//	share NAME                      a mailbox of no account
func (a *acts) do(line string) error {
	defer heard()
	words := strings.Fields(line)
	word, args := words[0], append(words[1:], "", "", "")
	switch word {
	case "snapshot":
		a.snapshots = append(a.snapshots, a.store.Snapshot())
		return nil
	case "restore":
		n, err := strconv.Atoi(args[0])
		if err != nil || n >= len(a.snapshots) {
			return fmt.Errorf("no snapshot %q", args[0])
		}
		a.store.Restore(a.snapshots[n])
		return nil
	case "create":
		_, err := a.user.Create(args[0])
		return err
	case "delete":
		return a.user.Delete(args[0])
	case "share":
		_, err := a.store.Share(args[0])
		return err
	case "rename":
		return a.user.Rename(args[0], args[1])
	}
	if word == "annotate" && args[0] == "server" {
		return a.store.Annotate(a.user, annotation(args[1:]), store.AnnotationLimits{})
	}
	mbox, found := a.user.Find(args[0])
	if !found {
		return fmt.Errorf("no mailbox %q", args[0])
	}
	return a.toMailbox(mbox, word, args[1:])
}

func (a *acts) toMailbox(mbox *store.Mailbox, word string, args []string) error {
	switch word {
	case "deliver":
		for range max(1, number(args[0])) {
			a.delivered++
			if _, err := mbox.Append([]byte(fmt.Sprintf("Subject: delivered %d\r\n\r\n", a.delivered))); err != nil {
				return err
			}
			heard()
		}
		return nil
	case "fill":
		drafts := make([]store.Draft, number(args[0]))
		for i := range drafts {
			drafts[i].Raw = []byte("Subject: one of many\r\n\r\n")
		}
		_, err := mbox.AppendAll(drafts)
		return err
	case "refer":
		return mbox.Configure(store.WithOddities(store.Oddities{Referral: args[0]}))
	case "next":
		return mbox.Configure(store.WithUIDNext(imap.UID(number(args[0]))))
	case "flag":
		return mbox.Store(uidsIn(args[0]), imap.StoreFlagsAdd, imap.Flag(args[1]))
	case "unflag":
		return mbox.Store(uidsIn(args[0]), imap.StoreFlagsDel, imap.Flag(args[1]))
	case "expunge":
		_, err := mbox.Expunge(uidsIn(args[0]))
		return err
	case "bump":
		mbox.BumpUIDValidity()
		return nil
	case "uidvalidity":
		return mbox.Configure(store.WithUIDValidity(uint32(number(args[0]))))
	case "renumber":
		nums, _ := value{text: args[0]}.set()
		var uids []imap.UID
		for _, n := range nums {
			uids = append(uids, imap.UID(n))
		}
		return mbox.Renumber(uids...)
	case "churn":
		return churn(mbox)
	case "grant":
		change, err := store.ParseRightsChange(args[1])
		if err != nil {
			return err
		}
		return mbox.Grant(args[0], change)
	case "revoke":
		return mbox.Revoke(args[0])
	case "annotate":
		return mbox.Annotate(a.user, annotation(args), store.AnnotationLimits{})
	}
	return fmt.Errorf("no act %q", word)
}

func annotation(args []string) []store.Annotation {
	note := store.Annotation{Entry: args[0], Value: []byte(args[1])}
	if args[1] == "NIL" {
		note.Value = nil
	}
	return []store.Annotation{note}
}

// churn sets a flag on the first message and takes it away, until the log must
// have been compacted.
func churn(mbox *store.Mailbox) error {
	messages := mbox.Messages()
	if len(messages) == 0 {
		return nil
	}
	uid := imap.UIDSetNum(messages[0].UID)
	for range 2200 {
		if err := mbox.Store(uid, imap.StoreFlagsAdd, "$Churn"); err != nil {
			return err
		}
		if err := mbox.Store(uid, imap.StoreFlagsDel, "$Churn"); err != nil {
			return err
		}
	}
	return nil
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// uidsIn reads "3,5:7".
func uidsIn(text string) imap.UIDSet {
	nums, _ := value{text: text}.set()
	var uids []imap.UID
	for _, n := range nums {
		uids = append(uids, imap.UID(n))
	}
	slices.Sort(uids)
	return imap.UIDSetNum(uids...)
}

// joinFlags is flags as one text that can be compared.
func joinFlags(flags []string) string {
	slices.Sort(flags)
	return strings.Join(flags, " ")
}
