package provider_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
	"github.com/go-mailtest/mailtest/internal/dialogue"
)

// An account that is let in no more, although its password is right, is told so in its
// provider's words, and is let in again when the reason is gone.
func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		p    imaptest.Profile
		why  imaptest.Refusal
		want string // what LOGIN is answered, its tag aside
	}{
		// imapsync's FAQ (2025-07-17), MailKit's authenticate+webalert.txt, mikeboers.com (2014-10-14)
		{provider.Gmail, imaptest.NeedsAppPassword, "a NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)"},
		{provider.Gmail, imaptest.NeedsWebLogin, "* NO [WEBALERT https://accounts.google.com/signin/continue] Web login required.\n" +
			"a NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)"},
		{provider.Gmail, imaptest.TooManyConnections, "a NO [ALERT] Too many simultaneous connections. (Failure)"},
		// six clients that look for the text
		{provider.Zoho, imaptest.AccountDisabled, "a NO [ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)"},
		// Zimbra's source (2024-10-24)
		{provider.Zimbra, imaptest.AccountDisabled, "a NO account does not have IMAP access enabled"},
		// node-imap#606 (2017-04-13)
		{provider.Dovecot, imaptest.TooManyConnections, "a NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)"},
		// two clients' repositories
		{provider.MailRu, imaptest.NeedsAppPassword, "a NO [AUTHENTICATIONFAILED] NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED"},
	} {
		synctest.Test(t, func(t *testing.T) { refuse(t, test.p, test.why, strings.Split(test.want, "\n")) })
	}
}

func refuse(t *testing.T, p imaptest.Profile, why imaptest.Refusal, want []string) {
	srv := imaptest.Start(t, p, imaptest.InMemory())
	account := srv.User(imaptest.DefaultUser)
	account.Refuse(t, why)
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	peer := dialogue.NewPeer("1", nc)
	peer.Write("a LOGIN user password\r\n")
	for _, line := range append([]string{"* OK {*}"}, want...) {
		if err := peer.Expect(line); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
	account.Admit(t)
	peer.Write("b LOGIN user password\r\n")
	for _, line := range []string{"...", "b OK {*}"} {
		if err := peer.Expect(line); err != nil {
			t.Errorf("%s, let in again: %v", p, err)
		}
	}
}
