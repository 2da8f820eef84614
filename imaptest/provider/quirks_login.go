package provider

import (
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Quirks of logging in, and of what follows.
var (
	// CapabilityUntagged tells the capabilities after login in an untagged line before the
	// tagged OK, and not in its code: "* CAPABILITY …", "a OK … authenticated (Success)". Gmail,
	// Yandex, Zoho, Mail.ru (2016 to 2024). A client that forgets what it knows of the server at
	// the tagged OK loses the list: go-imap#561, nextcloud/mail PR#7334.
	CapabilityUntagged = imaptest.Quirk{
		Name: "capability-untagged", Doc: "the list after login is an untagged line before the tagged OK",
		Sources: []string{"modern-email/defects#18 (2024-01-30)"}, Excludes: []string{"capability-silent"},
		Acts: []imaptest.Act{
			imaptest.TextAct{Event: "ok/LOGIN", Answer: "* CAPABILITY {capabilities}\n{line}"},
			imaptest.TextAct{Event: "ok/AUTHENTICATE", Answer: "* CAPABILITY {capabilities}\n{line}"},
			imaptest.EditAct{Response: "tagged OK", Find: `^(\S+ OK) \[CAPABILITY [^\]]*\]`, Replace: "${1}"},
		},
	}
	// CapabilitySilent tells no capabilities at login, though there are others than before:
	// the client has to ask. Microsoft 365, iCloud, Yahoo, Courier (2011 to 2026). A client that
	// goes on with what the greeting said never finds MOVE.
	CapabilitySilent = imaptest.Quirk{
		Name: "capability-silent", Doc: "login does not tell the new list",
		Sources: []string{"MailKit#1437 (2022)", "nextcloud/mail#3401 (2020)"}, Excludes: []string{"capability-untagged"},
		Acts: []imaptest.Act{imaptest.EditAct{Response: "tagged OK", Find: `^(\S+ OK) \[CAPABILITY [^\]]*\]`, Replace: "${1}"}},
	}
	// HalfLogin lets the client log in, and then nothing works: "BAD User is authenticated but
	// not connected.", and "* BYE Connection closed. 14". Microsoft 365, for a missing scope, an
	// account without IMAP, too many sessions, or connections that come and go quickly. After
	// how many answers BYE comes is not known: here, after three. It has broken MailKit#1494
	// and #1496, node-imap#523 and #689, imapflow#314, getmail6#214, email-oauth2-proxy#74 and #275,
	// flowcrypt-android#1338.
	HalfLogin = imaptest.Quirk{
		Name: "half-login", Doc: "a good login, and then every command is BAD until BYE",
		Sources: []string{"email-oauth2-proxy#74", "node-imap#523 (2016)", "php-imap#464 (2024-01-01)"},
		Acts: []imaptest.Act{imaptest.GateAct{
			On: "*", When: "authenticated", Answer: "BAD User is authenticated but not connected.", Bye: "* BYE Connection closed. 14", After: 3,
		}},
	}
	// TokenExpires ends a session an hour after it logged in with a token, in answer to
	// whatever comes next: "* BYE Session invalidated - AccessTokenExpired". Microsoft 365. It
	// has broken aioimaplib#83.
	TokenExpires = imaptest.Quirk{
		Name: "token-expires", Doc: "the session ends with its token, an hour after login",
		Sources: []string{"aioimaplib#83 (2022-11-23)"},
		Acts:    []imaptest.Act{imaptest.ClockAct{On: "token", After: time.Hour, Then: "bye Session invalidated - AccessTokenExpired"}},
	}
	// TokenChallenge answers a refused token with a challenge that is JSON in base64, waits for
	// an empty line, and says NO then. Gmail. A client that takes "+" for success hangs.
	TokenChallenge = imaptest.Quirk{
		Name: "token-challenge", Doc: "a refused token is answered with a challenge, and with NO after an empty line",
		Sources: []string{"google/gmail-oauth2-tools#78 (2024-08-01)", "node-imap#522 (2016)"}, Excludes: []string{"token-refused-at-once"},
		Acts: []imaptest.Act{
			imaptest.SetAct{Line: `sasl XOAUTH2 ` + googleChallenge},
			imaptest.SetAct{Line: `sasl OAUTHBEARER ` + googleChallenge},
		},
	}
	// TokenRefusedAtOnce answers a refused token with NO, without the challenge. Microsoft 365,
	// Yandex, Mail.ru. A client that waits for the challenge waits for ever.
	TokenRefusedAtOnce = imaptest.Quirk{
		Name: "token-refused-at-once", Doc: "a refused token is answered NO, without a challenge",
		Sources:  []string{"MicrosoftDocs/office-developer-exchange-docs#87 (2020)", "chatmail/async-imap#35 (2020-08-08)", "MailKit#345 (2016-05-26)"},
		Excludes: []string{"token-challenge"},
		Acts: []imaptest.Act{
			imaptest.SetAct{Line: "sasl XOAUTH2 failure=-"},
			imaptest.SetAct{Line: "sasl OAUTHBEARER failure=-"},
		},
	}
	// BasicAuthDisabled refuses passwords, right or wrong: "NO Basic authentication is
	// disabled." Outlook.com since 2024; whether BYE follows at once is not known.
	BasicAuthDisabled = imaptest.Quirk{
		Name: "basic-auth-disabled", Doc: "passwords are refused, right or wrong",
		Sources: []string{"holon-run/uxc#445 (2026-09-08)"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "LOGIN", When: "password", Answer: "NO Basic authentication is disabled."},
			imaptest.GateAct{On: "AUTHENTICATE", When: "password", Answer: "NO AUTHENTICATE failed."},
		},
	}
	// PlainRefused refuses AUTHENTICATE PLAIN with a password with which LOGIN works. Microsoft 365
	// (for shared mailboxes above all) and iCloud. Clients that take the best mechanism never
	// get in: MailKit#1437, OpenArchiver#231 and #319; imapflow goes back to LOGIN.
	PlainRefused = imaptest.Quirk{
		Name: "plain-refused", Doc: "AUTHENTICATE PLAIN is refused where LOGIN works",
		Sources: []string{"MailKit#1437 (2022)", "OpenArchiver#231 (2025-11-09)", "OpenArchiver#319 (2026-02-27)"}, Excludes: []string{"basic-auth-disabled"},
		Acts: []imaptest.Act{imaptest.GateAct{On: "AUTHENTICATE PLAIN*", Answer: "{auth.password}"}},
	}
	// UnsafeLogin refuses to open a mailbox until the client has said who it is: "NO SELECT
	// Unsafe Login. Please contact kefu@188.com for help". ID may come before login or after it.
	// 163 and 126 (2016 to 2026). It has broken node-imap#908, S22.Imap#167, himalaya#651,
	// offlineimap#696, offlineimap3#68, nanobot#1123, bichon#25, MrRSS#602.
	UnsafeLogin = imaptest.Quirk{
		Name: "unsafe-login", Doc: "SELECT and EXAMINE are refused until the client has sent ID", Needs: []string{"ID"},
		Sources: []string{"modern-email/defects#25 (2024-05-11)", "node-imap#908"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "SELECT", When: "no-id", Answer: "NO SELECT Unsafe Login. Please contact kefu@188.com for help"},
			imaptest.GateAct{On: "EXAMINE", When: "no-id", Answer: "NO EXAMINE Unsafe Login. Please contact kefu@188.com for help"},
		},
	}
	// AppPasswordRequired refuses the account's password with an ALERT that people have to be
	// shown. Gmail, for accounts with two factors. Clients that show their own words leave
	// people without a way on.
	AppPasswordRequired = imaptest.Quirk{
		Name: "app-password-required", Doc: "a password is refused with an ALERT that names a page for people",
		Sources: []string{"imapsync FAQ (2025-07-17)"}, Excludes: []string{"web-login-required", "access-disabled", "basic-auth-disabled"},
		Acts: passwordGates("NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)"),
	}
	// WebLoginRequired refuses a login with a WEBALERT whose argument is a link, in an untagged
	// NO, and an ALERT. Gmail, when it does not know the place from which somebody comes.
	WebLoginRequired = imaptest.Quirk{
		Name: "web-login-required", Doc: "a login is refused with WEBALERT and a link, and an ALERT",
		Sources: []string{"MailKit's authenticate+webalert.txt (2026-08)", "imapsync FAQ (2025-07-17)"}, Excludes: []string{"app-password-required", "access-disabled", "basic-auth-disabled"},
		Acts: passwordGates("* NO [WEBALERT https://accounts.google.com/signin/continue] Web login required.\n" +
			"NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)"),
	}
	// AccessDisabled refuses a login because the account's owner has not switched IMAP on. Zoho.
	AccessDisabled = imaptest.Quirk{
		Name: "access-disabled", Doc: "a login is refused because IMAP is not switched on",
		Sources: []string{"six clients that look for the text"}, Excludes: []string{"app-password-required", "web-login-required", "basic-auth-disabled"},
		Acts: passwordGates("NO [ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)"),
	}
	// PlusWithoutSpace sends the continuation of AUTHENTICATE as "+" and CRLF, without the space
	// of RFC 9051, section 9: continue-req. Proton Mail Bridge (gluon). himalaya#556 waits for the
	// space.
	PlusWithoutSpace = imaptest.Quirk{
		Name: "plus-without-space", Doc: `the continuation of AUTHENTICATE is "+" without a space`, Fault: true,
		Sources: []string{"pimalaya/himalaya#556 (2025-02-05)"},
		Acts: []imaptest.Act{
			imaptest.SetAct{Line: "sasl PLAIN prompt=+"}, imaptest.SetAct{Line: "sasl LOGIN prompt=+"},
			imaptest.SetAct{Line: "sasl XOAUTH2 prompt=+"}, imaptest.SetAct{Line: "sasl OAUTHBEARER prompt=+"},
		},
	}
	// TextWithBrackets puts a blob in brackets where a response code would be: `OK
	// [Error="…WrongServerException: …" Proxy=… Service=Imap4] AUTHENTICATE completed.` Microsoft
	// 365. It is no resp-text-code (RFC 9051, section 9), and broke net-imap#597.
	TextWithBrackets = imaptest.Quirk{
		Name: "text-with-brackets", Doc: "the OK of a login has a text in brackets that is no response code", Fault: true,
		Sources: []string{"ruby/net-imap#597 (2025)"},
		Acts: []imaptest.Act{imaptest.EditAct{
			Response: "AUTHENTICATE: tagged OK", Find: `^(\S+) OK .*$`,
			Replace: `${1} OK [Error="Microsoft.Exchange.Data.Storage.WrongServerException: Cross Server access is not allowed for mailbox 00000000-0000-0000-0000-000000000000" AuthResultFromPopImapEnd=0 Proxy=BACKEND.EURP000.PROD.OUTLOOK.COM:1993:SSL MailboxBE=BACKEND.EURP000.PROD.OUTLOOK.COM Service=Imap4] AUTHENTICATE completed.`,
		}},
	}
)

// googleChallenge is what follows a refused token, after a prompt of "+ ".
const googleChallenge = `"prompt=+ " "failure={\"status\":\"400\",\"schemes\":\"Bearer\",\"scope\":\"https://mail.google.com/\"}"`

func passwordGates(answer string) []imaptest.Act {
	return []imaptest.Act{
		imaptest.GateAct{On: "LOGIN", When: "password", Answer: answer},
		imaptest.GateAct{On: "AUTHENTICATE", When: "password", Answer: answer},
	}
}
