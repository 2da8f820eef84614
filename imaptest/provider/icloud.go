package provider

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// ICloud is iCloud Mail (imap.mail.me.com, "iSCREAM"). The greeting, the list before login and
// LOGOUT were seen on 2026-09-18, the list after login on 2025-01-18 (MailKit#1871), SELECT and
// the texts with their times in a blog and in nextcloud/mail#3401 (2020). It advertises QRESYNC
// and ANNOTATE-EXPERIMENT-1, and neither can be used: SELECT with ANNOTATE is BAD
// (MailKit#970, 2020-01-06).
//
// Not known: the text of its limit of connections, what it answers to a refused token, whether
// SELECT tells HIGHESTMODSEQ to who asks for CONDSTORE, and the bytes of its wrong VANISHED.
// Known, and not here: in 2016 the second wrong password ended the connection, and the greeting
// had the names of host and build among the capabilities; [SelectFirst] befalls some sessions.
var ICloud = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "icloud",
	Title: "iCloud Mail",
	Seen:  "before login 2026-09-18, after login 2025-01-18",

	Greeting: "* OK [CAPABILITY {capabilities}] (2636B110-e081d247cdf3) p00-iscream-20-percent-979bf6cdb-d9btm",
	Caps: imaptest.Caps{
		BeforeLogin: "XAPPLEPUSHSERVICE IMAP4 IMAP4rev1 SASL-IR AUTH=ATOKEN AUTH=PLAIN AUTH=ATOKEN2 AUTH=XOAUTH2",
		AfterLogin:  "XAPPLEPUSHSERVICE IMAP4 IMAP4rev1 CONDSTORE ENABLE QRESYNC QUOTA XAPPLELITERAL NAMESPACE UIDPLUS CHILDREN BINARY UNSELECT SORT CATENATE URLAUTH LANGUAGE ESEARCH ESORT THREAD=ORDEREDSUBJECT THREAD=REFERENCES CONTEXT=SEARCH CONTEXT=SORT WITHIN SASL-IR SEARCHRES METADATA ID XMSEARCH X-SUN-SORT ANNOTATE-EXPERIMENT-1 X-UNAUTHENTICATE X-SUN-IMAP XUM1 MULTISEARCH IDLE X-APPLE-REMOTE-LINKS LIST-STATUS",
		Dead:        []imap.Cap{imap.CapQResync, "ANNOTATE-EXPERIMENT-1"},
		Ornaments: []string{
			"XAPPLEPUSHSERVICE", "IMAP4", "AUTH=ATOKEN", "AUTH=ATOKEN2", "XAPPLELITERAL", "XMSEARCH", "X-SUN-SORT",
			"X-UNAUTHENTICATE", "X-SUN-IMAP", "XUM1", "X-APPLE-REMOTE-LINKS",
		},
	},

	Texts: imaptest.Texts{
		"ok":                         "OK {code}{command} completed (took 2 ms)",
		"ok/CAPABILITY":              "OK Completed",
		"ok/LOGIN":                   "OK user {user} logged in",
		"ok/AUTHENTICATE":            "OK user {user} authenticated",
		"ok/ENABLE":                  "OK ENABLE completed",
		"ok/LOGOUT":                  "OK",
		"bye.logout":                 "* BYE",
		"auth.password":              "NO [AUTHENTICATIONFAILED] Authentication failed",
		"auth.password/AUTHENTICATE": "NO [AUTHENTICATIONFAILED] Authentication Failed", // OpenArchiver#319 (2026-02-27)
	},

	Select: []string{
		"* {exists} EXISTS",
		"* {recent} RECENT",
		"* OK [UNSEEN {unseen}]",
		"* OK [UIDVALIDITY {uidvalidity}]",
		"* OK [UIDNEXT {uidnext}]",
		"* FLAGS {flags}",
		"* OK [PERMANENTFLAGS {permanentflags}]",
	},
	Flags: imaptest.SpecFlags{
		System: []imap.Flag{imap.FlagAnswered, imap.FlagFlagged, imap.FlagDraft, imap.FlagDeleted, imap.FlagSeen, `\Recent`},
		Keywords: []imap.Flag{
			"$MailFlagBit0", "$MailFlagBit1", "$MailFlagBit2", "$Forwarded", "Redirected", "$NotJunk", "NotJunk",
		},
	},

	Names: imaptest.SpecNames{Quote: imaptest.QuoteAlways, Attrs: "kind own"}, // attributes are empty but for INBOX
	Mailboxes: []imaptest.SpecMailbox{
		{Name: "INBOX", Attrs: []string{`\Noinferiors`}},
		{Name: "Archive"}, {Name: "Deleted Messages"}, {Name: "Drafts"}, {Name: "Junk"}, {Name: "Sent Messages"},
	},

	Quirks: []imaptest.Quirk{CapabilitySilent, RFC822Missing, EnabledMissing, SearchHeaderUnexpected},
})
