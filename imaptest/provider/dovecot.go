package provider

import (
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Dovecot is Debian's Dovecot 2.3.19 with the configuration that it comes with, asked on
// 2026-11-29: all that is here was said by it, but for the texts of limits, which are those of
// its source. Each text ends in the time that the command took; here that is always the same.
// The tests of this module hold it to the server itself.
//
// Known, and not here: "* OK Still here" every two minutes of IDLE; \Marked after a delivery;
// the text of who is throttled (Temporary authentication failure.) and of a proxy. Of Dovecot 2.4
// the capabilities of its source are known, and not which of them are off as it comes.
var Dovecot = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "dovecot",
	Title: "Dovecot 2.3",
	Seen:  "2026-11-29, Debian's 2.3.19",

	Greeting: "* OK [CAPABILITY {capabilities}] Dovecot (Debian) ready.",
	Caps: imaptest.Caps{
		BeforeLogin: "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN AUTH=LOGIN",
		AfterLogin:  "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE LITERAL+ NOTIFY SPECIAL-USE",
		Ornaments:   []string{"SNIPPET=FUZZY", "PREVIEW=FUZZY"},
	},
	ID: `("name" "Dovecot")`,

	Texts: imaptest.Texts{
		"ok/CAPABILITY@before":   "OK Pre-login capabilities listed, post-login capabilities have more.",
		"ok/NOOP@before":         "OK NOOP completed.",
		"ok/ID@before":           "OK ID completed.",
		"ok/LOGOUT@before":       "OK Logout completed.",
		"command.unknown@before": "BAD Error in IMAP command received by server.",
		"command.state@before":   "BAD Error in IMAP command received by server.",
		"command.syntax@before":  "BAD Error in IMAP command received by server.",
		"auth.password":          "NO [AUTHENTICATIONFAILED] Authentication failed.",
		"auth.token":             "NO [AUTHENTICATIONFAILED] Authentication failed.",
		"auth.mechanism":         "NO [ALERT] Unsupported authentication mechanism.",
		"auth.cancelled":         "BAD Authentication aborted by client.",
		"auth.base64":            "NO [ALERT] Invalid base64 in response",
		"auth.conns":             "NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)", // node-imap#606, #882 (2022-07-07)
		"ok/LOGIN":               "OK [CAPABILITY {capabilities}] Logged in",
		"ok/AUTHENTICATE":        "OK [CAPABILITY {capabilities}] Logged in",

		"ok":               "OK {code}{verb} completed" + took,
		"ok/CAPABILITY":    "OK Capability completed" + took,
		"ok/NAMESPACE":     "OK Namespace completed" + took,
		"ok/LIST":          "OK List completed" + took,
		"ok/LSUB":          "OK Lsub completed" + took,
		"ok/SELECT":        "OK {code}Select completed" + took,
		"ok/EXAMINE":       "OK {code}Examine completed" + took,
		"ok/APPEND":        "OK {code}Append completed" + took,
		"ok/FETCH":         "OK {code}Fetch completed" + took,
		"ok/STORE":         "OK {code}Store completed" + took,
		"ok/SEARCH":        "OK {code}Search completed" + took,
		"ok/SORT":          "OK {code}Sort completed" + took,
		"ok/THREAD":        "OK {code}Thread completed" + took,
		"ok/COPY":          "OK {code}Copy completed" + took,
		"ok/MOVE":          "OK {code}Move completed" + took,
		"ok/EXPUNGE":       "OK {code}Expunge completed" + took,
		"ok/CLOSE":         "OK {code}Close completed" + took,
		"ok/CHECK":         "OK Check completed" + took,
		"ok/UNSELECT":      "OK Unselect completed" + took,
		"ok/CREATE":        "OK Create completed" + took,
		"ok/DELETE":        "OK Delete completed" + took,
		"ok/RENAME":        "OK Rename completed" + took,
		"ok/SUBSCRIBE":     "OK Subscribe completed" + took,
		"ok/UNSUBSCRIBE":   "OK Unsubscribe completed" + took,
		"ok/STATUS":        "OK Status completed" + took,
		"ok/ENABLE":        "OK Enabled" + took,
		"ok/IDLE":          "OK Idle completed" + took,
		"ok/NOTIFY":        "OK NOTIFY completed" + took,
		"ok/LOGOUT":        "OK Logout completed" + took,
		"bye.logout":       "* BYE Logging out",
		"bye.idle":         "* BYE Disconnected for inactivity.",
		"command.errors":   "* BYE Too many invalid IMAP commands.",
		"continue.literal": "+ OK",
		"continue.idle":    "+ idling",
		"note.closed":      "* OK [CLOSED] Previous mailbox closed.",
		"note.copyuid":     "* OK {code}Moved UIDs.",

		"mailbox.missing":            "NO Mailbox doesn't exist: {mailbox}" + took,
		"mailbox.missing/DELETE":     "NO [NONEXISTENT] Mailbox doesn't exist: {mailbox}" + took,
		"mailbox.missing/RENAME":     "NO [NONEXISTENT] Mailbox doesn't exist: {mailbox}" + took,
		"mailbox.target":             "NO [TRYCREATE] Mailbox doesn't exist: {mailbox}" + took,
		"mailbox.noselect":           "NO Mailbox isn't selectable" + took,
		"mailbox.exists":             "NO [ALREADYEXISTS] Mailbox already exists" + took,
		"mailbox.inbox":              "NO INBOX can't be deleted" + took,
		"message.number":             "BAD Error in IMAP command {verb}: Invalid messageset" + took,
		"search.charset":             "NO [BADCHARSET] Unknown charset" + took,
		"command.unknown":            "BAD Error in IMAP command {command}: Unknown command" + took,
		"command.syntax":             "BAD Error in IMAP command {command}: {text}" + took,
		"command.state":              "BAD No mailbox selected" + took,
		"command.state/LOGIN":        "BAD Error in IMAP command LOGIN: Unknown command" + took,
		"command.state/AUTHENTICATE": "BAD Error in IMAP command AUTHENTICATE: Unknown command" + took,
		"command.state/STARTTLS":     "BAD Error in IMAP command STARTTLS: Unknown command" + took,
		"quota.over":                 "NO [OVERQUOTA] Quota exceeded (mailbox for user is full)" + took,
		"server.bug":                 "NO [SERVERBUG] Internal error occurred. Refer to server log for more information. [2026-11-29 00:00:00]" + took,
	},

	Select: []string{
		"* FLAGS {flags}",
		"* OK [PERMANENTFLAGS {permanentflags}] Flags permitted.",
		"* {exists} EXISTS",
		"* {recent} RECENT",
		"* OK [UNSEEN {unseen}] First unseen.",
		"* OK [UIDVALIDITY {uidvalidity}] UIDs valid",
		"* OK [UIDNEXT {uidnext}] Predicted next UID",
		"* OK [HIGHESTMODSEQ {highestmodseq}] Highest",
	},
	Examine: []string{
		"* FLAGS {flags}",
		"* OK [PERMANENTFLAGS ()] Read-only mailbox.",
		"* {exists} EXISTS",
		"* {recent} RECENT",
		"* OK [UNSEEN {unseen}] First unseen.",
		"* OK [UIDVALIDITY {uidvalidity}] UIDs valid",
		"* OK [UIDNEXT {uidnext}] Predicted next UID",
		"* OK [HIGHESTMODSEQ {highestmodseq}] Highest",
	},
	Flags: imaptest.SpecFlags{System: []imap.Flag{imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft}},

	Names: imaptest.SpecNames{Quote: imaptest.QuoteIfNeeded},
	Mailboxes: []imaptest.SpecMailbox{ // as its configuration names them; a client makes them
		{Name: "Drafts", Use: imap.MailboxAttrDrafts},
		{Name: "Junk", Use: imap.MailboxAttrJunk},
		{Name: "Sent", Use: imap.MailboxAttrSent},
		{Name: "Trash", Use: imap.MailboxAttrTrash},
	},
	Limits: imaptest.SpecLimits{
		ConnsPerUser: 10, FailedLoginDelay: 2 * time.Second, BadBeforeLogin: 3, Bad: 20, Line: 64 << 10, LineBefore: 8 << 10,
		Idle: 30 * time.Minute,
	},
})

// took is how long a command took at Dovecot, to the end of its text.
const took = " (0.001 + 0.000 secs)."
