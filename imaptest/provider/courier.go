package provider

import (
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Courier is Courier-IMAP with Maildirs and without keywords. What is here was said by Debian's
// Courier 5.0.13 on 2026-11-29, but for the texts of limits, which are those of its source
// (2026-06-27). It has no UNSELECT and no ID, answers NO where others say BAD, and ends the
// connection after ten of them; all mailboxes are below INBOX. The tests of this module hold it
// to the server itself.
//
// Known, and not here: an Outbox that sends what is copied to it, and a Trash that takes what is
// expunged, which are options; EXAMINE's UIDVALIDITY may be another the next time; [FetchZero]
// and [CharsetRefused] are of older versions.
var Courier = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "courier",
	Title: "Courier-IMAP",
	Seen:  "2026-11-29, Debian's 5.0.13",

	Greeting: "* OK [CAPABILITY {capabilities}] Courier-IMAP ready. Copyright 1998-2019 Double Precision, Inc.  See COPYING for distribution information.",
	Caps: imaptest.Caps{
		BeforeLogin: courierCaps + " AUTH=PLAIN ENABLE UTF8=ACCEPT",
		BeforeTLS:   courierCaps + " STARTTLS ENABLE UTF8=ACCEPT",
		AfterLogin:  courierCaps + " ENABLE UTF8=ACCEPT",
	},

	Texts: imaptest.Texts{
		"ok":               "OK {command} completed",
		"ok/LOGIN":         "OK LOGIN Ok.",
		"ok/AUTHENTICATE":  "OK LOGIN Ok.",
		"ok/NAMESPACE":     "OK NAMESPACE completed.",
		"ok/SELECT":        "OK [READ-WRITE] Ok",
		"ok/EXAMINE":       "OK [READ-ONLY] Ok",
		"ok/APPEND":        "OK {code}APPEND Ok.",
		"ok/FETCH":         "OK FETCH completed.",
		"ok/STORE":         "OK STORE completed.",
		"ok/COPY":          "OK {code}COPY completed.",
		"ok/SEARCH":        "OK SEARCH done.",
		"ok/SORT":          "OK SORT done.",
		"ok/THREAD":        "OK THREAD done.",
		"ok/CLOSE":         "OK mailbox closed.",
		"ok/CREATE":        `OK "{mailbox}" created.`,
		"ok/RENAME":        "OK Folder renamed.",
		"ok/STATUS":        "OK STATUS Completed.",
		"ok/SUBSCRIBE":     "OK Folder subscribed.",
		"ok/UNSUBSCRIBE":   "OK Folder unsubscribed.",
		"ok/DELETE":        "OK Folder deleted.",
		"flag.invalid":     "NO Error in IMAP command received by server.",
		"ok/ENABLE":        "OK Options enabled",
		"ok/GETQUOTAROOT":  "OK GETQUOTAROOT Ok.",
		"bye.logout":       "* BYE Courier-IMAP server shutting down",
		"bye.idle":         "* BYE Disconnected for inactivity.",
		"auth.password":    "NO Login failed.",
		"auth.cancelled":   "NO Login failed.",
		"auth.mechanism":   "NO Login failed.",
		"ok/STARTTLS":      "OK Begin SSL/TLS negotiation now.",
		"continue.literal": "+ OK",
		"continue.idle":    "+ entering idle mode",
		"bad":              "NO Error in IMAP command received by server.",
		"command.tag":      "* NO Error in IMAP command received by server.",
		"command.errors":   "* BYE [ALERT] Fatal error: TOO MANY CONSECUTIVE PROTOCOL VIOLATIONS:{sp}",
		"command.line":     "* NO [ALERT] IMAP command too long.",
		"mailbox.missing":  "NO Mailbox does not exist, or must be subscribed to.",
		"mailbox.target":   "NO [TRYCREATE] Mailbox does not exist.",
		"mailbox.exists":   "NO {mailbox} already exists!",
		"mailbox.inbox":    "NO Cannot delete this folder.",
		"mailbox.name":     "NO Invalid mailbox name.",
		"mailbox.prefix":   "NO Invalid mailbox name.",
		"mailbox.readonly": "NO Cannot expunge read-only mailbox.",
		"message.number":   "* NO Invalid message sequence number: {number}\nOK {command} completed.",
		"quota.over":       "NO [ALERT] You exceeded your mail quota.",
		"append.failed":    "NO [ALERT] Cannot create message - no write permission or out of disk space.",
		"search.charset":   "NO [BADCHARSET] The requested character set is not supported.",
		"server.down":      "* BYE Temporary problem, please try again later",
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
	Limits:    imaptest.SpecLimits{Conns: 4, Bad: 10, BadBeforeLogin: 10, FailedLoginDelay: 5 * time.Second, Line: 16 << 10},

	Quirks: []imaptest.Quirk{AppendInvisible, ExistsAfterExpunge, KeywordsAreErrors},
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
