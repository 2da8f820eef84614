package provider

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Fastmail is what is known of Fastmail: nginx in front, whose greeting, list and answers
// before login were seen on 2026-09-18, and Cyrus behind it, of which nobody has shown a session.
// What follows login is therefore [Cyrus]'s, with the list that comes before login without its
// mechanisms. Its mailboxes are those of 2017 (nylas) without the prefix INBOX. of the time;
// app passwords are required (sms-backup-plus#688).
//
// Not known: the list after login, SELECT, the texts of refusals, limits. IMAP4rev2 is in nginx's
// list, whatever the server behind it has: it does nothing here.
var Fastmail = Cyrus.Derive("fastmail", func(s *imaptest.ProfileSpec) {
	s.Title = "Fastmail"
	s.Seen = "before login 2026-09-18; what follows is Cyrus's"
	s.Greeting = "* OK IMAP4 ready"
	s.Caps = imaptest.Caps{
		BeforeLogin: "IMAP4 IMAP4rev1 IMAP4rev2 LITERAL+ ENABLE UIDPLUS SASL-IR NAMESPACE CONDSTORE SORT LIST-EXTENDED QRESYNC MOVE SPECIAL-USE CREATE-SPECIAL-USE IDLE AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2 AUTH=OAUTHBEARER",
		AfterLogin:  "IMAP4rev1 LITERAL+ ENABLE UIDPLUS SASL-IR NAMESPACE CONDSTORE SORT LIST-EXTENDED QRESYNC MOVE SPECIAL-USE CREATE-SPECIAL-USE IDLE",
		Works:       []imap.Cap{imap.CapChildren},
		Dead:        []imap.Cap{imap.CapIMAP4rev2},
		Ornaments:   []string{"IMAP4"},
	}
	s.ID = ""
	s.Texts["ok@before"] = "OK completed"
	s.Texts["bye.logout@before"] = "* BYE"
	s.Texts["command.unknown@before"] = "BAD invalid command"
	s.Texts["command.state@before"] = "BAD invalid command"
	s.Texts["ok/LOGIN"] = "OK [CAPABILITY {capabilities}] User logged in"
	s.Texts["ok/AUTHENTICATE"] = "OK [CAPABILITY {capabilities}] Success"
	s.Texts["continue.literal@before"] = "+ OK"
	s.Mailboxes = []imaptest.SpecMailbox{
		{Name: "INBOX"},
		{Name: "Archive", Use: imap.MailboxAttrArchive},
		{Name: "Drafts", Use: imap.MailboxAttrDrafts},
		{Name: "Junk Mail", Use: imap.MailboxAttrJunk},
		{Name: "Sent", Use: imap.MailboxAttrSent},
		{Name: "Trash", Use: imap.MailboxAttrTrash},
	}
	s.Limits.Append = 0
})
