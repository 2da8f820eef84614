package provider

import (
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Stalwart is Stalwart 0.16 from its source (2026-08-21) and documents. Its OBJECTID+ is a draft
// beyond RFC 8474, and is shown without being one here. MESSAGELIMIT and SAVELIMIT are in its list
// with numbers of the administrator's, and not in this one.
//
// Known, and not here: Shared Folders are a namespace where an account has some; the limits of
// tags and arguments; a mailbox with mail in it is not deleted; who sends no IMAP before login
// may not come again; that IDLE's end has another text than a connection's.
var Stalwart = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "stalwart",
	Title: "Stalwart 0.16",
	Seen:  "source of 2026-08-21",

	Greeting: "* OK [CAPABILITY {capabilities}] Stalwart IMAP4rev2 at your service.",
	Caps: imaptest.Caps{
		BeforeLogin: stalwartCaps + " AUTH=PLAIN AUTH=OAUTHBEARER AUTH=XOAUTH2",
		BeforeTLS:   stalwartCaps + " AUTH=PLAIN AUTH=OAUTHBEARER AUTH=XOAUTH2 STARTTLS",
		AfterLogin:  stalwartCaps + " JMAPACCESS IDLE NAMESPACE CHILDREN MULTIAPPEND BINARY UNSELECT ACL UIDPLUS ESEARCH WITHIN SEARCHRES SORT THREAD=REFERENCES LIST-EXTENDED LIST-STATUS ESORT SORT=DISPLAY SPECIAL-USE CREATE-SPECIAL-USE MOVE CONDSTORE QRESYNC UNAUTHENTICATE STATUS=SIZE OBJECTID+ PREVIEW RIGHTS=texk QUOTA QUOTA=RES-STORAGE UIDONLY UIDBATCHES",
		Dead:        []imap.Cap{"JMAPACCESS"}, // there is no JMAP server
		Works:       []imap.Cap{imap.CapObjectID},
		Ornaments:   []string{"OBJECTID+"},
	},
	ID: `("name" "Stalwart" "version" "1.0.0" "vendor" "Stalwart Labs LLC" "support-url" "https://stalw.art")`,

	Texts: imaptest.Texts{
		"ok/LOGIN":             "OK [CAPABILITY {capabilities}] Authentication successful",
		"ok/AUTHENTICATE":      "OK [CAPABILITY {capabilities}] Authentication successful",
		"ok/ENABLE":            "OK ENABLE successful.",
		"ok/CREATE":            "OK {code}Mailbox created.",
		"ok/DELETE":            "OK Mailbox deleted.",
		"bye.logout":           "* BYE Stalwart IMAP4rev2 bids you farewell.",
		"bye.idle":             "* BYE Connection timed out.",
		"bye.shutdown":         "* BYE Server shutting down.",
		"continue.literal":     "+ Ready for {bytes} bytes.",
		"continue.idle":        "+ Idling, send 'DONE' to stop.",
		"note.closed":          "* OK [CLOSED] Closed previous mailbox",
		"note.copyuid":         "* OK {code}Copied UIDs",
		"auth.conns":           "NO [LIMIT] Too many concurrent connections.", // the words are inferred
		"auth.mechanism":       "NO [CANNOT] Authentication mechanism not supported.",
		"auth.logindisabled":   "NO LOGIN is disabled on the clear-text port.",
		"mailbox.missing":      "NO Mailbox does not exist.",
		"mailbox.target":       "NO [TRYCREATE] Destination mailbox does not exist.",
		"mailbox.inbox":        "NO [NOPERM] You cannot delete system mailboxes",
		"mailbox.children":     "NO [HASCHILDREN] Mailbox has children",
		"mailbox.readonly":     "NO Not permitted in EXAMINE state.",
		"command.state@before": "NO Not authenticated.",
		"command.state":        "NO No mailbox is selected.",
		"command.unknown":      "BAD Unrecognized command '{command}'.",
		"server.bug":           "NO [CONTACTADMIN] Database failure.",
	},

	Select: []string{
		"* {exists} EXISTS",
		"* FLAGS {flags}",
		"* {recent} RECENT",
		"* OK [UNSEEN {unseen}] Unseen messages",
		`* OK [PERMANENTFLAGS (\Deleted \Seen \Answered \Flagged \Draft \*)] All allowed`,
		"* OK [UIDVALIDITY {uidvalidity}] UIDs valid",
		"* OK [UIDNEXT {uidnext}] Next predicted UID",
		"* OK [MAILBOXID ({mailboxid})] Object identifiers",
		"* OK [HIGHESTMODSEQ {highestmodseq}] Highest Modseq",
	},
	Flags: imaptest.SpecFlags{
		System: []imap.Flag{imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft},
		Listed: []imap.Flag{`\Recent`},
	},
	Limits: imaptest.SpecLimits{
		ConnsPerUser: 16, Commands: 2000, FailedLogins: 3, Append: 50 << 20,
		IdleBeforeLogin: time.Minute, Idle: 30 * time.Minute,
	},
})

const stalwartCaps = "IMAP4rev2 IMAP4rev1 ENABLE SASL-IR LITERAL+ ID UTF8=ACCEPT"

// Purelymail is Purelymail, from three reports of 2026-06 to 2026-09 (purelymail-issues#452,
// floatpane/matcha#1433, nextcloud/mail#13457). One list holds before login and after. A
// parameter too many makes the rest of its line another command.
var Purelymail = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "purelymail",
	Title: "Purelymail",
	Seen:  "2026-06 to 2026-09",

	Greeting: "* OK PM IMAP ready",
	Caps: imaptest.Caps{
		BeforeLogin: "IMAP4rev1 LITERAL+ CHILDREN I18NLEVEL=1 NAMESPACE IDLE ENABLE CONDSTORE QRESYNC ANNOTATION AUTH=PLAIN SASL-IR RIGHTS= WITHIN ESEARCH ESORT SEARCHRES SORT MOVE UIDPLUS UNSELECT COMPRESS=DEFLATE",
		Dead:        []imap.Cap{"RIGHTS="},
		Ornaments:   []string{"ANNOTATION"},
	},
	Texts: imaptest.Texts{
		"ok":              "OK {code}{command} completed.",
		"ok/LOGIN":        "OK LOGIN completed.",
		"ok/AUTHENTICATE": "OK AUTHENTICATE completed.",
		"bad":             "BAD {command} failed. Illegal arguments.",
		"command.unknown": "BAD failed. Unknown command.",
	},
	Select: []string{
		"* {exists} EXISTS",
		"* {recent} RECENT",
		"* OK [UIDNEXT {uidnext}] Predicted next UID",
		"* OK [HIGHESTMODSEQ {highestmodseq}] Highest",
		"* OK [UIDVALIDITY {uidvalidity}] UIDs valid",
		"* FLAGS {flags}",
		"* OK [PERMANENTFLAGS {permanentflags}] Permanent flags", // not seen
	},
	Flags: imaptest.SpecFlags{System: []imap.Flag{imap.FlagAnswered, imap.FlagDeleted, imap.FlagDraft, imap.FlagFlagged, imap.FlagSeen}},

	Quirks: []imaptest.Quirk{CapabilitySilent, RestIsCommands},
})

// Mailfence is Mailfence (ContactOffice), a session of 2025-02-18 (nextcloud/mail#10701). LIST and
// SELECT have not been seen: they are this server's own.
var Mailfence = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "mailfence",
	Title: "Mailfence",
	Seen:  "2025-02-18",

	Greeting: "* OK IMAP4rev1 Service Ready",
	Caps: imaptest.Caps{
		BeforeLogin: "IMAP4 IMAP4rev1 NAMESPACE QUOTA MOVE UIDPLUS UNSELECT IDLE AUTH=PLAIN SASL-IR CLIENTID",
		AfterLogin:  "IMAP4 IMAP4rev1 NAMESPACE QUOTA MOVE UIDPLUS UNSELECT IDLE AUTH=PLAIN SASL-IR APPENDLIMIT=50000000",
		Ornaments:   []string{"IMAP4", "CLIENTID"},
	},
	Texts: imaptest.Texts{
		"ok/LOGIN":        "OK LOGIN completed", // after that of AUTHENTICATE
		"ok/AUTHENTICATE": "OK Authenticate completed",
		"ok/LOGOUT":       "OK LOGOUT Completed",
		"bye.logout":      "* BYE ContactOffice IMAP4rev1 Server logging out",
	},
	Names:  imaptest.SpecNames{Quote: imaptest.QuoteIfNeeded},
	Limits: imaptest.SpecLimits{Append: 50000000},
	Quirks: []imaptest.Quirk{CapabilityUntagged, StatusOrdered},
})
