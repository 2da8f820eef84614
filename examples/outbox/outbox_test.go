package outbox_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/examples/outbox"
	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// submission is a submission server with the accounts shop, ann and bob.
func submission(opts ...smtpsink.Option) []imaptest.Option {
	return []imaptest.Option{
		imaptest.WithUser("shop", "secret"), imaptest.WithUser("ann", "a"), imaptest.WithUser("bob", "b"),
		imaptest.WithSMTP(append(opts, smtpsink.RequireTLS(), smtpsink.RequireAuth())...),
	}
}

// start is such a server, and a sender that sends as shop.
func start(t *testing.T, opts ...smtpsink.Option) (*imaptest.Server, *outbox.Sender) {
	t.Helper()
	srv := imaptest.Start(t, append(submission(opts...), imaptest.InMemory())...)
	return srv, newSender(srv)
}

func newSender(srv *imaptest.Server) *outbox.Sender {
	return &outbox.Sender{
		Wait: time.Minute, GiveUp: 24 * time.Hour,
		Dial: func(ctx context.Context) (*smtp.Client, error) {
			nc, err := srv.SMTP().Dial(ctx)
			if err != nil {
				return nil, err
			}
			client, err := smtp.NewClientStartTLS(nc, srv.ClientTLSConfig())
			if err != nil {
				nc.Close()
				return nil, err
			}
			if err := client.Auth(sasl.NewPlainClient("", "shop", "secret")); err != nil {
				client.Close()
				return nil, err
			}
			return client, nil
		},
	}
}

// order is a message to some recipients.
func order(to ...string) outbox.Message {
	raw := fixtures.New().MessageID("1@example.com").From("shop@example.com").To(to...).Subject("Your order").Text("It is on its way.").Bytes()
	return outbox.Message{From: "shop@example.com", To: to, Raw: raw}
}

// wantRefused compares the refused recipients and how their reasons begin: "bob@…:
// 550", sorted.
func wantRefused(t testing.TB, refused map[string]error, want ...string) {
	t.Helper()
	rcpts := slices.Sorted(maps.Keys(refused))
	ok := len(rcpts) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = strings.HasPrefix(fmt.Sprintf("%s: %v", rcpts[i], refused[rcpts[i]]), want[i])
	}
	if !ok {
		t.Errorf("got %v, want %v", refused, want)
	}
}

func TestSend(t *testing.T) {
	srv, sender := start(t)
	m := order("ann@example.com", "bob@example.com")
	wantRefused(t, sender.Send(t.Context(), m))
	srv.User("ann").Inbox().AssertSubjects(t, "Your order")
	srv.User("bob").Inbox().AssertSubjects(t, "Your order")
	sent := srv.SMTP().Message(t)
	if !sent.TLS || sent.Auth != "shop" || string(sent.Raw) != string(m.Raw) {
		t.Errorf("TLS %v, Auth %q:\n%s", sent.TLS, sent.Auth, sent.Raw)
	}
}

// A greylisting server wants to see the sender again in five minutes: tries at 0, 1,
// 3 and 7 minutes.
func TestGreylisting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, sender := start(t, smtpsink.Greylist(5*time.Minute))
		begun := time.Now()
		wantRefused(t, sender.Send(t.Context(), order("ann@example.com")))
		srv.User("ann").Inbox().AssertCount(t, 1)
		if got := time.Since(begun); got != 7*time.Minute {
			t.Errorf("it took %v, want 7m", got)
		}
	})
}

// Who has the message does not get it again when another is put off.
func TestOneRecipientLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, sender := start(t)
		srv.SMTP().On("RCPT bob@*").Times(2).Reply(451, "4.3.0", "try later")
		wantRefused(t, sender.Send(t.Context(), order("ann@example.com", "bob@example.com")))
		srv.User("ann").Inbox().AssertCount(t, 1)
		srv.User("bob").Inbox().AssertCount(t, 1)
		srv.SMTP().AssertCount(t, 2)
	})
}

// Who is refused for good is not tried again, and keeps nobody else from the
// message.
func TestRefused(t *testing.T) {
	srv, sender := start(t)
	srv.SMTP().SetFull(t, "bob", "INBOX", true)
	refused := sender.Send(t.Context(), order("nobody@example.com", "ann@example.com", "bob@example.com"))
	wantRefused(t, refused, "bob@example.com: SMTP error 552", "nobody@example.com: SMTP error 550")
	srv.User("ann").Inbox().AssertCount(t, 1)
	srv.SMTP().AssertCount(t, 1)
}

// A server that refuses a message for its content answers after it.
func TestSpam(t *testing.T) {
	srv, sender := start(t)
	srv.SMTP().On("EOD").Where(func(cmd *smtpsink.Command) bool { return strings.Contains(string(cmd.Data), "on its way") }).
		Reply(554, "5.7.1", "we have had enough of those")
	wantRefused(t, sender.Send(t.Context(), order("ann@example.com")), "ann@example.com: SMTP error 554")
	srv.SMTP().AssertNothingSent(t)
}

// After a day the sender gives up.
func TestGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, sender := start(t)
		srv.SMTP().On("CONNECT").Reply(421, "4.3.2", "closed for today")
		begun := time.Now()
		refused := sender.Send(t.Context(), order("ann@example.com"))
		wantRefused(t, refused, "ann@example.com: no connection to the submission server: SMTP error 421")
		if got := time.Since(begun); got != 24*time.Hour {
			t.Errorf("it took %v, want a day", got)
		}
	})
}

// send is a message to two recipients, who are to get it whatever happens.
func send(t testing.TB, srv *imaptest.Server) string {
	wantRefused(t, newSender(srv).Send(t.Context(), order("ann@example.com", "bob@example.com")))
	return ""
}

// Whatever breaks at whatever step, the message arrives, and where the server looks
// at Message-IDs, it is filed once.
func TestEveryFault(t *testing.T) {
	sweep.Run(t, send, sweep.Server(submission(smtpsink.SuppressDuplicates())...))
}

// Where the answer is lost and the server does not look at Message-IDs, there are two
// copies: no sender can do better (RFC 1047).
func TestLostAnswer(t *testing.T) {
	sweep.Run(t, send, sweep.Server(submission()...),
		sweep.Known("DOUBLED smtp.EOD#1/*", "RFC 1047: the sender cannot know whether the message was taken"))
}

// A server may take a message and find out later that it cannot deliver it.
func TestBounces(t *testing.T) {
	srv, sender := start(t, smtpsink.BounceUnknown())
	srv.User("shop").Inbox().Deliver(t, fixtures.New().Subject("A question").Bytes())
	wantRefused(t, sender.Send(t.Context(), order("nobody@example.com", "ann@example.com")))
	before := srv.Snapshot()
	bounces, err := outbox.Bounces(srv.Client(t, imaptest.ClientAs("shop")))
	want := outbox.Bounce{Recipient: "nobody@example.com", Status: "5.1.1", Reason: "550 5.1.1 <nobody@example.com>: no such user here"}
	if err != nil || len(bounces) != 1 || bounces[0] != want {
		t.Errorf("got %v, %v, want %v", bounces, err, want)
	}
	before.AssertDiff(t, `INBOX 2 +\Seen`)
}
