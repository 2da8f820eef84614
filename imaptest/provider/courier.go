package provider

import (
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Courier is Courier-IMAP with Maildirs and without keywords. What follows login was said by
// Debian's Courier 5.0.13 on 2026-11-29, but for ENABLE and UTF8=ACCEPT, which it adds to the list;
// what comes before login is from its source (2026-06-27). It has no UNSELECT and no ID, answers
// NO where others say BAD, and all mailboxes are below INBOX. The tests of this module hold it to
// the server itself.
var Courier = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "courier",
	Title: "Courier-IMAP",
	Seen:  "2026-11-29, Debian's 5.0.13; before login the source of 2026-06-27",

	Greeting: "* OK [CAPABILITY {capabilities}] Courier-IMAP ready. Copyright 1998-2022 S. Varshavchik.  See COPYING for distribution information.",
	Caps: imaptest.Caps{
		BeforeLogin: courierCaps + " AUTH=PLAIN",
		BeforeTLS:   courierCaps + " STARTTLS",
		AfterLogin:  courierCaps + " ENABLE UTF8=ACCEPT",
	},

	Texts: imaptest.Texts{
		"ok":                  "OK {command} completed",
		"ok/LOGIN":            "OK LOGIN Ok.",
		"ok/AUTHENTICATE":     "OK LOGIN Ok.",
		"ok/NAMESPACE":        "OK NAMESPACE completed.",
		"ok/SELECT":           "OK [READ-WRITE] Ok",
		"ok/EXAMINE":          "OK [READ-ONLY] Ok",
		"ok/APPEND":           "OK {code}APPEND Ok.",
		"ok/FETCH":            "OK FETCH completed.",
		"ok/STORE":            "OK STORE completed.",
		"ok/COPY":             "OK {code}COPY completed.",
		"ok/SEARCH":           "OK SEARCH done.",
		"ok/SORT":             "OK SORT done.",
		"ok/THREAD":           "OK THREAD done.",
		"ok/CLOSE":            "OK mailbox closed.",
		"ok/CREATE":           `OK "{mailbox}" created.`,
		"ok/RENAME":           "OK Folder renamed.",
		"ok/STATUS":           "OK STATUS Completed.",
		"ok/SUBSCRIBE":        "OK Folder subscribed.",
		"ok/UNSUBSCRIBE":      "OK Folder unsubscribed.",
		"ok/DELETE":           "OK Folder deleted.",
		"flag.invalid":        "NO Error in IMAP command received by server.",
		"ok/ENABLE":           "OK Options enabled",
		"ok/GETQUOTAROOT":     "OK GETQUOTAROOT Ok.",
		"bye.logout":          "* BYE Courier-IMAP server shutting down",
		"bye.idle":            "* BYE Disconnected for inactivity.",
		"auth.password":       "NO Login failed.",
		"continue.literal":    "+ OK",
		"continue.idle":       "+ entering idle mode",
		"bad":                 "NO Error in IMAP command received by server.",
		"command.tag":         "* NO Error in IMAP command received by server.",
		"command.line":        "* NO [ALERT] IMAP command too long.",
		"mailbox.missing":     "NO Mailbox does not exist, or must be subscribed to.",
		"mailbox.target":      "NO [TRYCREATE] Mailbox does not exist.",
		"mailbox.exists":      "NO {mailbox} already exists!",
		"mailbox.name/DELETE": "NO Cannot delete this folder.",
		"mailbox.name":        "NO Invalid mailbox name.",
		"mailbox.prefix":      "NO Invalid mailbox name.",
		"mailbox.readonly":    "NO Cannot expunge read-only mailbox.",
		"message.number":      "* NO Invalid message sequence number: {number}\nOK {command} completed.",
		"quota.over":          "NO [ALERT] You exceeded your mail quota.",
		"append.failed":       "NO [ALERT] Cannot create message - no write permission or out of disk space.",
		"search.charset":      "NO [BADCHARSET] The requested character set is not supported.",
		"server.down":         "* BYE Temporary problem, please try again later",
	},

	Select:  courierSelect("{permanentflags}] Limited"),
	Examine: courierSelect("()] No permanent flags permitted"),
	Flags: imaptest.SpecFlags{
		System: []imap.Flag{imap.FlagDraft, imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen},
		Listed: []imap.Flag{`\Recent`},
		New:    imaptest.NoKeywords,
	},

	Names: imaptest.SpecNames{
		Delimiter: '.', Quote: imaptest.QuoteAlways, Attrs: "kind own children", Prefix: "INBOX.",
		Personal: `(("INBOX." "."))`, Other: "NIL", Shared: `(("#shared." ".")("shared." "."))`,
	},
	Mailboxes: []imaptest.SpecMailbox{{Name: "INBOX", Attrs: []string{`\Unmarked`}}},
	Limits:    imaptest.SpecLimits{Conns: 4, FailedLoginDelay: 5 * time.Second, Line: 16 << 10},

	Quirks: []imaptest.Quirk{AppendInvisible, ExistsAfterExpunge},
})

const courierCaps = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE"

// courierSelect has neither UIDNEXT nor UNSEEN.
func courierSelect(permanent string) []string {
	return []string{
		"* FLAGS {flags}",
		"* OK [PERMANENTFLAGS " + permanent,
		"* {exists} EXISTS",
		"* {recent} RECENT",
		"* OK [UIDVALIDITY {uidvalidity}] Ok",
		`* OK [MYRIGHTS "acdilrsw"] ACL`,
	}
}
