package provider

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Cyrus is Debian's Cyrus IMAP 3.6.1 with altnamespace and unixhierarchysep, asked on
// 2026-11-29: all that is here was said by it. It shows LOGINDISABLED after login, and before
// it by CAPABILITY more than in its greeting; ANNOTATE-EXPERIMENT-1 and its own words are shown
// and do nothing here. The tests of this module hold it to the server itself.
//
// Known of its source (2026-08-21), and not here: "* BYE This is an IMAP server" after ten
// errors; quota's "* NO [ALERT]"; APPEND refuses NUL and a bare LF. [VanishedAll] was met once.
var Cyrus = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "cyrus",
	Title: "Cyrus IMAP 3.6",
	Seen:  "2026-11-29, Debian's 3.6.1",

	Greeting: "* OK [CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE AUTH=PLAIN AUTH=LOGIN SASL-IR] {host} Cyrus IMAP 3.6.1-Debian-3.6.1-4+deb12u5 server ready",
	Caps: imaptest.Caps{
		BeforeLogin: cyrusCaps + " AUTH=PLAIN AUTH=LOGIN SASL-IR" + cyrusMore,
		AfterLogin:  cyrusCaps + " LOGINDISABLED" + cyrusMore,
		Ornaments: []string{
			"DIGEST=SHA1", "NO_ATOMIC_RENAME", "SCAN", "SORT=MODSEQ", "SORT=UID", "X-CREATEDMODSEQ", "X-REPLICATION", "X-SIEVE-MAILBOX",
			"XMOVE", "XCONVERSATIONS", "X-QUOTA=STORAGE", "X-QUOTA=MESSAGE", "X-QUOTA=X-ANNOTATION-STORAGE", "X-QUOTA=X-NUM-FOLDERS",
		},
	},
	ID: `("name" "Cyrus IMAPD" "version" "3.6.1-Debian-3.6.1-4+deb12u5" "vendor" "Project Cyrus" "support-url" "https://www.cyrusimap.org" "os" "Linux")`,

	Texts: imaptest.Texts{
		"ok":                         "OK {code}Completed",
		"ok/LOGIN":                   "OK [CAPABILITY {capabilities}] User logged in SESSIONID=<{host}-{conn}>",
		"ok/AUTHENTICATE":            "OK [CAPABILITY {capabilities}] Success (no protection) SESSIONID=<{host}-{conn}>",
		"ok/LIST":                    "OK Completed (0.000 secs 1 calls)",
		"ok/LSUB":                    "OK Completed (0.000 secs 1 calls)",
		"ok/FETCH":                   "OK {code}Completed (0.000 sec)",
		"ok/SEARCH":                  "OK {code}Completed ({n} msgs in 0.000 secs)",
		"ok/SORT":                    "OK {code}Completed ({n} msgs in 0.000 secs)",
		"ok/THREAD":                  "OK {code}Completed ({n} msgs in 0.000 secs)",
		"bye.logout":                 "* BYE LOGOUT received",
		"auth.password":              "NO Login failed: authentication failure", // imapd.c: "Login failed: <text of SASL>"
		"auth.conns":                 "NO Too many open connections",
		"command.unknown":            "BAD Unrecognized command",
		"command.unknown@before":     "BAD Please login first",
		"command.state@before":       "BAD Please login first",
		"command.state/LOGIN":        "BAD Already logged in",
		"command.state/AUTHENTICATE": "BAD Already authenticated",
		"command.state":              "BAD Please select a mailbox first",
		"command.tag":                "* BAD Invalid tag",
		"command.none":               "* BAD Invalid tag",
		"continue.literal":           "+ go ahead",
		"continue.idle":              "+ idling",
		"note.closed":                "* OK [CLOSED] Ok",
		"note.copyuid":               "* OK {code}Completed",
		"mailbox.missing":            "NO Mailbox does not exist",
		"mailbox.target":             "NO [TRYCREATE] Mailbox does not exist",
		"mailbox.exists":             "NO Mailbox already exists",
		"mailbox.inbox":              "NO Operation is not supported on mailbox",
		"mailbox.name":               "NO Invalid mailbox name",
		"message.number":             "NO No matching messages (0.000 sec)",
		"flag.invalid":               "BAD Invalid system flag in {verb} command",
		"command.syntax/SEARCH":      "BAD Invalid Search criteria",
		"command.syntax/STATUS":      "BAD Missing required argument to Status",
		"search.charset":             "BAD Unrecognized character set",
		"quota.over":                 "NO Over quota",
		"acl.denied":                 "NO Permission denied",
		"append.toobig":              "NO [TOOBIG] Message size exceeds fixed limit",
	},

	Select: []string{
		"* {exists} EXISTS",
		"* {recent} RECENT",
		"* FLAGS {flags}",
		"* OK [PERMANENTFLAGS {permanentflags}] Ok",
		"* OK [UNSEEN {unseen}] Ok",
		"* OK [UIDVALIDITY {uidvalidity}] Ok",
		"* OK [UIDNEXT {uidnext}] Ok",
		"* OK [HIGHESTMODSEQ {highestmodseq}] Ok",
		"* OK [MAILBOXID ({mailboxid})] Ok",
		"* OK [URLMECH INTERNAL] Ok",
		"* OK [ANNOTATIONS 65536] Ok",
	},
	Flags: imaptest.SpecFlags{System: []imap.Flag{imap.FlagAnswered, imap.FlagFlagged, imap.FlagDraft, imap.FlagDeleted, imap.FlagSeen}},

	Names: imaptest.SpecNames{
		Quote:    imaptest.QuoteIfNeeded,
		Personal: `(("" "/"))`, Other: `(("Other Users/" "/"))`, Shared: `(("Shared Folders/" "/"))`,
	},
	Mailboxes: []imaptest.SpecMailbox{{Name: "INBOX"}},
	Limits:    imaptest.SpecLimits{Append: 4294967295},
})

const (
	cyrusCaps = "IMAP4rev1 LITERAL+ ID ENABLE ACL ANNOTATE-EXPERIMENT-1 BINARY CATENATE CHILDREN CONDSTORE CREATE-SPECIAL-USE ESEARCH ESORT LIST-EXTENDED LIST-MYRIGHTS LIST-STATUS MAILBOX-REFERRALS METADATA MOVE MULTIAPPEND NAMESPACE OBJECTID PREVIEW QRESYNC QUOTA RIGHTS=kxten SAVEDATE SEARCH=FUZZY SORT SORT=DISPLAY SPECIAL-USE STATUS=SIZE THREAD=ORDEREDSUBJECT THREAD=REFERENCES UIDPLUS UNSELECT URLAUTH URLAUTH=BINARY WITHIN DIGEST=SHA1 LIST-METADATA NO_ATOMIC_RENAME SCAN SORT=MODSEQ SORT=UID THREAD=REFS X-CREATEDMODSEQ X-REPLICATION X-SIEVE-MAILBOX XLIST XMOVE"
	cyrusMore = " XCONVERSATIONS COMPRESS=DEFLATE X-QUOTA=STORAGE X-QUOTA=MESSAGE X-QUOTA=X-ANNOTATION-STORAGE X-QUOTA=X-NUM-FOLDERS IDLE APPENDLIMIT=4294967295"
)
