package imaptest_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// What Match and SEARCH both can say means the same (RFC 9051, section 6.4.4). Subject,
// From, To, MessageID and Text are about the whole of what a person sees, and not about
// a piece of the header.
func TestMatchIsSearch(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(fstest.MapFS{
		"INBOX/1.eml": {Data: []byte("Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nFrom: Bob <bob@example.org>\nMessage-ID: <1@x>\n\nhello\n")},
		"INBOX/2.eml": {Data: []byte("Subject: Re: GRÜSSE\nFrom: bob@example.org.invalid\nX-Empty:\n\nHello\n")},
		"INBOX/3.eml": {Data: []byte("From: not-bob@example.org\nX-Empty: no\n\n\n")},
	}))
	mbox := srv.Store().Users()[0].Inbox()
	for uid, flags := range map[imap.UID][]imap.Flag{1: {imap.FlagSeen, "$Work"}, 2: {imap.FlagSeen, imap.FlagFlagged}, 3: {"$work"}} {
		if err := mbox.Store(imap.UIDSetNum(uid), imap.StoreFlagsAdd, flags...); err != nil {
			t.Fatal(err)
		}
	}
	type criteria = imap.SearchCriteria
	header := func(name, value string) criteria {
		return criteria{Header: []imap.SearchCriteriaHeaderField{{Key: name, Value: value}}}
	}
	for _, test := range []struct {
		match imaptest.Match
		same  criteria
		want  []imap.UID
	}{
		{imaptest.UID(2), criteria{UID: []imap.UIDSet{imap.UIDSetNum(2)}}, []imap.UID{2}},
		{imaptest.Flagged(), criteria{Flag: []imap.Flag{imap.FlagFlagged}}, []imap.UID{2}},
		{imaptest.Flagged(imap.FlagSeen, "$WORK"), criteria{Flag: []imap.Flag{imap.FlagSeen, "$WORK"}}, []imap.UID{1}},
		{imaptest.Unflagged(), criteria{NotFlag: []imap.Flag{imap.FlagFlagged}}, []imap.UID{1, 3}},
		{imaptest.Unflagged(imap.FlagFlagged, "$WORK"), criteria{NotFlag: []imap.Flag{imap.FlagFlagged, "$WORK"}}, nil},
		{imaptest.Header("subject", "GRÜSSE"), header("subject", "GRÜSSE"), []imap.UID{2}},
		{imaptest.Header("Subject", "gRÜßE"), header("Subject", "gRÜßE"), []imap.UID{1}},
		{imaptest.Header("x-empty", ""), header("x-empty", ""), []imap.UID{2, 3}},
		{imaptest.Header("X-Empty", "NO"), header("X-Empty", "NO"), []imap.UID{3}},
	} {
		if got := matching(t, srv, test.match); !slices.Equal(got, test.want) {
			t.Errorf("%v: got %v, want %v", test.match, got, test.want)
		}
		if got, err := mbox.Search(&test.same); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%v as SEARCH: got %v, %v, want %v", test.match, got, err, test.want)
		}
	}
	for _, test := range []struct {
		match imaptest.Match
		near  criteria // finds more
		want  []imap.UID
		more  []imap.UID
	}{
		{imaptest.Subject("Re: GRÜSSE"), header("Subject", "grüsse"), []imap.UID{2}, []imap.UID{2}},
		{imaptest.From("BOB@example.org"), header("From", "BOB@example.org"), []imap.UID{1}, []imap.UID{1, 2, 3}},
		{imaptest.MessageID("<1@x>"), header("Message-ID", "1@"), []imap.UID{1}, []imap.UID{1}},
		{imaptest.Text("hello"), criteria{Text: []string{"hello"}}, []imap.UID{1}, []imap.UID{1, 2}},
	} {
		if got := matching(t, srv, test.match); !slices.Equal(got, test.want) {
			t.Errorf("%v: got %v, want %v", test.match, got, test.want)
		}
		if got, err := mbox.Search(&test.near); err != nil || !slices.Equal(got, test.more) {
			t.Errorf("near %v: got %v, %v, want %v", test.match, got, err, test.more)
		}
	}
}

// Where sees the message as the test does, and only if what is cheaper to ask holds.
func TestWhere(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
	asked := 0
	m := srv.Inbox().Message(t, imaptest.Where(func(m memstore.Message) bool {
		asked++
		return len(m.Raw()) > 0
	}), imaptest.UID(2))
	if m.UID != 2 || asked != 1 {
		t.Errorf("got UID %d, asked %d times", m.UID, asked)
	}
	srv.Inbox().AssertLacks(t, imaptest.UID(0))
	srv.Inbox().AssertLacks(t, imaptest.Where(func(m memstore.Message) bool { return m.UID > 3 }))
}

// matching are the messages that Match picks one by one.
func matching(t *testing.T, srv *imaptest.Server, match imaptest.Match) (uids []imap.UID) {
	for _, m := range srv.Inbox().Messages() {
		if reported(t, func(t imaptest.TB) { srv.Inbox().AssertHas(t, imaptest.UID(m.UID), match) }) == "" {
			uids = append(uids, m.UID)
		}
	}
	return uids
}

// What Match of imaptest and of smtpsink both can say means the same: one condition of
// package search is behind both.
func TestMatchOfBothServers(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithSMTP(smtpsink.NoTrace()))
	for i, mail := range []string{
		"From: Ann <ann@example.com>\r\nTo: bob@example.com\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nX-Empty:\r\n\r\nHello\r\nworld\r\n",
		"From: ANN@example.com, \"Dee\" <dee@x>\r\nTo: Bob <BOB@EXAMPLE.COM>\r\nSubject: Grüße\r\n\r\nhello\r\n",
		"From: not-ann@example.com\r\nSubject: Re: =?iso-8859-1?q?Gr=FC=DFe?=\r\nContent-Type: text/html\r\n\r\n<p>Hello<br>world</p>\r\n",
		"To: undisclosed-recipients:;\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\n" +
			"Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n--b--\r\n",
		"no header at all\r\n",
	} {
		sendInMemory(t, srv, "user@example.com", mail)
		srv.SMTP().WaitCount(t, i+1)
	}
	for _, pair := range []struct {
		imap imaptest.Match
		smtp smtpsink.Match
		want []int
	}{
		{imaptest.From("ann@EXAMPLE.com"), smtpsink.From("ann@EXAMPLE.com"), []int{1, 2}},
		{imaptest.From("Dee"), smtpsink.From("Dee"), []int{2}},
		{imaptest.To("bob@example.com"), smtpsink.To("bob@example.com"), []int{1, 2}},
		{imaptest.To("Bob"), smtpsink.To("Bob"), []int{2}},
		{imaptest.Subject("Grüße"), smtpsink.Subject("Grüße"), []int{1, 2}},
		{imaptest.Subject(""), smtpsink.Subject(""), []int{4, 5}},
		{imaptest.Header("subject", "grüß"), smtpsink.Header("subject", "grüß"), []int{1, 2, 3}},
		{imaptest.Header("X-Empty", ""), smtpsink.Header("X-Empty", ""), []int{1}},
		{imaptest.Text("Hello\nworld"), smtpsink.Text("Hello\nworld"), []int{1, 3}},
		{imaptest.Text("Grüße"), smtpsink.Text("Grüße"), []int{4}},
	} {
		if fmt.Sprint(pair.imap) != fmt.Sprint(pair.smtp) {
			t.Errorf("%s is %s", pair.imap, pair.smtp)
		}
		var byIMAP, bySMTP []int
		for _, uid := range matching(t, srv, pair.imap) {
			byIMAP = append(byIMAP, int(uid))
		}
		for i := range srv.SMTP().Messages() {
			this := smtpsink.Where(func(m smtpsink.Message) bool { return m.Deliveries[0].UID == imap.UID(i+1) })
			if reported(t, func(t imaptest.TB) { srv.SMTP().AssertSent(t, pair.smtp, this) }) == "" {
				bySMTP = append(bySMTP, i+1)
			}
		}
		if !slices.Equal(byIMAP, pair.want) || !slices.Equal(bySMTP, pair.want) {
			t.Errorf("%s: imaptest %v, smtpsink %v, want %v", pair.imap, byIMAP, bySMTP, pair.want)
		}
	}
}
