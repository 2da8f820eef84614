package imaptest_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// sharedMail has what a fixture says of sharing.
const sharedMail = `-- accounts.txt --
ann password=secret
bob password=secret
Shared shared
-- ann/Team/mailbox.txt --
uidvalidity 7
acl bob lrs
acl -eve r
-- ann/Own/mailbox.txt --
uidvalidity 8
acl ann lr
-- Shared/Crew/mailbox.txt --
uidvalidity 9
seen-per-user
acl anyone lrswi
1.eml flags=\Flagged seen-by=bob date=2024-05-01T10:00:00+02:00
-- Shared/Crew/1.eml --
Subject: one

x
-- Shared/Crew/Below/mailbox.txt --
uidvalidity 10
`

// The form of a state is written down by hand. What is below a mailbox that is granted
// is not, unless the fixture says so.
const wantSharedState = `account ann
  INBOX: 0 messages, UIDVALIDITY 1, UIDNEXT 1, subscribed
  Own: 0 messages, UIDVALIDITY 8, UIDNEXT 1, acl ann lra
  Team: 0 messages, UIDVALIDITY 7, UIDNEXT 1, acl bob lrs, acl -eve r
account bob
  INBOX: 0 messages, UIDVALIDITY 2, UIDNEXT 1, subscribed
shared
  Crew: 1 message, 1 unseen, UIDVALIDITY 9, UIDNEXT 2, seen-per-user, acl anyone lrswi
    UID  FLAGS                 DATE                       SIZE  SUBJECT  MESSAGE-ID
    1    \Flagged seen-by=bob  2024-05-01T10:00:00+02:00  19    "one"    -
  Crew/Below: 0 messages, UIDVALIDITY 10, UIDNEXT 1
`

func sharingServer(t *testing.T) *imaptest.Server {
	return imaptest.Start(t, imaptest.InMemory(), imaptest.WithoutDefaultMailboxes(), imaptest.WithMail(fixtures.TxtarBytes([]byte(sharedMail))))
}

// Fixtures, states and their fixtures again have what is shared.
func TestSharedState(t *testing.T) {
	srv := sharingServer(t)
	if diff := cmp.Diff(wantSharedState, srv.State()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	again := imaptest.Start(t, imaptest.InMemory(), imaptest.WithoutDefaultMailboxes(),
		imaptest.WithMail(fixtures.TxtarBytes(srv.Store().Fixture().Txtar())))
	if diff := cmp.Diff(srv.State(), again.State()); diff != "" {
		t.Errorf("from its own fixture (-first +second):\n%s", diff)
	}
}

// Rights are asserted as sets, by whatever grants, and each account sees its own \Seen.
func TestAssertRights(t *testing.T) {
	srv := sharingServer(t)
	ann, bob := srv.User("ann"), srv.User("bob")
	ann.Mailbox("Team").AssertRights(t, "bob", "srl")
	ann.Mailbox("Team").AssertRights(t, "ann", "lrswipcda")
	ann.Mailbox("Own").AssertRights(t, "ann", "lra")
	ann.Mailbox("Shared/Crew").AssertRights(t, "bob", "lrswi")
	bob.Mailbox("Other Users/ann/Team").AssertRights(t, "bob", "lrs")
	bob.Mailbox("Shared/Crew").AssertFlags(t, 1, imap.FlagSeen, imap.FlagFlagged)
	ann.Mailbox("Shared/Crew").AssertFlags(t, 1, imap.FlagFlagged)
	bob.Mailbox("Shared/Crew").AssertHas(t, imaptest.Flagged(imap.FlagSeen))
	ann.Mailbox("Team").Grant(t, "bob", "+t")
	ann.Mailbox("Team").AssertRights(t, "bob", "lrst")
	client := srv.Client(t, imaptest.ClientAs("bob"))
	if _, err := client.Select("Shared/Crew", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	unseen := imap.StoreFlags{Op: imap.StoreFlagsDel, Flags: []imap.Flag{imap.FlagSeen}}
	if err := client.Store(imap.SeqSetNum(1), &unseen, nil).Close(); err != nil {
		t.Fatal(err)
	}
	bob.Mailbox("Shared/Crew").WaitFlags(t, 1, imap.FlagFlagged)
}

// Snapshots have rights, shared mailboxes and whose \Seen it is: a Restore brings them
// back, and the differences tell of them.
func TestSharedSnapshots(t *testing.T) {
	srv := sharingServer(t)
	before := srv.Snapshot()
	user, _ := srv.Store().User("bob")
	team, _ := user.Mailbox("Other Users/ann/Team")
	crew, _ := user.Mailbox("Shared/Crew")
	for _, change := range []error{
		team.Grant("bob", "-s"), team.Grant("anyone", "l"), team.Revoke("-eve"), team.Grant("eve", ""),
		crew.Store(imap.UIDSetNum(1), imap.StoreFlagsAdd, imap.FlagAnswered),
	} {
		if change != nil {
			t.Fatal(change)
		}
	}
	client := srv.Client(t, imaptest.ClientAs("bob"))
	if _, err := client.Select("Shared/Crew", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if err := client.Store(imap.SeqSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsDel, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := srv.Store().Share("New", memstore.SeenPerUser()); err != nil {
		t.Fatal(err)
	}
	before.AssertDiff(t,
		"Team acl bob lrs -> lr", "Team acl anyone none -> l", "Team acl -eve r -> none", "Team acl eve none -> -",
		`Shared: Crew 1 +\Answered`, `Shared: Crew 1 bob: -\Seen`, "Shared: New created")
	srv.Restore(before)
	if diff := cmp.Diff(wantSharedState, srv.State()); diff != "" {
		t.Errorf("restored (-want +got):\n%s", diff)
	}
}

// What is granted to nobody is a typing error, which fails at the call: of an account, of one
// from whom something is taken away, in any case. Aliases and anyone are somebody, and so is
// whoever logs in first of all.
func TestGrantToNobody(t *testing.T) {
	mail := fstest.MapFS{"accounts.txt": {Data: []byte("ann password=a alias=info\nbob password=b\n")}}
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(mail))
	for identifier, want := range map[string]string{
		"ann": "", "BOB": "", "info": "", "anyone": "", "-anyone": "", "-bob": "",
		"bbo":  `fatal: grant lr of INBOX to bbo: no account "bbo" (have ann, bob); nearest: bob`,
		"-Nan": `fatal: grant lr of INBOX to -Nan: no account "Nan" (have ann, bob)`,
		"":     "fatal: grant lr of INBOX to : ",
	} {
		got := reported(t, func(t imaptest.TB) { srv.User("ann").Inbox().Grant(t, identifier, "lr") })
		if (want == "") != (got == "") || !strings.HasPrefix(got, want) {
			t.Errorf("%q: got %q, want %q", identifier, got, want)
		}
	}
	if err := srv.Store().Users()[0].Inbox().Grant("bbo", "lr"); err != nil {
		t.Errorf("of the store: got %v", err)
	}
	open := imaptest.Start(t, imaptest.InMemory(), imaptest.AcceptAnyLogin())
	open.Inbox().Grant(t, "whoever", "lr")
}
