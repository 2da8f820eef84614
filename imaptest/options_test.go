package imaptest_test

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// An option that both servers have is one: what is wrong with it is said by both, in the
// same words.
func TestOptionsOfBothServers(t *testing.T) {
	for name, test := range map[string]struct {
		imap []imaptest.Option
		smtp []smtpsink.Option
	}{
		"no clock":           {[]imaptest.Option{imaptest.WithClock(nil)}, []smtpsink.Option{smtpsink.WithClock(nil)}},
		"no patience":        {[]imaptest.Option{imaptest.WithPatience(0)}, []smtpsink.Option{smtpsink.WithPatience(0)}},
		"impatience":         {[]imaptest.Option{imaptest.WithPatience(-time.Second)}, []smtpsink.Option{smtpsink.WithPatience(-time.Second)}},
		"everybody's":        {[]imaptest.Option{imaptest.ListenOn("0.0.0.0:0")}, []smtpsink.Option{smtpsink.ListenOn("0.0.0.0:0")}},
		"everybody's TLS":    {[]imaptest.Option{imaptest.ListenTLSOn("[::]:0")}, []smtpsink.Option{smtpsink.ListenTLSOn("[::]:0")}},
		"no port":            {[]imaptest.Option{imaptest.ListenOn("localhost")}, []smtpsink.Option{smtpsink.ListenOn("localhost")}},
		"socket in memory":   {[]imaptest.Option{imaptest.InMemory(), imaptest.ListenOn("127.0.0.1:0")}, []smtpsink.Option{smtpsink.InMemory(), smtpsink.ListenOn("127.0.0.1:0")}},
		"TLS port in memory": {[]imaptest.Option{imaptest.ListenTLSOn("127.0.0.1:0"), imaptest.InMemory()}, []smtpsink.Option{smtpsink.ListenTLSOn("127.0.0.1:0"), smtpsink.InMemory()}},
	} {
		t.Run(name, func(t *testing.T) { checkBothRefuse(t, test.imap, test.smtp) })
	}
	t.Run("sockets in a bubble", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { checkBothRefuse(t, nil, nil) })
	})
	t.Run("right", func(t *testing.T) {
		srv, err := imaptest.New(imaptest.InMemory(), imaptest.WithLog(io.Discard), imaptest.WithClock(time.Now), imaptest.WithPatience(1), imaptest.RequireTLS())
		if err != nil {
			t.Fatal(err)
		}
		defer srv.Close()
		sink, err := smtpsink.New(smtpsink.InMemory(), smtpsink.WithLog(io.Discard), smtpsink.WithClock(time.Now), smtpsink.WithPatience(1), smtpsink.RequireTLS())
		if err != nil {
			t.Fatal(err)
		}
		defer sink.Close()
	})
}

func checkBothRefuse(t *testing.T, imap []imaptest.Option, smtp []smtpsink.Option) {
	srv, err := imaptest.New(imap...)
	sink, smtpErr := smtpsink.New(smtp...)
	if err == nil || smtpErr == nil {
		if srv != nil {
			srv.Close()
		}
		if sink != nil {
			sink.Close()
		}
		t.Fatalf("IMAP: %v; SMTP: %v", err, smtpErr)
	}
	if got, want := smtpErr.Error(), strings.ReplaceAll(err.Error(), "imaptest", "smtpsink"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
