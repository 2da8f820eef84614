package provider

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// QQ is QQ Mail, Foxmail and exmail. The greeting is of 2023-05, the lists of 2026-09-16, mailboxes,
// SELECT and texts of MailKit's recordings (MailKit#589 of 2017, #1241 of 2021). It has no
// SPECIAL-USE: XLIST tells special uses. Some texts end in what was in its buffer before.
//
// Not known on the wire of IMAP: the refusal of a password. The words here are those of its
// SMTP server, which two clients report of IMAP too. Known, and not here: AUTHENTICATE LOGIN's
// prompts end in NUL; SEARCH FROM was BAD at exmail (2016); [CapabilityTrailingSpace],
// [EnvelopeBackslash] and [StructureChildless] are quirks of their own.
var QQ = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "qq",
	Title: "QQ Mail, Foxmail",
	Seen:  "greeting 2023-05, lists 2026-09-16, the rest 2017 to 2021",

	Greeting: "* OK [CAPABILITY IMAP4 IMAP4rev1 ID AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2 NAMESPACE] QQMail XMIMAP4Server ready",
	Caps: imaptest.Caps{
		BeforeLogin: "IMAP4rev1 XLIST MOVE IDLE ID UIDPLUS SASL-IR AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2 NAMESPACE CHILDREN",
	},
	ID: "NIL",

	Texts: imaptest.Texts{
		"ok":              "OK {code}{command} complete",
		"ok/CAPABILITY":   "OK CAPABILITY Completed",
		"ok/LOGIN":        "OK Success login ok",
		"ok/AUTHENTICATE": "OK Success login ok",
		"ok/NAMESPACE":    "OK NAMESPACE Success",
		"ok/SELECT":       "OK [READ-WRITE] SELECT complete",
		"bye.logout":      "* BYE LOGOUT received",
		"auth.password":   "NO Login fail. Account is abnormal, service is not open, password is incorrect, login frequency limited, or system is busy.",
	},

	Select: []string{
		"* {exists} EXISTS",
		"* {recent} RECENT",
		"* OK [UNSEEN {unseen}]",
		"* OK [UIDVALIDITY {uidvalidity}] UID validity status",
		"* OK [UIDNEXT {uidnext}] Predicted next UID",
		"* FLAGS {flags}",
		"* OK [PERMANENTFLAGS {permanentflags}] Permanent flags",
	},
	Flags: imaptest.SpecFlags{
		System: []imap.Flag{imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagDraft, imap.FlagSeen},
		New:    imaptest.KeywordsFirst,
	},

	Names: imaptest.SpecNames{Quote: imaptest.QuoteAlways, Attrs: "own children", Order: imaptest.ListAsGiven},
	Mailboxes: []imaptest.SpecMailbox{
		{Name: "其他文件夹", NoSelect: true, Attrs: []string{`\NoSelect`}},
		{Name: "INBOX"},
		{Name: "Sent Messages", Use: imap.MailboxAttrSent},
		{Name: "Drafts", Use: imap.MailboxAttrDrafts},
		{Name: "Deleted Messages", Use: imap.MailboxAttrTrash},
		{Name: "Junk", Use: imap.MailboxAttrJunk, XList: []string{`\Junk`}},
	},

	Quirks: []imaptest.Quirk{LeftoverText, CapabilitySilent},
})

// NetEase163 is 163.com, 126.com, yeah.net and 188.com (Coremail). The greeting and the list are
// of 2026-09-16, mailboxes and SELECT of a session of 2016 to 2019. It shows no AUTH=, and LOGIN
// works; it has neither IDLE nor NAMESPACE nor MOVE. Before ID no mailbox can be opened. UIDNEXT
// is told nowhere: neither by SELECT nor by STATUS, which is empty for who asks for nothing else.
//
// Known, and not here: tags had to be a letter and digits; on the port of TLS nginx answered
// before login (2024-05).
var NetEase163 = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "netease163",
	Title: "NetEase 163, 126, yeah",
	Seen:  "lists 2026-09-16, the rest 2016 to 2024",

	Greeting: "* OK Coremail System IMap Server Ready(163com[726cd87d72d896a1ac393507346040fa])",
	Caps: imaptest.Caps{
		BeforeLogin: "IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS APPENDLIMIT=71680000 SASL-IR AUTH=XOAUTH2",
		AfterLogin:  "IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS APPENDLIMIT=71680000 SASL-IR AUTH=XOAUTH2",
	},
	ID: `("name" "Coremail Imap" "vendor" "Mailtech" "TransID" "3PmVJQB3bjS5RERX")`,

	Texts: imaptest.Texts{
		"ok":            "OK {code}{command} completed",
		"ok/LOGIN":      "OK LOGIN completed",
		"bye.logout":    "* BYE IMAP4rev1 Server logging out",
		"auth.password": "NO LOGIN Login error or password error", // modern-email/defects#25 (2024-05-11)
	},

	Select: []string{ // no UIDNEXT
		"* {exists} EXISTS",
		"* {recent} RECENT",
		"* OK [UIDVALIDITY {uidvalidity}] UIDs valid",
		"* FLAGS {flags}",
		"* OK [PERMANENTFLAGS {permanentflags}] Limited",
	},
	Flags: imaptest.SpecFlags{
		System: []imap.Flag{imap.FlagAnswered, imap.FlagSeen, imap.FlagDeleted, imap.FlagDraft, imap.FlagFlagged},
		New:    imaptest.NoKeywords,
	},

	Names: imaptest.SpecNames{Quote: imaptest.QuoteAlways, Attrs: "kind use", Order: imaptest.ListAsGiven},
	Mailboxes: []imaptest.SpecMailbox{ // drafts, sent, trash, junk, virus, advertising, subscriptions
		{Name: "INBOX"},
		{Name: "草稿箱", Use: imap.MailboxAttrDrafts},
		{Name: "已发送", Use: imap.MailboxAttrSent},
		{Name: "已删除", Use: imap.MailboxAttrTrash},
		{Name: "垃圾邮件", Use: imap.MailboxAttrJunk},
		{Name: "病毒文件夹"},
		{Name: "广告邮件"},
		{Name: "订阅邮件"},
	},
	Numbers: imaptest.SpecNumbers{UIDValidity: 1, Recent: imaptest.RecentSticky},
	Limits:  imaptest.SpecLimits{Append: 71680000},

	Quirks: []imaptest.Quirk{UnsafeLogin, CapabilitySilent, StatusUIDNextMissing, UIDsHigh},
})
