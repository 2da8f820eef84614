package provider

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Yahoo is Yahoo Mail and AOL, as a client meets it that does not ask for UIDONLY. The list
// before login was seen on 2026-09-18, that after it on 2026-09-24, EXAMINE in 2020 (MailKit's
// recordings), the mailboxes in 2016 (owncloud-archive/mail#1333). SELECT itself has not been
// seen: it is EXAMINE's, with its flags.
//
// Not known: what it answers to a refused token; the texts of its limits of logins. Known, and
// not here: COMPRESS=DEFLATE and X-ALL-MAIL, which some lists had; [EnvelopeEmptyList] is of
// undisclosed recipients alone, [RateLimitHit] of who asks too much.
var Yahoo = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "yahoo",
	Title: "Yahoo Mail, AOL",
	Seen:  "before login 2026-09-18, after login 2026-09-24, EXAMINE 2020",

	Greeting: "* OK Welcome! IMAP Server up and ready to accept your request",
	Caps: imaptest.Caps{
		BeforeLogin: "IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER ID MOVE NAMESPACE XYMHIGHESTMODSEQ UIDPLUS LITERAL+ CHILDREN UNSELECT X-MSG-EXT OBJECTID IDLE ENABLE UIDONLY X-UIDONLY LIST-EXTENDED LIST-STATUS SPECIAL-USE PARTIAL APPENDLIMIT=41697280",
		AfterLogin:  "IMAP4rev1 ID MOVE NAMESPACE XYMHIGHESTMODSEQ UIDPLUS LITERAL+ CHILDREN UNSELECT X-MSG-EXT OBJECTID IDLE ENABLE UIDONLY X-UIDONLY LIST-EXTENDED LIST-STATUS SPECIAL-USE MESSAGELIMIT=1000 PARTIAL APPENDLIMIT=41697280",
		Ornaments:   []string{"XYMHIGHESTMODSEQ", "X-MSG-EXT", "X-UIDONLY"},
	},

	Texts: imaptest.Texts{
		"ok":                         "OK {code}{command} completed",
		"ok/EXAMINE":                 "OK [READ-ONLY] EXAMINE completed; now in selected state",
		"ok/SELECT":                  "OK [READ-WRITE] SELECT completed; now in selected state", // after EXAMINE's
		"ok/LOGIN":                   "OK LOGIN completed",                                      // imapflow#75 (2022)
		"ok/AUTHENTICATE":            "OK AUTHENTICATE completed",
		"bye.logout":                 "* BYE IMAP4rev1 Server logging out",
		"auth.password":              "NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials",
		"auth.password/AUTHENTICATE": "NO [AUTHENTICATIONFAILED] AUTHENTICATE Invalid credentials", // imapflow#300 (2025-08-04)
		"limit.rate":                 "NO [LIMIT] {command} Rate limit hit.",
		"command.many":               "NO [LIMIT] {command} Rate limit hit.",
		"server.bug":                 "NO [SERVERBUG] {command} Server error - Please try again later", // imap-backup#218 (2024-11)
	},

	Examine: []string{
		"* {exists} EXISTS",
		"* 0 RECENT",
		"* OK [UIDVALIDITY {uidvalidity}] UIDs valid",
		"* OK [UIDNEXT {uidnext}] Predicted next UID",
		"* FLAGS {flags}",
		"* OK [PERMANENTFLAGS ()] No permanent flags permitted",
		"* OK [HIGHESTMODSEQ {highestmodseq}]",
		"* OK [MAILBOXID ({mailboxid})] Ok",
	},
	Select: []string{
		"* {exists} EXISTS",
		"* 0 RECENT",
		"* OK [UIDVALIDITY {uidvalidity}] UIDs valid",
		"* OK [UIDNEXT {uidnext}] Predicted next UID",
		"* FLAGS {flags}",
		"* OK [PERMANENTFLAGS {permanentflags}] Permanent flags", // the text is not theirs
		"* OK [HIGHESTMODSEQ {highestmodseq}]",
		"* OK [MAILBOXID ({mailboxid})] Ok",
	},
	Flags: imaptest.SpecFlags{
		System:   []imap.Flag{imap.FlagAnswered, imap.FlagDeleted, imap.FlagDraft, imap.FlagFlagged, imap.FlagSeen},
		Keywords: []imap.Flag{"$Forwarded", "$Junk", "$NotJunk"},
		New:      imaptest.NoKeywords, // comm-central nsImapProtocol.cpp
	},

	Names: imaptest.SpecNames{Inbox: "Inbox", Quote: imaptest.QuoteAlways, Attrs: "kind own use children"},
	Mailboxes: []imaptest.SpecMailbox{
		{Name: "INBOX", Attrs: []string{`\Inbox`}},
		{Name: "Archive", Use: imap.MailboxAttrArchive},
		{Name: "Bulk Mail", Use: imap.MailboxAttrJunk},
		{Name: "Draft", Use: imap.MailboxAttrDrafts},
		{Name: "Sent", Use: imap.MailboxAttrSent},
		{Name: "Trash", Use: imap.MailboxAttrTrash},
	},
	Limits: imaptest.SpecLimits{Messages: 1000, Append: 41697280},

	Quirks: []imaptest.Quirk{CapabilitySilent, SearchTrailingSpace, FetchDescending, CopyUIDPermuted, NumbersRefused, FieldsIndexed, SearchHeaderNothing, AppendUnendedBad, Window},
})
