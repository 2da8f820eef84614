package imaptest_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/saslclient"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// TestNoSecretIsReported: no way to log in, of IMAP or SMTP, leaves a secret in a report,
// though the page is looked through as a browser has it: with what the script is given.
func TestNoSecretIsReported(t *testing.T) {
	secrets := saslclient.SecretsOf("user", hunter)
	for _, form := range forms[:4] {
		t.Run(form.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := startSecret(t, []imaptest.Option{imaptest.WithReport()}, nil)
				defer func() { s.nc.Close(); s.srv.Close() }()
				for _, try := range attempts() {
					nc, err := s.srv.Dial(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					s.nc.Close()
					s.nc = nc
					go func() { _, _ = bytes.NewBuffer(nil).ReadFrom(nc) }()
					writes := append([]string{form.write(try.Writes[0])}, try.Writes[1:]...)
					s.converse("", writes, 0)
				}
				searchReport(t, s.srv, secrets)
			})
		})
	}
}

// TestNoSecretOfSMTPIsReported is the same of AUTH.
func TestNoSecretOfSMTPIsReported(t *testing.T) {
	secrets := saslclient.SecretsOf("user", hunter)
	synctest.Test(t, func(t *testing.T) {
		srv, err := imaptest.New(imaptest.InMemory(), imaptest.WithUser("user", hunter), imaptest.WithReport(), imaptest.WithSMTP(smtpsink.RequireAuth()))
		if err != nil {
			t.Fatal(err)
		}
		defer srv.Close()
		for _, try := range saslclient.Attempts("user", "AUTH") {
			nc, err := srv.SMTP().Dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			go func() { _, _ = bytes.NewBuffer(nil).ReadFrom(nc) }()
			fmt.Fprint(nc, "EHLO me\r\n")
			for _, text := range try.Writes {
				synctest.Wait()
				fmt.Fprint(nc, text)
			}
			synctest.Wait()
			fmt.Fprint(nc, "NOOP\r\n")
			synctest.Wait()
			nc.Close()
		}
		searchReport(t, srv, secrets)
	})
}

// searchReport looks for secrets in the report, and for what must be there.
func searchReport(t *testing.T, srv *imaptest.Server, secrets saslclient.Secrets) {
	t.Helper()
	var page bytes.Buffer
	if err := srv.WriteReport(&page); err != nil {
		t.Fatal(err)
	}
	text := page.String()
	if piece := secrets.In(text); piece != "" {
		at := strings.Index(text, piece)
		t.Errorf("%q is in the report: …%s…", piece, text[max(at-200, 0):min(at+200, len(text))])
	}
	if !strings.Contains(text, "NOOP") {
		t.Error("ordinary commands are not in the report")
	}
}
