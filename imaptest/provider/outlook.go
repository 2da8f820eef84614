package provider

import (
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Outlook is Microsoft 365 and Outlook.com behind the front end of September 2026, with the
// mailboxes of a consumer's account (2021). The greeting and the list before login were seen
// on 2026-09-18 and 2026-09-09 (MailKit#2016), the list after login from 2018 to 2025, SELECT in
// isync's documents. The sent mailbox of such an account has not been seen: there is none.
//
// Not known: how long IDLE may last, how many commands are too many. What befalls sessions and
// messages now and then are quirks of their own: [EscapedNamesBad], [HalfLogin], [TokenExpires],
// [ThrottledBad], [ServerUnavailable], [SilentIdle], [CopyUIDEmpty], [EnvelopeNoSender] and those
// of BODYSTRUCTURE.
var Outlook = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "outlook",
	Title: "Outlook.com, Microsoft 365",
	Seen:  "before login 2026-09-18, after login 2018 to 2025",

	Greeting: "* OK Microsoft Exchange IMAP4 service ready. {uuid} (tcpproxy/15.21.0428.008 BACKENDAUTHENTICATE) [RwBWAFoAUAAyADgAMABDAEEAMAAwADMANQAuAFMAVwBFAFAAMgA4ADAALgBQAFIATwBEAC4ATwBVAFQATABPAE8ASwAuAEMATwBNAA==]",
	Caps: imaptest.Caps{
		BeforeLogin: "IMAP4 IMAP4rev1 AUTH=XOAUTH2 LOGINDISABLED SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+",
		AfterLogin:  "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CLIENTACCESSRULES CLIENTNETWORKPRESENCELOCATION BACKENDAUTHENTICATE CHILDREN IDLE NAMESPACE LITERAL+",
		Dead:        []imap.Cap{imap.AuthCap("PLAIN")}, // refused even where the password is right: OpenArchiver#231
		Ornaments:   []string{"IMAP4", "CLIENTACCESSRULES", "CLIENTNETWORKPRESENCELOCATION", "BACKENDAUTHENTICATE"},
	},

	Texts: outlookTexts,
	Select: []string{
		"* {exists} EXISTS",
		"* {recent} RECENT",
		"* FLAGS {flags}",
		"* OK [PERMANENTFLAGS {permanentflags}] Permanent flags",
		"* OK [UNSEEN {unseen}] Is the first unseen message",
		"* OK [UIDVALIDITY {uidvalidity}] UIDVALIDITY value",
		"* OK [UIDNEXT {uidnext}] The next unique identifier value",
	},
	Flags: imaptest.SpecFlags{
		System:   []imap.Flag{imap.FlagSeen, imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagDraft},
		Keywords: []imap.Flag{"$MDNSent"},
		New:      imaptest.NoKeywords,
	},
	Fetch: imaptest.SpecFetch{UIDLast: true}, // django-mailbox#232

	Names: imaptest.SpecNames{Inbox: "Inbox", Quote: imaptest.QuoteIfNeeded, Attrs: "own kind children use"},
	Mailboxes: []imaptest.SpecMailbox{ // MailKit#1282 (2021-11)
		{Name: "INBOX", Attrs: []string{`\Marked`}},
		{Name: "Archive"},
		{Name: "Deleted", Use: imap.MailboxAttrTrash, Attrs: []string{`\Marked`}},
		{Name: "Drafts", Use: imap.MailboxAttrDrafts, Attrs: []string{`\Marked`}},
		{Name: "Junk", Use: imap.MailboxAttrJunk, Attrs: []string{`\Marked`}},
		{Name: "Notes"},
		{Name: "Outbox"},
	},
	SASL:   []imaptest.SpecSASL{{Mechanism: "XOAUTH2", Failure: "-"}}, // office-developer-exchange-docs#87 (2020)
	Limits: imaptest.SpecLimits{Bad: 10, Line: 10239},                 // imapsync's FAQ: ten errors; longer lines are refused

	Quirks: []imaptest.Quirk{SpecialUseUnadvertised, CapabilitySilent, EnvelopeSpaces, NamesFolded, FilesReserved, SearchKeywordBad, AppendFlaggedLost},
})

var outlookTexts = imaptest.Texts{
	"ok":                         "OK {code}{verb} completed.",
	"ok/SELECT":                  "OK [READ-WRITE] SELECT completed.",
	"ok/EXAMINE":                 "OK [READ-ONLY] EXAMINE completed.", // after that of SELECT
	"ok/LOGIN":                   "OK LOGIN completed.",               // MailKit#1437 (2022)
	"ok/AUTHENTICATE":            "OK AUTHENTICATE completed.",
	"bye.logout":                 "* BYE Microsoft Exchange Server IMAP4 server signing off.",
	"auth.logindisabled":         "NO Basic authentication is disabled.", // uxc#445 (2026-09-08)
	"auth.password":              "NO LOGIN failed.",                     // imapsync#368 (2022)
	"auth.password/AUTHENTICATE": "NO AUTHENTICATE failed.",              // OpenArchiver#231 (2025-11-09)
	"auth.mechanism":             "NO AUTHENTICATE failed.",
	"auth.token":                 "NO AUTHENTICATE failed.",
	"bad":                        "BAD Command Argument Error. 11", // imapsync#239, #389
	"command.state":              "BAD Command received in Invalid state.",
	"command.many":               "BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds", // imapflow#142
	"append.toobig":              "NO Maximum size of appendable message has been exceeded",
	"note.copyuid":               "* OK {code}", // net-imap#285 (2024-05-22); the provider is inferred
	"mailbox.reserved":           "NO Folder name is reserved",
	"mailbox.exists":             "NO Mailbox already exists",                      // imapsync's FAQ has the words; that it is NO is inferred
	"mailbox.missing":            "NO {mailbox} doesn't exist.",                    // imapsync#459 (2024), of INBOX
	"bye.token":                  "* BYE Session invalidated - AccessTokenExpired", // aioimaplib#83 (2022-11-23)
	"command.errors":             "* BYE Connection is closed. 13",                 // node-imap#561 (2016); that it follows errors is inferred
}

// OutlookBusiness is Outlook with the mailboxes of an account of a company, where calendars
// and contacts are mailboxes that can be opened (libremail#105, 2020). Which special uses they
// have was not written down; those of the consumer's account are taken for the mailboxes that
// correspond, and \Sent for Sent Items.
var OutlookBusiness = Outlook.Derive("outlook-business", func(s *imaptest.ProfileSpec) {
	s.Title = "Microsoft 365 of a company"
	s.Seen = "mailboxes 2020, the rest as Outlook"
	s.Names.Inbox = ""
	s.Mailboxes = []imaptest.SpecMailbox{
		{Name: "INBOX", Attrs: []string{`\Marked`}},
		{Name: "Archive"},
		{Name: "Calendar"},
		{Name: "Calendar/Birthdays"},
		{Name: "Contacts"},
		{Name: "Conversation History"},
		{Name: "Deleted Items", Use: imap.MailboxAttrTrash},
		{Name: "Drafts", Use: imap.MailboxAttrDrafts},
		{Name: "Journal"},
		{Name: "Junk Email", Use: imap.MailboxAttrJunk},
		{Name: "Notes"},
		{Name: "Outbox"},
		{Name: "RSS Feeds"},
		{Name: "Sent Items", Use: imap.MailboxAttrSent},
		{Name: "Tasks"},
	}
})

// OutlookRev2 is Outlook as some mailboxes have it since September 2026: IMAP4rev2 is in the
// list after login, and LSUB is refused (MailKit#2016, 2026-09-09; imapflow, 2026-08). The
// report says that SEARCH UNSEEN fails there, and not how: it works here.
var OutlookRev2 = Outlook.Derive("outlook-rev2", func(s *imaptest.ProfileSpec) {
	s.Title = "Microsoft 365 with IMAP4rev2"
	s.Seen = "after login 2026-09-09, the rest as Outlook"
	s.Caps.AfterLogin = "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT ENABLE IMAP4rev2 CLIENTACCESSRULES CLIENTNETWORKPRESENCELOCATION BACKENDAUTHENTICATE BACKENDAUTHENTICATE-IR CHILDREN IDLE NAMESPACE LITERAL+"
	s.Caps.Ornaments = append(s.Caps.Ornaments, "BACKENDAUTHENTICATE-IR")
	// RFC 9051, appendix E: what IMAP4rev2 says by itself; that BINARY is there has not been seen.
	s.Caps.Works = []imap.Cap{imap.CapESearch, imap.CapSearchRes, imap.CapListExtended, imap.CapListStatus, imap.CapStatusSize}
	s.Quirks = append(s.Quirks, LSubBad)
})

// Outlook2025 is Outlook behind the front end of 2018 to 2025, which still took passwords:
// another greeting, another list before login, and no LOGINDISABLED (wildduck#943,
// 2025-12-20).
var Outlook2025 = Outlook.Derive("outlook-2025", func(s *imaptest.ProfileSpec) {
	s.Title = "Outlook.com, Microsoft 365 until 2025"
	s.Seen = "2018 to 2025-12-20"
	s.Greeting = "* OK The Microsoft Exchange IMAP4 service is ready. [RwBWAFoAUAAyADgAMABDAEEAMAAwADMANQAuAFMAVwBFAFAAMgA4ADAALgBQAFIATwBEAC4ATwBVAFQATABPAE8ASwAuAEMATwBNAA==]"
	s.Caps.Dead = nil
	s.Caps.BeforeLogin = "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+"
})

// Exchange is Exchange on premises of 2010 and 2013 on the port in the clear (MailKit#1139,
// 2021), with Outlook's texts and lines, and Microsoft's defaults of limits (its documentation,
// 2015-03-09; 10 MB a message: imapsync's FAQ). AUTH=NTLM and AUTH=GSSAPI are shown and refused.
//
// Known, and not here: with TLS required it shows LOGINDISABLED, MOVE and ID (node-imap#685,
// 2018); LIST can tell "Public Folders/", and older versions a whole body for a part of it
// (Jakarta Mail). Of Exchange 2003 and 2007 the greetings are known and little else.
var Exchange = Outlook.Derive("exchange", func(s *imaptest.ProfileSpec) {
	s.Title = "Exchange on premises, 2010 and 2013"
	s.Seen = "2015 to 2021"
	s.Greeting = "* OK The Microsoft Exchange IMAP4 service is ready."
	s.Caps = imaptest.Caps{
		BeforeTLS:   "IMAP4 IMAP4rev1 AUTH=NTLM AUTH=GSSAPI AUTH=PLAIN STARTTLS UIDPLUS CHILDREN IDLE NAMESPACE LITERAL+",
		BeforeLogin: "IMAP4 IMAP4rev1 AUTH=NTLM AUTH=GSSAPI AUTH=PLAIN UIDPLUS CHILDREN IDLE NAMESPACE LITERAL+",
		Ornaments:   []string{"IMAP4", "AUTH=NTLM", "AUTH=GSSAPI"},
	}
	s.Names.Inbox = ""
	s.Mailboxes = OutlookBusiness.Spec().Mailboxes
	s.SASL = nil
	s.Limits = imaptest.SpecLimits{Bad: 10, Line: 10239, ConnsPerUser: 16, Conns: 2000, Idle: 30 * time.Minute, Append: 10 << 20}
	s.Quirks = []imaptest.Quirk{SpecialUseUnadvertised, CapabilitySilent, FlagsSilentRefused, SizeLies, NamesFolded, FlaggedHeader}
})
