package smtp_test

import (
	"errors"
	"net"
	"net/smtp"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/smtpsink"
)

func TestNetSMTP(t *testing.T) {
	c := newClient(t)
	err := smtp.SendMail(c.srv.SMTPAddr(), smtp.PlainAuth("", user, password, "127.0.0.1"), "ann@example.com", []string{"bob@example.com"}, []byte(tricky))
	if err != nil {
		t.Fatal(err)
	}
	c.arrived(t, user, false)
}

func TestNetSMTPOverTLS(t *testing.T) {
	c := newClient(t, smtpsink.RequireTLS(), smtpsink.RequireAuth())
	client, err := smtp.Dial(c.srv.SMTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	steps := []func() error{
		func() error { return client.StartTLS(c.srv.ClientTLSConfig()) },
		func() error { return client.Auth(smtp.CRAMMD5Auth(user, password)) },
		func() error { return client.Mail("ann@example.com") },
		func() error { return client.Rcpt("bob@example.com") },
	}
	for i, step := range steps {
		if err := step(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	w, err := client.Data()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(tricky)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	c.arrived(t, user, true)
}

// go-smtp's client with the parameters that it can send.
func TestGoSMTP(t *testing.T) {
	c := newClient(t)
	client, err := gosmtp.DialTLS(c.srv.SMTP().TLSAddr(), c.srv.ClientTLSConfig())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Auth(sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: user, Token: token})); err != nil {
		t.Fatal(err)
	}
	priority := 3
	err = client.Mail("ann@example.com", &gosmtp.MailOptions{
		Size: int64(len(tricky)), Body: gosmtp.Body8BitMIME, UTF8: true, RequireTLS: true, Return: gosmtp.DSNReturnHeaders, EnvelopeID: "QQ 314+",
	})
	if err != nil {
		t.Fatal(err)
	}
	err = client.Rcpt("bob@example.com", &gosmtp.RcptOptions{
		Notify: []gosmtp.DSNNotify{gosmtp.DSNNotifySuccess}, OriginalRecipientType: gosmtp.DSNAddressTypeRFC822, OriginalRecipient: "bob+x@example.com",
		DeliverBy: &gosmtp.DeliverByOptions{Time: 1e11, Mode: gosmtp.DeliverByReturn}, MTPriority: &priority,
	})
	if err != nil {
		t.Fatal(err)
	}
	w, err := client.Data()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(tricky)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	m := c.arrived(t, user, true)
	if o := m.FromOptions; !o.UTF8 || !o.RequireTLS || o.Return != gosmtp.DSNReturnHeaders || o.EnvelopeID != "QQ 314+" || o.Size != int64(len(tricky)) {
		t.Errorf("MAIL: got %+v", o)
	}
	if o := m.To[0].Options; len(o.Notify) != 1 || o.OriginalRecipient != "bob+x@example.com" || o.MTPriority == nil || *o.MTPriority != 3 {
		t.Errorf("RCPT: got %+v", o)
	}
	report := c.srv.User(user).Inbox().Messages()
	if len(report) != 1 || !strings.Contains(string(report[0].Raw()), "Original-Recipient: rfc822; bob+x@example.com\r\n") {
		t.Errorf("reports: %d", len(report))
	}
}

func TestGoLMTP(t *testing.T) {
	c := newClient(t, smtpsink.LMTP())
	nc, err := net.Dial("tcp", c.srv.SMTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	client := gosmtp.NewClientLMTP(nc)
	defer client.Close()
	if err := client.Mail("ann@example.com", nil); err != nil {
		t.Fatal(err)
	}
	for _, rcpt := range []string{"bob@example.com", "ann@example.com"} {
		if err := client.Rcpt(rcpt, nil); err != nil {
			t.Fatal(err)
		}
	}
	c.srv.SMTP().SetFull(t, user, "", true)
	w, err := client.Data()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(tricky)); err != nil {
		t.Fatal(err)
	}
	var refused gosmtp.LMTPDataError
	if err := w.Close(); !errors.As(err, &refused) || len(refused) != 1 || refused["ann@example.com"] == nil || refused["ann@example.com"].Code != 552 {
		t.Errorf("got %v, want ann's refusal alone", err)
	}
	c.arrived(t, "", false)
}
