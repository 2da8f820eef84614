package imaptest_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-message"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// readParts reads a multipart/report with go-message: its parts' types, encodings and
// bodies.
func readParts(t *testing.T, raw []byte) (encoding string, kinds, bodies []string) {
	t.Helper()
	report, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	if kind, params, err := report.Header.ContentType(); err != nil || kind != "multipart/report" || params["report-type"] != "delivery-status" {
		t.Fatalf("the report is %s %v, %v", kind, params, err)
	}
	parts := report.MultipartReader()
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return report.Header.Get("Content-Transfer-Encoding"), kinds, bodies
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := part.Header.ContentType()
		if cte := part.Header.Get("Content-Transfer-Encoding"); cte != "" {
			kind += " " + cte
		}
		body, err := io.ReadAll(part.Body)
		if err != nil {
			t.Fatal(err)
		}
		kinds, bodies = append(kinds, kind), append(bodies, string(body))
	}
}

// What requires TLS returns no body, even if it is asked for (RFC 8689, section 5).
func TestReportOfRequireTLS(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithUser("ann", "a"), imaptest.WithSMTP(smtpsink.BounceUnknown()))
	nc, err := tls.Dial("tcp", srv.SMTP().TLSAddr(), srv.ClientTLSConfig())
	if err != nil {
		t.Fatal(err)
	}
	got, err := speak(nc, []string{"EHLO me", "MAIL FROM:<ann@example.com> REQUIRETLS RET=FULL", "RCPT TO:<cy@example.com>", "DATA", "Subject: x\r\n\r\nsecret\r\n."})
	if err != nil {
		t.Fatal(err)
	}
	wantReply(t, got, "250")
	_, kinds, bodies := readParts(t, srv.SMTP().WaitMessage(t).Reports[0].Raw)
	if kinds[2] != "text/rfc822-headers" || bodies[2] != "Subject: x\r\n" {
		t.Errorf("got %s %q", kinds[2], bodies[2])
	}
}

// IMAP and SMTP write one transcript.
func TestLogOfBoth(t *testing.T) {
	var log bytes.Buffer
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithLog(&log), imaptest.WithUser("ann", "a"), imaptest.WithSMTP())
	client := srv.Client(t)
	var busy sync.WaitGroup
	busy.Go(func() { tell(t, srv, mailTo("Subject: x\r\n", "ann@example.com")...) })
	busy.Go(func() {
		for range 20 {
			client.Noop().Wait()
		}
	})
	busy.Wait()
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	if got := log.String(); !strings.Contains(got, "smtp 1 C: DATA\n") || !strings.Contains(got, "1 C: T") {
		t.Errorf("got\n%s", got)
	}
}

// A report is what a MIME reader expects, whatever the message was like: 8-bit parts
// are within an 8-bit multipart (RFC 2045, section 6.4), what has NUL, bare line ends
// or long lines is binary (section 2.9), and only a failure returns the body.
func TestReportIsMIME(t *testing.T) {
	long := "Subject: x\r\n\r\n" + strings.Repeat("x", 1200) + "\r\n"
	tests := map[string]struct {
		params   string
		raw      string
		encoding string
		kind     string
		body     string
	}{
		"plain":          {"", "Subject: x\r\n\r\nbody\r\n", "8bit", "message/rfc822", "Subject: x\r\n\r\nbody\r\n"},
		"8bit":           {" BODY=8BITMIME", "Subject: x\r\n\r\nGrüße\r\n", "8bit", "message/rfc822 8bit", "Subject: x\r\n\r\nGrüße\r\n"},
		"binary":         {" BODY=BINARYMIME", "Subject: x\r\n\r\na\x00b\nc\rd\r\n", "binary", "message/rfc822 binary", "Subject: x\r\n\r\na\x00b\nc\rd\r\n"},
		"long lines":     {"", long, "binary", "message/rfc822 binary", long},
		"header alone":   {" RET=HDRS", "Subject: x\r\nTo: y\r\n\r\nsecret\r\n", "8bit", "text/rfc822-headers", "Subject: x\r\nTo: y\r\n"},
		"empty header":   {" RET=HDRS", "\r\nsecret one\r\n\r\nsecret two\r\n", "8bit", "text/rfc822-headers", ""},
		"bare LFs":       {" RET=HDRS", "Subject: x\n\nsecret\n\r\n", "binary", "text/rfc822-headers binary", "Subject: x\n"},
		"international":  {" SMTPUTF8 RET=HDRS", "Subject: Grüße\r\n\r\nsecret\r\n", "8bit", "message/global-headers 8bit", "Subject: Grüße\r\n"},
		"SMTPUTF8 idly":  {" SMTPUTF8", "Subject: x\r\n\r\n", "8bit", "message/rfc822", "Subject: x\r\n\r\n"},
		"an empty one":   {"", "", "8bit", "message/rfc822", ""},
		"no line at end": {"", "Subject: x", "8bit", "message/rfc822", "Subject: x"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			srv := startFiling(t, smtpsink.BounceUnknown(), smtpsink.NoTrace(), smtpsink.Hostname("mx.example.com"))
			wantReply(t, tell(t, srv, "EHLO me", "MAIL FROM:<ann@example.com>"+test.params, "RCPT TO:<cy@example.com>",
				fmt.Sprintf("BDAT %d", len(test.raw))+"\r\n"+test.raw+"BDAT 0 LAST"), "250")
			report := srv.SMTP().WaitMessage(t).Reports[0]
			encoding, kinds, bodies := readParts(t, report.Raw)
			if encoding != test.encoding || len(kinds) != 3 || kinds[0] != "text/plain 8bit" || kinds[1] != "message/delivery-status" || kinds[2] != test.kind {
				t.Errorf("got %s: %q, want %s, the last %s", encoding, kinds, test.encoding, test.kind)
			}
			if !strings.HasPrefix(bodies[1], "Reporting-MTA: dns; mx.example.com\r\n") || bodies[2] != test.body {
				t.Errorf("got %q, want %q", bodies, test.body)
			}
			if got := srv.User("ann").Inbox().Message(t).Raw(); !bytes.HasSuffix(got, report.Raw) {
				t.Errorf("filed\n%s", got)
			}
		})
	}
}
