package provider

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Zoho is Zoho Mail, recorded on 2024-01-26 (MailKit#1686). The mailboxes are German there; their
// English names are inferred from the special uses. XLIST tells those, LIST does not.
//
// Not known: the texts of its throttling. Known, and not here: XLIST has INBOX in the account's
// language too, \Noinferiors in place of \HasNoChildren; HIGHESTMODSEQ is a time in milliseconds.
var Zoho = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "zoho",
	Title: "Zoho Mail",
	Seen:  "2024-01-26; refusals 2019 to 2023",

	Greeting: "* OK svwall.zoho.com IMAP4 Server (Zoho Mail IMAP4rev1 Server version 1.0)",
	Caps: imaptest.Caps{
		BeforeLogin: zohoCaps + "10485760 CONDSTORE",
		AfterLogin:  zohoCaps + "26214400 CONDSTORE",
	},

	Texts: imaptest.Texts{
		"ok":            "OK {code}Success",
		"auth.password": "NO [AUTHENTICATIONFAILED] Invalid credentials(Failure)", // Mailspring#1334 (2019), snappymail#734 (2022)
		"auth.base64":   "BAD [CLIENTBUG] syntax: Invalid sasl Argument",          // K-9 #6814 (2023-04)
		"auth.disabled": "NO [ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)",
		"ok/LOGIN":      "OK Success",
		"ok/SELECT":     "OK [READ-WRITE] Success", // EXAMINE was recorded, with READ-ONLY
		"ok/EXAMINE":    "OK [READ-ONLY] Success",
	},

	Select: []string{
		"* {exists} EXISTS",
		"* {recent} RECENT",
		"* OK [UIDVALIDITY {uidvalidity}] UIDs valid{sp}",
		"* OK [UIDNEXT {uidnext}] Predicted next UID{sp}",
		"* OK [HIGHESTMODSEQ {highestmodseq}]",
		"* FLAGS {flags}",
		"* OK [PERMANENTFLAGS {permanentflags}]",
	},
	Flags: imaptest.SpecFlags{
		System: []imap.Flag{imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft},
		New:    imaptest.NoKeywords,
	},

	Names: imaptest.SpecNames{Quote: imaptest.QuoteAlways, Attrs: "kind own children subscribed"},
	Mailboxes: []imaptest.SpecMailbox{
		{Name: "Drafts", Use: imap.MailboxAttrDrafts, Attrs: []string{`\Noinferiors`}, Names: map[string]string{"de": "Entwürfe"}},
		{Name: "Templates", XList: []string{`\Templates`}, Names: map[string]string{"de": "Vorlagen"}},
		{Name: "Sent", Use: imap.MailboxAttrSent, Names: map[string]string{"de": "Gesendet"}},
		{Name: "Spam", Use: imap.MailboxAttrJunk},
		{Name: "Trash", Use: imap.MailboxAttrTrash, Names: map[string]string{"de": "Papierkorb"}},
	},
	Numbers: imaptest.SpecNumbers{UIDValidity: 2, Recent: imaptest.RecentSticky},
	Limits:  imaptest.SpecLimits{Append: 26214400},

	Quirks: []imaptest.Quirk{CapabilityUntagged, ModSeqZero},
})

const zohoCaps = "IMAP4rev1 UNSELECT CHILDREN XLIST NAMESPACE IDLE MOVE ID AUTH=PLAIN SASL-IR UIDPLUS ESEARCH LIST-EXTENDED LIST-STATUS WITHIN LITERAL- APPENDLIMIT="
