package provider

import (
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Zimbra is Zimbra 8.8, from its source (Zimbra/zm-mailbox, 2024-10-24); free.fr's sessions agree
// (MailKit#653). It has neither MOVE nor SPECIAL-USE, and tells special uses by XLIST alone; which
// words XLIST has is inferred from Gmail's.
//
// Known, and not here: search folders, which have neither UIDNEXT nor modseqs; that a command said
// 25 times is held up, and a COPY of more than a thousand messages refused; the ALERTs of a password that must be changed and of an
// account in maintenance.
var Zimbra = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "zimbra",
	Title: "Zimbra 8.8",
	Seen:  "source of 2024-10-24",

	Greeting: "* OK {host} Zimbra IMAP4rev1 server ready",
	Caps: imaptest.Caps{
		BeforeTLS:   "IMAP4rev1 STARTTLS AUTH=PLAIN" + zimbraCaps,
		BeforeLogin: "IMAP4rev1 AUTH=PLAIN" + zimbraCaps,
		AfterLogin:  "IMAP4rev1" + zimbraCaps,
	},
	ID: `("NAME" "Zimbra" "VERSION" "8.8" "RELEASE" "0")`, // not in the source: what the version and the release are of

	Texts: imaptest.Texts{
		"ok":                         "OK {code}{command} completed",
		"ok/LOGIN":                   "OK [CAPABILITY {capabilities}] LOGIN completed",
		"ok/AUTHENTICATE":            "OK [CAPABILITY {capabilities}] AUTHENTICATE completed",
		"ok/SELECT":                  "OK [READ-WRITE] SELECT completed",
		"ok/EXAMINE":                 "OK [READ-ONLY] EXAMINE completed",
		"bye.logout":                 "* BYE {host} Zimbra IMAP4rev1 server closing connection",
		"auth.password":              "NO LOGIN failed",
		"auth.password/AUTHENTICATE": "NO AUTHENTICATE failed",
		"auth.disabled":              "NO account does not have IMAP access enabled",
		"auth.logindisabled":         "NO cleartext logins disabled",
		"auth.referral":              "NO [REFERRAL {text}] LOGIN failed",
		"command.state":              "NO must be in AUTHENTICATED or SELECTED state",
		"mailbox.readonly":           "NO mailbox selected READ-ONLY",
		"mailbox.target":             "NO [TRYCREATE] APPEND failed: no such mailbox",
		"mailbox.target/COPY":        "NO [TRYCREATE] COPY failed: no such mailbox", // after APPEND's
		"message.expunged":           "NO all of the requested messages have been expunged",
		"append.failed":              "NO APPEND failed",
	},

	Select: []string{
		"* {exists} EXISTS",
		"* {recent} RECENT",
		"* OK [UNSEEN {unseen}] mailbox contains unseen messages",
		"* OK [UIDVALIDITY {uidvalidity}] UIDs are valid for this mailbox",
		"* OK [UIDNEXT {uidnext}] next expected UID is {uidnext}",
		"* FLAGS {flags}",
		"* OK [PERMANENTFLAGS {permanentflags}] junk-related flags are not permanent",
		"* OK [HIGHESTMODSEQ {highestmodseq}] modseq tracked on this mailbox",
	},
	Flags: imaptest.SpecFlags{
		System: []imap.Flag{imap.FlagAnswered, imap.FlagDeleted, imap.FlagDraft, imap.FlagFlagged, imap.FlagSeen},
		Keywords: []imap.Flag{
			"$Forwarded", "$MDNSent", "Forwarded", "$Junk", "$NotJunk", "Junk", "JunkRecorded", "NonJunk", "NotJunk",
		},
	},

	Names: imaptest.SpecNames{
		Quote: imaptest.QuoteAlways, Attrs: "kind children",
		Personal: `(("" "/"))`, Other: `(("/home/" "/"))`, Shared: "NIL",
	},
	Mailboxes: []imaptest.SpecMailbox{
		{Name: "Chats"}, {Name: "Contacts"}, {Name: "Drafts", Use: imap.MailboxAttrDrafts}, {Name: "Emailed Contacts"},
		{Name: "Junk", Use: imap.MailboxAttrJunk}, {Name: "Sent", Use: imap.MailboxAttrSent}, {Name: "Trash", Use: imap.MailboxAttrTrash},
	},
	Limits: imaptest.SpecLimits{IdleBeforeLogin: time.Minute, Idle: 30 * time.Minute, Bad: 5, Append: 100 << 20},

	Quirks: []imaptest.Quirk{SpecialUseReturnRefused, ClosedMissing, HeaderCleaned},
})

const zimbraCaps = " ACL BINARY CATENATE CHILDREN CONDSTORE ENABLE ESEARCH ESORT I18NLEVEL=1 ID IDLE LIST-EXTENDED LIST-STATUS LITERAL+ LOGIN-REFERRALS MULTIAPPEND NAMESPACE QRESYNC QUOTA RIGHTS=ektx SASL-IR SEARCHRES SORT THREAD=ORDEREDSUBJECT UIDPLUS UNSELECT WITHIN XLIST"
