package provider

import (
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Gmail is Gmail and Google Workspace, as a client meets it once IMAP is on. The greeting and
// the list before login were seen on 2026-09-18 (a session with imap.gmail.com, wildduck#943 of
// 2025-12-20 has the same list), the list after login and ID in 2022 (MailKit#1396,
// imapsync#338), the texts in MailKit's recordings (2026-08-19), imapsync's FAQ (2025-07-17) and
// the sources at the lines.
//
// Not known, and not here: the texts of a full quota, of IDLE's limit, of CLOSE and LIST
// besides "Success", and of an account without IMAP; the challenge that follows
// a refused OAUTHBEARER, which is XOAUTH2's here. ID before login has had other fields (2017), of
// which one is cut. Known, and not here: LIST with RETURN says \NonExistent for \Noselect; XLIST's
// INBOX was "Inbox" or a word of the account's language, by which it could not be selected
// ([XListInboxLocalized]); the quota of an account is for a test to set; how structures and
// envelopes are wrong are quirks of their own, since few messages have it so. An old account had
// large UIDVALIDITYs, one higher from mailbox to mailbox.
var Gmail = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "gmail",
	Title: "Gmail, Google Workspace",
	Seen:  "before login 2026-09-18, after login 2022",

	Greeting: "* OK Gimap ready for requests from {peer} {id}",
	Caps: imaptest.Caps{
		BeforeLogin: "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR AUTH=XOAUTH2 AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER",
		AfterLogin:  "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS COMPRESS=DEFLATE ENABLE MOVE CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584",
		Ornaments:   []string{"XYZZY", "AUTH=PLAIN-CLIENTTOKEN"},
	},
	ID: `("name" "GImap" "vendor" "Google, Inc." "support-url" "https://support.google.com/mail" "version" "gmail_imap_220520.08_p0" "remote-host" "{peer}")`,

	Texts: imaptest.Texts{
		"ok":                     "OK {code}Success",
		"ok/CAPABILITY@before":   "OK Thats all she wrote! {id}",
		"ok/ID@before":           "OK Success {id}",               // emailjs-imap-client#131 (2017)
		"ok/NOOP@before":         "OK Nothing Accomplished. {id}", // mxk/go-imap (2013)
		"ok/LOGOUT@before":       "OK Quoth the raven, nevermore... {id}",
		"bye.logout@before":      "* BYE Logout Requested {id}",
		"ok/LOGIN":               "OK {user} authenticated (Success)",
		"ok/AUTHENTICATE":        "OK {user} authenticated (Success)",
		"ok/LOGOUT":              "OK 73 good day (Success)",
		"ok/SELECT":              "OK [READ-WRITE] {mailbox} selected. (Success)",
		"ok/EXAMINE":             "OK [READ-ONLY] {mailbox} selected. (Success)",
		"ok/UNSELECT":            "OK Returned to authenticated state. (Success)", // mxk/go-imap (2013)
		"ok/COPY":                "OK {code}(Success)",
		"ok/MOVE":                "OK {code}(Success)",
		"ok/APPEND":              "OK {code}(Success)",
		"ok/SEARCH":              "OK SEARCH completed (Success)",
		"bye.logout":             "* BYE LOGOUT Requested",
		"bye.session":            "* BYE Session expired, please login again.", // emailjs-imap-client#142 (2017)
		"bye.token":              "* BYE Session expired, please login again.",
		"continue.literal":       "+ go ahead",
		"continue.idle":          "+ okay, go ahead",
		"auth.password":          "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)",
		"auth.token":             "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)",
		"auth.app":               "NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
		"auth.web":               "* NO [WEBALERT https://accounts.google.com/signin/continue] Web login required.\nNO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)",
		"auth.conns":             "NO [ALERT] Too many simultaneous connections. (Failure)",
		"mailbox.missing":        "NO [NONEXISTENT] Unknown Mailbox: {mailbox} (Failure)", // nylas: the words up to the name; the end is inferred
		"mailbox.missing/SELECT": "NO [NONEXISTENT] Unknown Mailbox: {mailbox} (now in authenticated state) (Failure)",
		"mailbox.noselect":       "NO [NONEXISTENT] Unknown Mailbox: {mailbox} (now in authenticated state) (Failure)",
		"mailbox.exists":         "NO [ALREADYEXISTS] Duplicate folder name {mailbox} (Failure)",
		"command.many":           "NO [ALERT] Account exceeded command or bandwidth limits. (Failure)", // HubSpot's NioImapClient
		"server.bug":             "NO System Error (Failure)",                                          // FairEmail (2026-08-22), of MOVE
		"mailbox.whitespace":     "NO [CANNOT] Folder contains excess whitespace (Failure)",
		"command.tag":            "* BAD invalid tag {id}", // mikeboers.com (2014-10-14)
	},

	Select: []string{
		"* FLAGS {flags}",
		"* OK [PERMANENTFLAGS {permanentflags}] Flags permitted.",
		"* OK [UIDVALIDITY {uidvalidity}] UIDs valid.",
		"* {exists} EXISTS",
		"* 0 RECENT",
		"* OK [UIDNEXT {uidnext}] Predicted next UID.",
		"* OK [HIGHESTMODSEQ {highestmodseq}]",
	},
	Flags: imaptest.SpecFlags{
		System: []imap.Flag{imap.FlagAnswered, imap.FlagFlagged, imap.FlagDraft, imap.FlagDeleted, imap.FlagSeen},
		// Of the account that was recorded.
		Keywords: []imap.Flag{"$Junk", "$MailFlagBit0", "$NotJunk", "$NotPhishing", "$Phishing", "JunkRecorded"},
	},

	Names: imaptest.SpecNames{Root: "/", Quote: imaptest.QuoteAlways, Attrs: "sorted"},
	Mailboxes: []imaptest.SpecMailbox{ // names in German, Russian and British English: imapsync's FAQ, owncloud#1333, imap_tools PR#43, courier#53
		{Name: "[Gmail]", NoSelect: true, Names: map[string]string{"de": "[Google Mail]"}},
		{Name: "[Gmail]/All Mail", Use: imap.MailboxAttrAll, Names: map[string]string{"de": "[Google Mail]/Alle Nachrichten", "ru": "[Gmail]/Вся почта"}},
		{Name: "[Gmail]/Drafts", Use: imap.MailboxAttrDrafts},
		{Name: "[Gmail]/Important", Use: imap.MailboxAttrImportant, Names: map[string]string{"ru": "[Gmail]/Важное"}},
		{Name: "[Gmail]/Sent Mail", Use: imap.MailboxAttrSent, Names: map[string]string{"ru": "[Gmail]/Отправленные"}},
		{Name: "[Gmail]/Spam", Use: imap.MailboxAttrJunk},
		{Name: "[Gmail]/Starred", Use: imap.MailboxAttrFlagged},
		{Name: "[Gmail]/Trash", Use: imap.MailboxAttrTrash, Names: map[string]string{"en-GB": "[Gmail]/Bin", "ru": "[Gmail]/Корзина"}},
	},
	Numbers: imaptest.SpecNumbers{UIDValidity: 1, Recent: imaptest.RecentNever},

	SASL: []imaptest.SpecSASL{
		{Mechanism: "XOAUTH2", Prompt: []string{"+ "}, Failure: `{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}`},
		{Mechanism: "OAUTHBEARER", Prompt: []string{"+ "}, Failure: `{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}`},
	},
	// The settings of a new account: developers.google.com, ImapSettings (2025-07-25); courier#66
	// (2026-07-14).
	Labels: &imaptest.SpecLabels{AutoExpunge: true, Dedupe: true},
	Limits: imaptest.SpecLimits{ConnsPerUser: 15, Session: 24 * time.Hour, Token: time.Hour, Append: 35651584},

	Quirks: []imaptest.Quirk{CapabilityUntagged, CopyUIDTagged, ExistsAfterExpunge, ExistsOnCheck, PlusUnquoted, ExcessWhitespace, CaretRefused},
})
