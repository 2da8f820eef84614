package imaptest_test

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// startFiling starts a server with ann and bob, in memory.
func startFiling(t *testing.T, opts ...smtpsink.Option) *imaptest.Server {
	t.Helper()
	return imaptest.Start(t, imaptest.InMemory(), imaptest.WithUser("ann", "a"), imaptest.WithUser("bob", "b"), imaptest.WithSMTP(opts...))
}

// tell sends lines and returns the last line of the last reply: the first that is
// a refusal, or that to the last.
func tell(t *testing.T, srv *imaptest.Server, lines ...string) string {
	t.Helper()
	nc, err := srv.SMTP().Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := speak(nc, lines)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func speak(nc net.Conn, lines []string) (string, error) {
	defer nc.Close()
	r := textproto.NewReader(bufio.NewReader(nc))
	code, text, err := r.ReadResponse(0)
	for _, line := range lines {
		if code == 0 || code >= 400 {
			break
		}
		fmt.Fprintf(nc, "%s\r\n", line)
		code, text, err = r.ReadResponse(0)
	}
	if code == 0 {
		return "", err
	}
	return fmt.Sprintf("%d %s", code, text), nil
}

// mailTo is a transaction for some recipients.
func mailTo(raw string, rcpts ...string) []string {
	lines := []string{"EHLO me", "MAIL FROM:<ann@example.com>"}
	for _, rcpt := range rcpts {
		lines = append(lines, "RCPT TO:<"+rcpt+">")
	}
	return append(lines, "DATA", raw+"\r\n.")
}

func wantReply(t *testing.T, got, want string) {
	t.Helper()
	if !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Where copies go, by the options of filing.
func TestPlaces(t *testing.T) {
	byFunc := smtpsink.PlaceBy(func(env smtpsink.Envelope, rcpt smtpsink.Recipient, raw []byte) (smtpsink.Place, error) {
		switch {
		case rcpt.Addr == "blocked@example.com":
			return smtpsink.Place{}, smtpsink.UnknownUser(rcpt.Addr)
		case strings.Contains(string(raw), "Subject: urgent"):
			return smtpsink.Place{Account: "ann", Mailbox: "Archive"}, nil
		case rcpt.Addr == "sales@example.com":
			return smtpsink.Place{Account: "bob"}, nil
		}
		return smtpsink.Place{}, nil
	})
	tests := map[string]struct {
		opts     []smtpsink.Option
		rcpt     string
		raw      string
		want     string // account/mailbox, or a reply
		withIMAP func(t *testing.T, srv *imaptest.Server)
	}{
		"no domain":               {rcpt: "bob", want: "bob/INBOX"},
		"unknown":                 {rcpt: "cy@example.com", want: "550 5.1.1"},
		"catch-all":               {opts: []smtpsink.Option{smtpsink.CatchAll("bob")}, rcpt: "cy@example.com", want: "bob/INBOX"},
		"catch-all, known":        {opts: []smtpsink.Option{smtpsink.CatchAll("bob")}, rcpt: "ann+x@example.com", want: "ann/INBOX"},
		"into":                    {opts: []smtpsink.Option{smtpsink.Into("Archive")}, rcpt: "bob@example.com", want: "bob/Archive"},
		"into, and a subaddress":  {opts: []smtpsink.Option{smtpsink.Into("Archive")}, rcpt: "bob+Trash@example.com", want: "bob/Trash"},
		"into nowhere":            {opts: []smtpsink.Option{smtpsink.Into("Nowhere")}, rcpt: "bob@example.com", want: "550 5.2.0"},
		"junk":                    {opts: []smtpsink.Option{smtpsink.JunkIf("x-spam-flag", "yes")}, rcpt: "bob@example.com", raw: "X-Spam-Flag: YES\r\n\r\n", want: "bob/Junk"},
		"no junk":                 {opts: []smtpsink.Option{smtpsink.JunkIf("X-Spam-Flag", "YES")}, rcpt: "bob@example.com", raw: "X-Spam-Flag: NO\r\n\r\n", want: "bob/INBOX"},
		"junk by a field alone":   {opts: []smtpsink.Option{smtpsink.JunkIf("X-Bulk", "")}, rcpt: "bob+Trash@example.com", raw: "X-Bulk: 1\r\n\r\n", want: "bob/Junk"},
		"a function":              {opts: []smtpsink.Option{byFunc}, rcpt: "sales@example.com", want: "bob/INBOX"},
		"a function, by content":  {opts: []smtpsink.Option{byFunc}, rcpt: "bob@example.com", raw: "Subject: urgent\r\n\r\n", want: "ann/Archive"},
		"a function with no say":  {opts: []smtpsink.Option{byFunc}, rcpt: "bob+Trash@example.com", want: "bob/Trash"},
		"a function that refuses": {opts: []smtpsink.Option{byFunc}, rcpt: "blocked@example.com", want: "550 5.1.1"},
		"full":                    {rcpt: "bob@example.com", want: "552 5.2.2", withIMAP: func(t *testing.T, srv *imaptest.Server) { srv.SMTP().SetFull(t, "bob", "", true) }},
		"another mailbox is full": {rcpt: "bob@example.com", want: "bob/INBOX", withIMAP: func(t *testing.T, srv *imaptest.Server) { srv.SMTP().SetFull(t, "bob", "Archive", true) }},
		"no longer full": {rcpt: "bob@example.com", want: "bob/INBOX", withIMAP: func(t *testing.T, srv *imaptest.Server) {
			srv.SMTP().SetFull(t, "bob", "INBOX", true)
			srv.SMTP().SetFull(t, "BOB", "INBOX", false)
		}},
		"a subaddress, \\Noselect": {rcpt: "bob+Lists@example.com", want: "bob/INBOX", withIMAP: func(t *testing.T, srv *imaptest.Server) {
			mustCreate(srv, "bob", "Lists/go")
			mustDelete(srv, "bob", "Lists")
		}},
		"a subaddress, nested": {rcpt: "bob+Lists/go@example.com", want: "bob/Lists/go", withIMAP: func(t *testing.T, srv *imaptest.Server) { mustCreate(srv, "bob", "Lists/go") }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			srv := startFiling(t, test.opts...)
			if test.withIMAP != nil {
				test.withIMAP(t, srv)
			}
			got := tell(t, srv, mailTo(test.raw, test.rcpt)...)
			account, mailbox, filed := strings.Cut(test.want, "/")
			if !filed {
				wantReply(t, got, test.want)
				srv.SMTP().AssertNothingSent(t)
				return
			}
			wantReply(t, got, "250")
			m := srv.SMTP().WaitMessage(t)
			msg := srv.User(account).Mailbox(mailbox).Message(t)
			want := smtpsink.Delivery{Rcpt: test.rcpt, Account: account, Mailbox: mailbox, UID: msg.UID}
			if len(m.Deliveries) != 1 || m.Deliveries[0] != want {
				t.Errorf("got %+v, want %+v", m.Deliveries, want)
			}
			if d, found := m.Delivery(strings.ToUpper(test.rcpt)); !found || d != want {
				t.Errorf("Delivery: got %+v", d)
			}
		})
	}
}

// A server that relays takes mail for strangers too, and sends none of it back: it is captured,
// and the copies of its own accounts alone are filed.
func TestRelay(t *testing.T) {
	const own, stranger = "bob@example.com", "stranger@example.net"
	tests := map[string]struct {
		opts  []smtpsink.Option
		lines []string
		full  bool   // bob's mailbox
		want  string // how the last reply begins
		taken bool
	}{
		"both":          {lines: mailTo("Subject: x\r\n\r\n", own, stranger), want: "250", taken: true},
		"VRFY":          {lines: []string{"EHLO me", "VRFY stranger@example.net"}, want: "252"},
		"after login":   {opts: []smtpsink.Option{smtpsink.RequireAuth()}, lines: append([]string{"EHLO me", "AUTH PLAIN AGFubgBh"}, mailTo("", own, stranger)[1:]...), want: "250", taken: true},
		"not logged in": {opts: []smtpsink.Option{smtpsink.RequireAuth()}, lines: mailTo("", stranger), want: "530 5.7.0"},
		"later":         {opts: []smtpsink.Option{smtpsink.DeliverAfter(time.Microsecond)}, lines: mailTo("", own, stranger), want: "250", taken: true},
		"success": {lines: []string{"EHLO me", "MAIL FROM:<ann@example.com>", "RCPT TO:<bob@example.com>", "RCPT TO:<stranger@example.net> NOTIFY=SUCCESS", "DATA", "\r\n."},
			want: "250", taken: true},
		"bob is full": {lines: mailTo("", stranger, own), full: true, want: "552 5.2.2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			srv := startFiling(t, append(test.opts, smtpsink.Relay())...)
			srv.SMTP().SetFull(t, "bob", "", test.full)
			wantReply(t, tell(t, srv, test.lines...), test.want)
			if !test.taken {
				srv.SMTP().AssertNothingSent(t)
				return
			}
			m := srv.SMTP().WaitMessage(t, smtpsink.RcptTo(own), smtpsink.RcptTo(stranger))
			want := []smtpsink.Delivery{
				{Rcpt: own, Account: "bob", Mailbox: "INBOX", UID: srv.User("bob").Inbox().Message(t).UID},
				{Rcpt: stranger, Relayed: true},
			}
			if !slices.Equal(m.Deliveries, want) {
				t.Errorf("got %+v, want %+v", m.Deliveries, want)
			}
			srv.User("ann").Inbox().AssertCount(t, 0) // nothing comes back
			if len(m.Reports) != 0 {
				t.Errorf("got reports %+v", m.Reports)
			}
		})
	}
}

// A mailbox that has filled up behind RCPT fails its own copy, and not that of a stranger.
func TestRelayBesideFailure(t *testing.T) {
	srv := startFiling(t, smtpsink.Relay(), smtpsink.PlaceBy(func(_ smtpsink.Envelope, rcpt smtpsink.Recipient, raw []byte) (smtpsink.Place, error) {
		if raw != nil && rcpt.Addr == "bob@example.com" {
			return smtpsink.Place{}, smtpsink.MailboxFull(rcpt.Addr)
		}
		return smtpsink.Place{}, nil
	}))
	wantReply(t, tell(t, srv, mailTo("", "bob@example.com", "stranger@example.net")...), "250")
	m := srv.SMTP().WaitMessage(t)
	if bob, _ := m.Delivery("bob@example.com"); bob.Failure == nil || bob.Relayed {
		t.Errorf("bob: got %+v", bob)
	}
	if d, _ := m.Delivery("stranger@example.net"); !d.Relayed || d.Failure != nil {
		t.Errorf("stranger: got %+v", d)
	}
	wantReply(t, tell(t, srv, mailTo("", "bob@example.com")...), "552 5.2.2")
}

// LMTP answers 250 for a stranger too (RFC 2033, section 4.2: delivering or relaying). What else
// is done with mail to nobody contradicts Relay.
func TestRelayElsewhere(t *testing.T) {
	srv := startFiling(t, smtpsink.Relay(), smtpsink.LMTP())
	wantReply(t, tell(t, srv, append([]string{"LHLO me"}, mailTo("", "stranger@example.net")[1:]...)...), "250")
	if d, _ := srv.SMTP().WaitMessage(t).Delivery("stranger@example.net"); !d.Relayed {
		t.Errorf("got %+v", d)
	}
	for name, opt := range map[string]smtpsink.Option{"CatchAll": smtpsink.CatchAll("bob"), "BounceUnknown": smtpsink.BounceUnknown()} {
		if err := smtpsink.Check(smtpsink.Relay(), opt); err == nil || !strings.Contains(err.Error(), "excludes "+name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func mustCreate(srv *imaptest.Server, account, name string) {
	user, _ := srv.Store().User(account)
	if _, err := user.Create(name); err != nil {
		panic(err)
	}
}

func mustDelete(srv *imaptest.Server, account, name string) {
	user, _ := srv.Store().User(account)
	if err := user.Delete(name); err != nil {
		panic(err)
	}
}

// What a delivery agent adds before each copy (RFC 5321, section 4.4; RFC 3848).
func TestTrace(t *testing.T) {
	clock := imaptest.WithClock(func() time.Time { return time.Date(2026, 1, 2, 10, 0, 0, 0, time.FixedZone("", 3600)) })
	srv := imaptest.Start(t, imaptest.InMemory(), clock, imaptest.WithUser("ann", "a"), imaptest.WithUser("bob", "b"),
		imaptest.WithSMTP(smtpsink.Hostname("mx.example.com"), smtpsink.CatchAll("bob")))
	wantReply(t, tell(t, srv, "EHLO client.example.com", "AUTH PLAIN AGFubgBh", `MAIL FROM:<"a b"@example.com> MT-PRIORITY=-2 SMTPUTF8`,
		"RCPT TO:<bob@example.com>", "RCPT TO:<ann+Trash@example.com>", "DATA", "Subject: x\r\n\r\nbody\r\n."), "250")
	want := func(rcpt string) string {
		return "Return-Path: <\"a b\"@example.com>\r\nDelivered-To: " + rcpt + "\r\n" +
			"Received: from client.example.com (smtp)\r\n\tby mx.example.com with UTF8SMTPA id M1\r\n" +
			"\tfor <" + rcpt + "> PRIORITY -2; Fri, 02 Jan 2026 10:00:00 +0100\r\nSubject: x\r\n\r\nbody\r\n"
	}
	for mbox, rcpt := range map[imaptest.Mailbox]string{
		srv.User("bob").Inbox():          "bob@example.com",
		srv.User("ann").Mailbox("Trash"): "ann+Trash@example.com",
	} {
		if got := string(mbox.Message(t).Raw()); got != want(rcpt) {
			t.Errorf("got\n%s\nwant\n%s", got, want(rcpt))
		}
	}
	if got := string(srv.SMTP().Message(t).Raw); got != "Subject: x\r\n\r\nbody\r\n" {
		t.Errorf("captured %q", got)
	}
	wantReply(t, tell(t, srv, "HELO old", "MAIL FROM:<>", "RCPT TO:<x@example.com>", "DATA", "Subject: bounce\r\n."), "250")
	got := string(srv.User("bob").Inbox().Message(t, imaptest.Subject("bounce")).Raw())
	if !strings.HasPrefix(got, "Return-Path: <>\r\nDelivered-To: x@example.com\r\nReceived: from old (smtp)\r\n\tby mx.example.com with SMTP id M2\r\n") {
		t.Errorf("got %q", got)
	}
}

func TestNoTrace(t *testing.T) {
	srv := startFiling(t, smtpsink.NoTrace())
	wantReply(t, tell(t, srv, mailTo("Subject: x\r\n", "bob@example.com")...), "250")
	if got := string(srv.User("bob").Inbox().Message(t).Raw()); got != "Subject: x\r\n\r\n" {
		t.Errorf("got %q", got)
	}
}

func TestDuplicates(t *testing.T) {
	srv := startFiling(t, smtpsink.SuppressDuplicates())
	for range 2 {
		wantReply(t, tell(t, srv, mailTo("Message-ID: <1@example.com>\r\n", "bob@example.com", "ann@example.com")...), "250")
		wantReply(t, tell(t, srv, mailTo("Subject: no ID\r\n", "bob@example.com")...), "250")
	}
	srv.User("bob").Inbox().AssertCount(t, 3)
	srv.User("ann").Inbox().AssertCount(t, 1)
	var dropped []bool
	for _, m := range srv.SMTP().Messages() {
		dropped = append(dropped, m.Deliveries[0].Duplicate)
	}
	if fmt.Sprint(dropped) != "[false false true false]" {
		t.Errorf("got %v", dropped)
	}

	twice := startFiling(t, smtpsink.FileTwice())
	wantReply(t, tell(t, twice, mailTo("Subject: x\r\n", "bob@example.com")...), "250")
	twice.User("bob").Inbox().AssertSubjects(t, "x", "x")
}

func TestSaveSent(t *testing.T) {
	srv := startFiling(t, smtpsink.SaveSent())
	send := mailTo("Subject: x\r\n", "bob@example.com")
	wantReply(t, tell(t, srv, send...), "250")
	sent := srv.User("ann").Mailbox("Sent")
	sent.AssertCount(t, 0)
	wantReply(t, tell(t, srv, append([]string{send[0], "AUTH PLAIN AGFubgBh"}, send[1:]...)...), "250")
	msg := sent.Message(t)
	sent.AssertFlags(t, msg.UID, imap.FlagSeen)
	if string(msg.Raw()) != "Subject: x\r\n\r\n" {
		t.Errorf("got %q", msg.Raw())
	}
	m := srv.SMTP().WaitMessage(t, smtpsink.Auth("ann"))
	if m.Sent == nil || m.Sent.Mailbox != "Sent" || m.Sent.UID != msg.UID {
		t.Errorf("got %+v", m.Sent)
	}
}

// An unknown recipient that was accepted comes back in a delivery report (RFC
// 3464), as does one whose mailbox was full.
func TestBounce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startFiling(t, smtpsink.BounceUnknown())
		srv.SMTP().SetFull(t, "bob", "INBOX", true)
		wantReply(t, tell(t, srv, "EHLO me", "MAIL FROM:<ann@example.com> RET=HDRS ENVID=QQ+2B314",
			"RCPT TO:<cy@example.com> ORCPT=rfc822;Cy+2Bx@example.com", "RCPT TO:<bob@example.com>", "RCPT TO:<ann+Trash@example.com>",
			"RCPT TO:<quiet@example.com> NOTIFY=NEVER", "DATA", "Subject: hello\r\n\r\n--=_M2\r\nsecret\r\n."), "250")
		m := srv.SMTP().WaitMessage(t)
		got := string(srv.User("ann").Inbox().Message(t).Raw())
		want := strings.ReplaceAll(`Return-Path: <>
Delivered-To: ann@example.com
From: MAILER-DAEMON@localhost
To: ann@example.com
Subject: Undelivered mail
Date: Sat, 01 Jan 2000 00:00:00 +0000
Message-ID: <M2@localhost>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Transfer-Encoding: 8bit
Content-Type: multipart/report; report-type=delivery-status;
	boundary="=_M2_"

--=_M2_
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Your message could not be delivered to:

  <cy@example.com>
    550 5.1.1 <cy@example.com>: no such user here
  <bob@example.com>
    552 5.2.2 <bob@example.com>: mailbox full

--=_M2_
Content-Type: message/delivery-status

Original-Envelope-Id: QQ+314
Reporting-MTA: x-local-hostname; localhost
Arrival-Date: Sat, 01 Jan 2000 00:00:00 +0000

Original-Recipient: rfc822; Cy+x@example.com
Final-Recipient: rfc822; cy@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <cy@example.com>: no such user here
Last-Attempt-Date: Sat, 01 Jan 2000 00:00:00 +0000

Final-Recipient: rfc822; bob@example.com
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 <bob@example.com>: mailbox full
Last-Attempt-Date: Sat, 01 Jan 2000 00:00:00 +0000

--=_M2_
Content-Type: text/rfc822-headers

Subject: hello

--=_M2_--
`, "\n", "\r\n")
		got = regexp.MustCompile(`[+-]\d{4}\r`).ReplaceAllString(got, "+0000\r") // the zone of the machine
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		srv.User("ann").Mailbox("Trash").AssertSubjects(t, "hello")
		if len(m.Reports) != 1 || m.Reports[0].Action != "failed" || fmt.Sprint(m.Reports[0].Recipients) != "[cy@example.com bob@example.com]" || m.Reports[0].Filed == nil {
			t.Errorf("got %+v", m.Reports)
		}
		// A bounce of a bounce is none (RFC 3461, section 6.1).
		wantReply(t, tell(t, srv, "EHLO me", "MAIL FROM:<>", "RCPT TO:<cy@example.com>", "DATA", "x\r\n."), "250")
		srv.User("ann").Inbox().AssertCount(t, 1)
	})
}

// Success is told of where NOTIFY asks for it (RFC 3461), and the whole message
// comes back of a failure alone.
func TestDSN(t *testing.T) {
	srv := startFiling(t, smtpsink.BounceUnknown())
	wantReply(t, tell(t, srv, "EHLO me", "MAIL FROM:<ann@example.com> SMTPUTF8 RET=FULL", "RCPT TO:<bob@example.com> NOTIFY=SUCCESS,FAILURE",
		"RCPT TO:<zoë@example.com> NOTIFY=FAILURE", "RCPT TO:<bob+Trash@example.com>", "DATA", "Subject: Grüße\r\n\r\nbody\r\n."), "250")
	reports := srv.SMTP().WaitMessage(t).Reports
	if len(reports) != 2 {
		t.Fatalf("%d reports, want 2", len(reports))
	}
	failed, delivered := string(reports[0].Raw), string(reports[1].Raw)
	// RFC 6533, section 3 and 6.
	for _, want := range []string{
		"Content-Type: message/global-delivery-status\r\n", "Final-Recipient: utf-8; zoë@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n",
		"Content-Type: message/global\r\nContent-Transfer-Encoding: 8bit\r\n\r\nSubject: Grüße\r\n\r\nbody\r\n",
	} {
		if !strings.Contains(failed, want) {
			t.Errorf("the failure lacks %q:\n%s", want, failed)
		}
	}
	for _, want := range []string{
		"Final-Recipient: rfc822; bob@example.com\r\nAction: delivered\r\nStatus: 2.0.0\r\n", "Content-Type: message/global-headers\r\n",
	} {
		if !strings.Contains(delivered, want) || strings.Contains(delivered, "body\r\n") || strings.Contains(delivered, "Trash") {
			t.Errorf("the success lacks %q:\n%s", want, delivered)
		}
	}
	srv.User("ann").Inbox().AssertSubjects(t, "Undelivered mail", "Delivered mail")
}

// What was accepted for some cannot be refused for all: the others come back.
func TestPartialFailure(t *testing.T) {
	srv := startFiling(t)
	srv.SMTP().On("DATA").Before(func(*smtpsink.Command) { srv.SMTP().SetFull(t, "bob", "INBOX", true) })
	wantReply(t, tell(t, srv, mailTo("Subject: x\r\n", "bob@example.com", "ann+Trash@example.com")...), "250")
	m := srv.SMTP().WaitMessage(t)
	if f := m.Deliveries[0].Failure; f == nil || f.Code != 552 || m.Deliveries[1].Failure != nil {
		t.Errorf("got %+v", m.Deliveries)
	}
	srv.User("ann").Inbox().AssertSubjects(t, "Undelivered mail")
	// Where nobody can have it, it is refused, and nothing was accepted.
	srv.SMTP().SetFull(t, "bob", "INBOX", false)
	wantReply(t, tell(t, srv, mailTo("Subject: y\r\n", "bob@example.com")...), "552 5.2.2")
	srv.SMTP().AssertCount(t, 1)
}

// DELIVERBY (RFC 2852): a message that is late comes back, or comes with a notice.
func TestDeliverBy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithUser("ann", "a"), imaptest.WithUser("bob", "b"),
			imaptest.WithPatience(2*time.Hour), imaptest.WithSMTP(smtpsink.DeliverAfter(time.Hour)))
		for _, by := range []string{"BY=3600;R", "BY=60;R", "BY=60;N"} {
			wantReply(t, tell(t, srv, "EHLO me", "MAIL FROM:<ann@example.com> "+by, "RCPT TO:<bob@example.com>", "DATA", "Subject: "+by+"\r\n."), "250")
		}
		srv.SMTP().AssertCount(t, 3)
		srv.User("bob").Inbox().WaitCount(t, 2)
		synctest.Wait()
		srv.User("bob").Inbox().AssertHas(t, imaptest.Subject("BY=3600;R"))
		srv.User("bob").Inbox().AssertHas(t, imaptest.Subject("BY=60;N"))
		var got []string
		for _, m := range srv.SMTP().Messages() {
			for _, r := range m.Reports {
				status := regexp.MustCompile(`Status: (\S+)`).FindStringSubmatch(string(r.Raw))
				got = append(got, m.Subject()+" "+r.Action+" "+status[1])
			}
		}
		if fmt.Sprint(got) != "[BY=60;R failed 5.4.7 BY=60;N delayed 4.4.7]" {
			t.Errorf("got %v", got)
		}
	})
}

// A wait ends when the client has its 250 and the copy is where it belongs, not
// before: the answer is held up by a rule, and the filing by DeliverAfter.
func TestWaitEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startFiling(t, smtpsink.DeliverAfter(time.Second))
		srv.SMTP().On("EOD").Dribble(4, time.Second)
		start := time.Now()
		nc, err := srv.SMTP().Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		go speak(nc, mailTo("Subject: x\r\n", "bob@example.com"))
		m := srv.SMTP().WaitMessage(t)
		// "250 2.0.0 OK: queued" CR LF is 22 bytes: six pieces, and a second between them.
		if got := time.Since(start); got != 5*time.Second || len(m.Deliveries) != 1 {
			t.Errorf("the wait ended after %v with %d deliveries", got, len(m.Deliveries))
		}
		srv.User("bob").Inbox().AssertCount(t, 1)
		synctest.Wait()
	})
}

// The accounts are those of IMAP: their tokens too.
func TestSMTPToken(t *testing.T) {
	srv := startFiling(t)
	account, _ := srv.Store().User("ann")
	account.SetToken("tok", time.Time{})
	wantReply(t, tell(t, srv, "EHLO me", "AUTH XOAUTH2 dXNlcj1hbm4BYXV0aD1CZWFyZXIgdG9rAQE="), "235")
	wantReply(t, tell(t, srv, "EHLO me", "AUTH LOGIN", "Ym9i", "Yg=="), "235")
	wantReply(t, tell(t, srv, "EHLO me", "AUTH LOGIN", "Ym9i", "YQ=="), "535")
}

// net/smtp reports an error of Close: LMTP is not for it, and a refused message is
// none that was sent.
func TestSMTPRefusedMessage(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithSMTP(smtpsink.MaxSize(100)))
	err := smtp.SendMail(srv.SMTPAddr(), nil, "a@example.com", []string{"user@example.com"}, []byte(strings.Repeat("x", 200)))
	var reply *textproto.Error
	if !errors.As(err, &reply) || reply.Code != 552 {
		t.Errorf("got %v, want 552", err)
	}
	srv.SMTP().AssertNothingSent(t)
	srv.Inbox().AssertCount(t, 0)
}
