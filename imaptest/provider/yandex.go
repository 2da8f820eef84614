package provider

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Yandex is Yandex Mail, recorded in February 2024 (MailKit), with refusals of 2018 to 2020
// (Mailspring#904, #2111; chatmail/async-imap#35). Its delimiter is "|", and FLAGS lacks \Flagged,
// which PERMANENTFLAGS has. XLIST is advertised, and dropped the connection at times (mailcore2).
//
// Known, and not here: Drafts|template is in quotes there; [ByeRepeated], [BodyEmptyValue] and
// [StructureChildless] befall some messages and sessions, and IDLE's sockets die after 6 to 45
// minutes (2017).
var Yandex = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "yandex",
	Title: "Yandex Mail",
	Seen:  "2024-02; refusals 2018 to 2020",

	Greeting: "* OK Yandex IMAP4rev1 at mail-imap-production-171.sas.yp-c.yandex.net:993 ready to talk with ::ffff:{peer}:50580, 2024-Feb-13 08:17:42, {id}",
	Caps: imaptest.Caps{
		BeforeLogin: "IMAP4rev1 CHILDREN UNSELECT LITERAL+ NAMESPACE XLIST UIDPLUS ENABLE ID AUTH=PLAIN AUTH=XOAUTH2 IDLE MOVE",
		AfterLogin:  "IMAP4rev1 CHILDREN UNSELECT LITERAL+ NAMESPACE XLIST UIDPLUS ENABLE ID IDLE MOVE",
	},

	Texts: imaptest.Texts{
		"ok":              "OK {code}{command} Completed.",
		"ok/SELECT":       "OK [READ-WRITE] SELECT Completed.", // the code is inferred
		"ok/EXAMINE":      "OK [READ-ONLY] EXAMINE Completed.",
		"ok/LOGIN":        "OK LOGIN Completed.",
		"ok/AUTHENTICATE": "OK AUTHENTICATE Completed.",
		"auth.password":   "NO [AUTHENTICATIONFAILED] {verb} invalid credentials or IMAP is disabled sc={id}",
		"auth.token":      "NO [AUTHENTICATIONFAILED] {verb} invalid credentials or IMAP is disabled sc={id}",
	},

	Select: []string{
		"* FLAGS {flags}",
		"* {exists} EXISTS",
		"* {recent} RECENT",
		"* OK [UNSEEN {unseen}]",
		"* OK [PERMANENTFLAGS {permanentflags}] Limited",
		"* OK [UIDNEXT {uidnext}] Ok", // the texts of these two are not theirs
		"* OK [UIDVALIDITY {uidvalidity}] Ok",
	},
	Flags: imaptest.SpecFlags{
		System:   []imap.Flag{imap.FlagAnswered, imap.FlagSeen, imap.FlagDraft, imap.FlagFlagged, imap.FlagDeleted},
		Hidden:   []imap.Flag{imap.FlagFlagged},
		Keywords: []imap.Flag{"$Forwarded"},
	},

	Names: imaptest.SpecNames{Delimiter: '|', Quote: imaptest.QuoteIfNeeded, Attrs: "children kind own"},
	Mailboxes: []imaptest.SpecMailbox{
		{Name: "INBOX", Attrs: []string{`\Marked`, `\NoInferiors`}},
		// XLIST tells what most are for twice.
		{Name: "Drafts", Use: imap.MailboxAttrDrafts, Attrs: []string{`\Unmarked`}, XList: []string{`\Drafts`, `\Drafts`}},
		{Name: "Drafts|template", Attrs: []string{`\Unmarked`}, XList: []string{`\Templates`}},
		{Name: "Outbox", Attrs: []string{`\Unmarked`}},
		{Name: "Sent", Use: imap.MailboxAttrSent, Attrs: []string{`\Unmarked`}, XList: []string{`\Sent`, `\Sent`}},
		{Name: "Spam", Use: imap.MailboxAttrJunk, Attrs: []string{`\Unmarked`}, XList: []string{`\Junk`, `\Spam`}},
		{Name: "Trash", Use: imap.MailboxAttrTrash, Attrs: []string{`\Unmarked`}, XList: []string{`\Trash`, `\Trash`}},
	},
	SASL: []imaptest.SpecSASL{{Mechanism: "XOAUTH2", Prompt: []string{"+ "}, Failure: "-"}},

	Quirks: []imaptest.Quirk{CapabilityUntagged, SearchHeaderUnavailable},
})

// MailRu is Mail.ru: a session of 2016-05-26 (MailKit#345), one of 2016-04-29 without the
// provider's name and with the same list (jakartaee/mail-api#214), and its list as a Russian
// project has it. It has no IDLE. A refused password names a page for people where the
// account needs an application's password.
//
// Not known: SELECT, LIST, most texts: they are this server's own.
var MailRu = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "mailru",
	Title: "Mail.ru",
	Seen:  "2016-05-26",

	Greeting: "* OK Welcome",
	Caps: imaptest.Caps{
		BeforeLogin: "IMAP4rev1 ID XLIST UIDPLUS UNSELECT MOVE LIST-STATUS AUTH=PLAIN AUTH=XOAUTH2",
		AfterLogin:  "IMAP4rev1 ID XLIST UIDPLUS UNSELECT MOVE LIST-STATUS",
	},
	Texts: imaptest.Texts{
		"ok":              "OK {code}{command} completed",
		"ok/LOGIN":        "OK Authentication successful",
		"ok/AUTHENTICATE": "OK Authentication successful",
		"auth.password":   "NO [AUTHENTICATIONFAILED] Authentication failed",
		"auth.token":      "NO [AUTHENTICATIONFAILED] Authentication failed",
		"auth.app":        "NO [AUTHENTICATIONFAILED] NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED",
	},
	SASL:   []imaptest.SpecSASL{{Mechanism: "XOAUTH2", Prompt: []string{"+ "}, Failure: "-"}},
	Quirks: []imaptest.Quirk{CapabilityUntagged, NumbersFloat},
})
