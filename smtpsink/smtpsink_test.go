package smtpsink_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gosasl "github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"github.com/go-mailtest/mailtest/smtpsink"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const hello = "From: Ann <ann@example.com>\r\nTo: bob@example.com\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello Bob,\r\n.\r\n.. two dots\r\n"

// A message is captured byte for byte with its envelope, Bcc recipients too.
func TestCaptures(t *testing.T) {
	sink := smtpsink.Start(t)
	before := time.Now()
	if err := smtp.SendMail(sink.Addr(), nil, "ann@example.com", []string{"bob@example.com", "secret@example.com"}, []byte(hello)); err != nil {
		t.Fatal(err)
	}
	m := sink.WaitMessage(t, smtpsink.RcptTo("secret@example.com"))
	if string(m.Raw) != hello {
		t.Errorf("got %q, want %q", m.Raw, hello)
	}
	if m.From != "ann@example.com" || strings.Join(m.Recipients(), " ") != "bob@example.com secret@example.com" {
		t.Errorf("envelope %q to %q", m.From, m.Recipients())
	}
	if m.Helo != "localhost" || m.TLS || m.Auth != "" || !strings.HasPrefix(m.RemoteAddr, "127.0.0.1:") {
		t.Errorf("HELO %q, TLS %v, AUTH %q, from %q", m.Helo, m.TLS, m.Auth, m.RemoteAddr)
	}
	if m.Received.Before(before) || m.Received.After(time.Now()) {
		t.Errorf("received at %v", m.Received)
	}
	if m.Subject() != "Grüße" || m.Header().Get("From") != "Ann <ann@example.com>" {
		t.Errorf("subject %q, header %v", m.Subject(), m.Header())
	}
	if m.Text() != "Hello Bob,\n.\n.. two dots\n" {
		t.Errorf("text %q", m.Text())
	}
}

// The first text part of a multipart message is its text, decoded.
func TestTextOfMultipart(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory())
	raw := "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\n" +
		"Content-Transfer-Encoding: quoted-printable\r\n\r\nna=EFve\r\n--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment\r\n\r\n1,2\r\n--b--\r\n"
	send(t, dialClient(t, sink), "a@example.com", []string{"b@example.com"}, raw)
	sink.AssertSent(t, smtpsink.Text("naïve"))
}

func dialClient(t *testing.T, sink *smtpsink.Sink) *gosmtp.Client {
	t.Helper()
	nc, err := sink.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := gosmtp.NewClient(nc)
	t.Cleanup(func() { c.Close() })
	return c
}

func send(t *testing.T, c *gosmtp.Client, from string, to []string, raw string) {
	t.Helper()
	if err := c.SendMail(from, to, strings.NewReader(raw)); err != nil {
		t.Fatal(err)
	}
}

// The parameters of MAIL and RCPT are part of the envelope (RFC 1870, RFC
// 6152, RFC 6531); a bounce has the null reverse-path (RFC 5321, section 4.5.5).
func TestEnvelopeParameters(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory())
	c := dialClient(t, sink)
	if err := c.Hello("mail.example.com"); err != nil {
		t.Fatal(err)
	}
	if err := c.Mail("", &gosmtp.MailOptions{Size: 12, Body: gosmtp.Body8BitMIME, UTF8: true}); err != nil {
		t.Fatal(err)
	}
	if err := c.Rcpt("bjørn@example.com", nil); err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "Subject: x\r\n")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	m := sink.Message(t, smtpsink.MailFrom(""), smtpsink.RcptTo("BJØRN@example.com"))
	if o := m.FromOptions; o.Size != 12 || o.Body != gosmtp.Body8BitMIME || !o.UTF8 || m.Helo != "mail.example.com" {
		t.Errorf("options %+v, HELO %q", o, m.Helo)
	}
}

func TestTLS(t *testing.T) {
	t.Run("implicit", func(t *testing.T) {
		sink := smtpsink.Start(t)
		nc, err := tls.Dial("tcp", sink.TLSAddr(), sink.ClientTLSConfig())
		if err != nil {
			t.Fatal(err)
		}
		c := gosmtp.NewClient(nc)
		defer c.Close()
		send(t, c, "a@example.com", []string{"b@example.com"}, hello)
		if !sink.Message(t).TLS {
			t.Error("the message came over TLS and does not say so")
		}
	})
	t.Run("STARTTLS", func(t *testing.T) {
		sink := smtpsink.Start(t, smtpsink.StartTLS())
		nc, err := net.Dial("tcp", sink.Addr())
		if err != nil {
			t.Fatal(err)
		}
		c, err := gosmtp.NewClientStartTLS(nc, sink.ClientTLSConfig())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		send(t, c, "a@example.com", []string{"b@example.com"}, hello)
		if !sink.Message(t).TLS {
			t.Error("the message came over TLS and does not say so")
		}
	})
	t.Run("not offered unasked", func(t *testing.T) {
		c := dialClient(t, smtpsink.Start(t))
		if ok, _ := c.Extension("STARTTLS"); ok {
			t.Error("STARTTLS is offered")
		}
	})
}

func TestAuth(t *testing.T) {
	check := func(user, password string) error {
		if user != "ann" || password != "secret" {
			return smtpsink.AuthFailed()
		}
		return nil
	}
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithAuth(check), smtpsink.RequireAuth())
	c := dialClient(t, sink)
	wantReply(t, c.Mail("ann@example.com", nil), 530, "5.7.0")
	wantReply(t, c.Auth(gosasl.NewPlainClient("", "ann", "wrong")), 535, "5.7.8")
	wantReply(t, c.Auth(gosasl.NewPlainClient("bob", "ann", "secret")), 535, "5.7.8")
	if err := c.Auth(gosasl.NewPlainClient("", "ann", "secret")); err != nil {
		t.Fatal(err)
	}
	send(t, c, "ann@example.com", []string{"b@example.com"}, hello)
	if m := sink.Message(t); m.Auth != "ann" {
		t.Errorf("Auth is %q, want ann", m.Auth)
	}
}

func wantReply(t *testing.T, err error, code int, enhanced string) {
	t.Helper()
	var reply *gosmtp.SMTPError
	if !errors.As(err, &reply) || reply.Code != code || fmt.Sprintf("%d.%d.%d", reply.EnhancedCode[0], reply.EnhancedCode[1], reply.EnhancedCode[2]) != enhanced {
		t.Errorf("got %v, want %d %s", err, code, enhanced)
	}
}

// A message over the limit is refused with 552 (RFC 1870, section 6.3), when
// it is announced and when it is sent, and the session goes on.
func TestMaxSize(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.MaxSize(1000))
	c := dialClient(t, sink)
	var reply *gosmtp.SMTPError
	if err := c.Mail("a@example.com", &gosmtp.MailOptions{Size: 1001}); !errors.As(err, &reply) || reply.Code != 552 {
		t.Errorf("announced: got %v, want 552", err)
	}
	err := c.SendMail("a@example.com", []string{"b@example.com"}, strings.NewReader(strings.Repeat("0123456789\r\n", 1000)))
	if !errors.As(err, &reply) || reply.Code != 552 {
		t.Errorf("sent: got %v, want 552", err)
	}
	sink.AssertNothingSent(t)
	send(t, c, "a@example.com", []string{"b@example.com"}, "Subject: small\r\n\r\n")
	sink.AssertCount(t, 1)
}

// rawConn speaks SMTP line by line.
func rawConn(t *testing.T, sink *smtpsink.Sink) (*textproto.Conn, net.Conn) {
	t.Helper()
	nc, err := sink.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	c := textproto.NewConn(nc)
	for _, line := range []string{"", "HELO test", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA"} {
		if line != "" {
			c.PrintfLine("%s", line)
		}
		if code, text, err := c.ReadResponse(0); err != nil || code >= 400 {
			t.Fatalf("%s: %d %s %v", line, code, text, err)
		}
	}
	return c, nc
}

// What a dropped connection left behind is nothing.
func TestDroppedData(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		filed := &countingDeliverer{}
		sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithDeliverer(filed))
		c, nc := rawConn(t, sink)
		c.W.WriteString("Subject: half a mess")
		c.W.Flush()
		nc.Close()
		synctest.Wait()
		sink.AssertNothingSent(t)
		if filed.n != 0 {
			t.Errorf("%d messages filed, want 0", filed.n)
		}
	})
}

type countingDeliverer struct{ n int }

func (d *countingDeliverer) Verify(rcpt string) error {
	if strings.HasPrefix(rcpt, "nobody@") {
		return smtpsink.UnknownUser(rcpt)
	}
	return nil
}

func (d *countingDeliverer) Deliver(env smtpsink.Envelope, _ []byte) ([]smtpsink.Delivery, error) {
	d.n++
	if env.From == "broken@example.com" {
		return nil, errors.New("disk on fire")
	}
	out := make([]smtpsink.Delivery, len(env.To))
	for i, rcpt := range env.To {
		out[i] = smtpsink.Delivery{Rcpt: rcpt.Addr, Account: "all", Mailbox: "INBOX", UID: 7}
	}
	return out, nil
}

// Only CRLF.CRLF ends the data (RFC 5321, section 4.1.1.4): nobody can smuggle
// a second transaction into a message with bare line ends.
func TestSmuggling(t *testing.T) {
	for _, end := range []string{"\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n", "\r\n.\r"} {
		t.Run(fmt.Sprintf("%q", end), func(t *testing.T) {
			sink := smtpsink.Start(t, smtpsink.InMemory())
			c, _ := rawConn(t, sink)
			c.W.WriteString("Subject: one\r\n\r\nbody" + end +
				"MAIL FROM:<evil@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nSubject: two\r\n\r\n.\r\n")
			c.W.Flush()
			if _, _, err := c.ReadResponse(250); err != nil {
				t.Error(err)
			}
			c.PrintfLine("QUIT")
			if code, text, err := c.ReadResponse(221); err != nil {
				t.Errorf("QUIT: got %d %s, %v", code, text, err)
			}
			m := sink.Message(t)
			if m.From != "a@example.com" || !strings.Contains(string(m.Raw), "MAIL FROM:<evil@example.com>") {
				t.Errorf("from %s: %q", m.From, m.Raw)
			}
		})
	}
}

// The deliverer refuses recipients one at a time, and its failure is a
// temporary one that loses nothing: nothing was accepted.
func TestDeliverer(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithDeliverer(&countingDeliverer{}))
	c := dialClient(t, sink)
	if err := c.Mail("a@example.com", nil); err != nil {
		t.Fatal(err)
	}
	wantReply(t, c.Rcpt("nobody@example.com", nil), 550, "5.1.1")
	if err := c.Rcpt("bob@example.com", nil); err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	m := sink.Message(t)
	want := smtpsink.Delivery{Rcpt: "bob@example.com", Account: "all", Mailbox: "INBOX", UID: 7}
	if len(m.Deliveries) != 1 || m.Deliveries[0] != want {
		t.Errorf("deliveries %v, want %v", m.Deliveries, want)
	}
	wantReply(t, c.SendMail("broken@example.com", []string{"bob@example.com"}, strings.NewReader("x: y\r\n")), 451, "4.3.0")
	sink.AssertCount(t, 1)
}

// oddDeliverer gives as many deliveries as it likes.
type oddDeliverer []smtpsink.Delivery

func (d oddDeliverer) Verify(string) error { return nil }

func (d oddDeliverer) Deliver(smtpsink.Envelope, []byte) ([]smtpsink.Delivery, error) { return d, nil }

// A deliverer may file a recipient's copy twice, or not at all.
func TestOddDeliveries(t *testing.T) {
	full := &smtpsink.Error{Code: 552, Enhanced: [3]int{5, 2, 2}, Text: "full"}
	bob := smtpsink.Delivery{Rcpt: "bob@example.com", Account: "bob", Mailbox: "INBOX", UID: 1}
	for name, test := range map[string]struct {
		deliveries oddDeliverer
		want       string // the reports
	}{
		"none":              {nil, "[]"},
		"more":              {oddDeliverer{bob, bob, bob}, "[]"},
		"fewer":             {oddDeliverer{bob}, "[]"},
		"another order":     {oddDeliverer{{Rcpt: "cy@example.com", Failure: full}, bob}, "[failed [cy@example.com]]"},
		"more, with a miss": {oddDeliverer{bob, bob, {Rcpt: "cy@example.com", Failure: full}}, "[failed [cy@example.com]]"},
	} {
		t.Run(name, func(t *testing.T) {
			sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithDeliverer(test.deliveries))
			send(t, dialClient(t, sink), "a@example.com", []string{"bob@example.com", "cy@example.com"}, hello)
			var got []string
			for _, r := range sink.Message(t).Reports {
				got = append(got, fmt.Sprint(r.Action, " ", r.Recipients))
			}
			if fmt.Sprint(got) != test.want {
				t.Errorf("reports: got %v, want %s", got, test.want)
			}
		})
	}
}

// A wait ends with the message, and takes virtual time in a bubble.
func TestWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := smtpsink.Start(t, smtpsink.InMemory())
		c := dialClient(t, sink)
		start := time.Now()
		var sending sync.WaitGroup
		sending.Go(func() {
			for i := range 2 {
				time.Sleep(3 * time.Second)
				if err := c.SendMail("a@example.com", []string{"b@example.com"}, strings.NewReader(fmt.Sprintf("Subject: %d\r\n\r\n", i))); err != nil {
					t.Error(err)
				}
			}
		})
		sink.WaitMessage(t, smtpsink.Subject("0"))
		sink.WaitCount(t, 2)
		if d := time.Since(start); d != 6*time.Second {
			t.Errorf("waited for %v, want 6 s", d)
		}
		sending.Wait()
		if m := sink.Messages()[1]; !m.Received.Equal(time.Now()) {
			t.Errorf("received at %v, want %v", m.Received, time.Now())
		}
	})
}

func TestOptionErrors(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	tests := []struct {
		want string
		opts []smtpsink.Option
	}{
		{"smtpsink: InMemory excludes ListenOn and ListenTLSOn", []smtpsink.Option{smtpsink.InMemory(), smtpsink.ListenTLSOn("127.0.0.1:2465")}},
		{"smtpsink: listen on " + taken.Addr().String() + ": ", []smtpsink.Option{smtpsink.ListenTLSOn(taken.Addr().String())}},
		{"smtpsink: InMemory excludes ListenOn", []smtpsink.Option{smtpsink.InMemory(), smtpsink.ListenOn("127.0.0.1:2525")}},
		{"smtpsink: RequireAuth needs WithAuth, WithAccounts or WithAccount", []smtpsink.Option{smtpsink.RequireAuth()}},
		{"smtpsink: MaxSize: 0 is not a size", []smtpsink.Option{smtpsink.MaxSize(0)}},
		{`smtpsink: address "0.0.0.0:25": only loopback addresses are served`, []smtpsink.Option{smtpsink.ListenOn("0.0.0.0:25")}},
		{`smtpsink: address "25": address 25: missing port in address`, []smtpsink.Option{smtpsink.ListenOn("25")}},
		{"smtpsink: listen on " + taken.Addr().String() + ": ", []smtpsink.Option{smtpsink.ListenOn(taken.Addr().String())}},
	}
	for _, test := range tests {
		sink, err := smtpsink.New(test.opts...)
		if err == nil {
			sink.Close()
		}
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

// A sink in memory has no address, and says so.
func TestInMemoryHasNoAddress(t *testing.T) {
	sink, err := smtpsink.New(smtpsink.InMemory())
	if err != nil {
		t.Fatal(err)
	}
	if sink.Addr() != "" || sink.TLSAddr() != "" {
		t.Errorf("addresses %q, %q", sink.Addr(), sink.TLSAddr())
	}
	err = sink.Close()
	for _, want := range []string{"smtpsink_test.go:", ": Addr: a sink that is InMemory has no address", ": TLSAddr: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Close hangs up on whoever is connected and may be called again.
func TestClose(t *testing.T) {
	sink, err := smtpsink.New()
	if err != nil {
		t.Fatal(err)
	}
	c := dialClient(t, sink)
	if err := c.Noop(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(sink.Close(), sink.Close()); err != nil {
		t.Error(err)
	}
	if err := c.Noop(); err == nil {
		t.Error("the connection lives after Close")
	}
	if _, err := net.Dial("tcp", sink.Addr()); err == nil {
		t.Error("the port is open after Close")
	}
}

func TestLog(t *testing.T) {
	var log bytes.Buffer
	sink, err := smtpsink.New(smtpsink.InMemory(), smtpsink.WithLog(&log))
	if err != nil {
		t.Fatal(err)
	}
	send(t, dialClient(t, sink), "a@example.com", []string{"b@example.com"}, "Subject: x\r\n\r\n")
	if err := sink.Close(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"smtp 1 S: 220 localhost ESMTP", "smtp 1 S: 250-PIPELINING\n", "smtp 1 C: MAIL FROM:<a@example.com>",
		"smtp 1 C: RCPT TO:<b@example.com>\n", "smtp 1 C: (14 bytes)\n", "smtp 1 S: 250 2.0.0 ",
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("got\n%swant %q", log.String(), want)
		}
	}
}

// Conditions have the meaning that they have in imaptest: From and To are of the header.
func TestMatchesOfTheHeader(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory())
	p := dialPeer(t, sink)
	converse(t, p, `
		S: 220
		C: EHLO me
		S: 250
		C: MAIL FROM:<bounces@example.com>
		S: 250
		C: RCPT TO:<bob@example.com>
		S: 250
		C: DATA
		S: 354
		C: From: =?utf-8?q?J=C3=BCrgen?= <jurgen@example.com>
		C: To: "The List" <list@example.com>, cy@example.com
		C: X-Trace: one two three
		C:
		C: .
		S: 250`)
	sink.AssertSent(t, smtpsink.From("JURGEN@example.com"), smtpsink.From("Jürgen"), smtpsink.To("The List"), smtpsink.To("cy@example.com"),
		smtpsink.Header("x-trace", "TWO"), smtpsink.Header("X-Trace", ""), smtpsink.MailFrom("bounces@example.com"), smtpsink.RcptTo("bob@example.com"))
	sink.AssertNotSent(t, smtpsink.From("bounces@example.com"))
	sink.AssertNotSent(t, smtpsink.To("bob@example.com"))
	sink.AssertNotSent(t, smtpsink.Header("X-Trace", "four"))
}
