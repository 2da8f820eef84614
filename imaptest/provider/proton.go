package provider

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// ProtonBridge is Proton Mail Bridge 3 (gluon): its source of 2024-10-18, and greetings of 2024 to
// 2026. The greeting and LOGIN tell the whole list, CAPABILITY before login less of it. Texts are
// the command's name. Continuations of AUTHENTICATE are "+" without a space (himalaya#556,
// 2025-02-05); LIST has another order each time.
//
// Messages of labels and folders are those of Proton's own; here each mailbox has its own, and
// All Mail can be written to. Not here either: NO to who subscribes twice, makes INBOX or says a
// name with a delimiter at its beginning, for which the server has other words; BYE to who
// deletes the mailbox that it has selected itself; [EXPUNGEISSUED] in OK while an EXPUNGE is held
// back; answers of IDLE that are gathered. How many logins are too many is not known.
var ProtonBridge = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "proton",
	Title: "Proton Mail Bridge 3",
	Seen:  "source of 2024-10-18; greetings to 2026",

	Greeting: "* OK [CAPABILITY ID IDLE IMAP4rev1 MOVE STARTTLS UIDPLUS UNSELECT] Proton Mail Bridge 03.08.01 - gluon session ID {conn}",
	Caps: imaptest.Caps{
		BeforeTLS:   "ID IDLE IMAP4rev1 STARTTLS",
		BeforeLogin: "ID IDLE IMAP4rev1",
		AfterLogin:  "ID IDLE IMAP4rev1 MOVE STARTTLS UIDPLUS UNSELECT",
		Works:       []imap.Cap{imap.AuthCap("PLAIN")}, // since 2024-11
	},

	Texts: imaptest.Texts{
		"ok":                   "OK {code}{verb}",
		"ok/SUBSCRIBE":         "OK SUB",
		"ok/UNSUBSCRIBE":       "OK UNSUBSCRIBE",
		"ok/COPY":              "OK {code}command completed in 81 microsec.",
		"ok/MOVE":              "OK {code}command completed in 81 microsec.",
		"ok/STORE":             "OK {code}command completed in 81 microsec.",
		"ok/FETCH":             "OK {code}command completed in 81 microsec.",
		"ok/SEARCH":            "OK {code}command completed in 81 microsec.",
		"ok/NOOP":              "OK command completed in 81 microsec.",
		"ok/LOGIN":             "OK [CAPABILITY {capabilities}] Logged in",
		"ok/AUTHENTICATE":      "OK [CAPABILITY {capabilities}] Logged in",
		"ok/STARTTLS":          "OK Begin TLS negotiation now",
		"ok/SELECT":            "OK [READ-WRITE] SELECT",
		"ok/EXAMINE":           "OK [READ-ONLY] EXAMINE",
		"bye.logout":           "* BYE",
		"bye.mailbox":          "* BYE Mailbox was deleted, have to disconnect.",
		"auth.password":        "NO no such user",
		"continue.literal":     "+ Ready",
		"continue.idle":        "+ Ready",
		"note.copyuid":         "* OK {code}",
		"command.state@before": "NO session is not authenticated",
		"command.state":        "NO session is not selected",
		"command.state/LOGIN":  "BAD session is already authenticated",
		"mailbox.missing":      "NO no such mailbox",
		"mailbox.target":       "NO [TRYCREATE] no such mailbox",
		"mailbox.exists":       "NO a mailbox with that name already exists",
		"mailbox.readonly":     "NO the mailbox is read-only",
		"mailbox.inbox":        "NO cannot delete INBOX",
		"message.number":       "BAD no such message",
		"command.errors":       "", // it closes without a word
		"search.charset":       "NO [BADCHARSET]",
	},

	Select: []string{
		"* FLAGS {flags}",
		"* {exists} EXISTS",
		"* {recent} RECENT",
		"* OK [PERMANENTFLAGS {permanentflags}] Flags permitted",
		"* OK [UIDNEXT {uidnext}] Predicted next UID",
		"* OK [UIDVALIDITY {uidvalidity}] UIDs valid",
		"* OK [UNSEEN {unseen}] Unseen messages",
	},
	Examine: []string{
		"* FLAGS {flags}",
		"* {exists} EXISTS",
		"* {recent} RECENT",
		"* OK [PERMANENTFLAGS {permanentflags}]",
		"* OK [UIDNEXT {uidnext}]",
		"* OK [UIDVALIDITY {uidvalidity}]",
		"* OK [UNSEEN {unseen}]",
	},

	Names: imaptest.SpecNames{Quote: imaptest.QuoteAlways, Order: imaptest.ListAnyOrder, Attrs: "kind own children"},
	Mailboxes: []imaptest.SpecMailbox{
		{Name: "All Mail"}, {Name: "Archive"}, {Name: "Drafts"}, {Name: "Folders", NoSelect: true}, {Name: "Labels", NoSelect: true},
		{Name: "Scheduled"}, {Name: "Sent"}, {Name: "Spam"}, {Name: "Starred"}, {Name: "Trash"},
	},
	Limits: imaptest.SpecLimits{BadBeforeLogin: 20, Bad: 20},

	Quirks: []imaptest.Quirk{PlusWithoutSpace, SearchEmptyNo, ExpungeHeld},
})
