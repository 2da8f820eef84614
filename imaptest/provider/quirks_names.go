package provider

import (
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// unnamed is the source of what clients have met, while no server is named for it.
const unnamed = "reported from the field; no server is named"

// Quirks of the names of mailboxes and of LIST.
var (
	// SpecialUseUnadvertised has the special uses of RFC 6154 in every LIST, and no capability
	// for them. Microsoft 365, Gmail before 2018. A client that asks only where SPECIAL-USE is
	// advertised never finds the sent mail: imapclient PR#533.
	SpecialUseUnadvertised = imaptest.Quirk{
		Name: "special-use-unadvertised", Doc: "LIST tells special uses, and no capability says so",
		Sources: []string{"MailKit#1282 (2021-11)"},
		Acts:    []imaptest.Act{imaptest.CapAct{Word: "SPECIAL-USE", Works: true}},
	}
	// ListTwice lists every mailbox twice. Gateways in front of several servers do it.
	ListTwice = imaptest.Quirk{
		Name: "list-twice", Doc: "LIST tells every mailbox twice",
		Sources: []string{"Mailspring-Sync personalities.py (2026-09)"},
		Acts:    []imaptest.Act{imaptest.EditAct{Response: "LIST", Twice: true}},
	}
	// ListWithoutInbox leaves INBOX out of LIST, though it is there. RFC 3501, section 6.3.8, has
	// INBOX in it if the account has one.
	ListWithoutInbox = imaptest.Quirk{
		Name: "list-without-inbox", Doc: "LIST does not tell INBOX", Fault: true, Sources: []string{unnamed},
		Acts: []imaptest.Act{imaptest.EditAct{Response: "LIST", Find: `(?i)^\* LIST \([^)]*\) \S+ "?INBOX"?$`, Drop: true}},
	}
	// SecondInbox lists a mailbox "Inbox" beside INBOX; both are the same name. Microsoft 365
	// answers "NO INBOX doesn't exist." then: imapsync#459.
	SecondInbox = imaptest.Quirk{
		Name: "second-inbox", Doc: `LIST tells "Inbox" beside INBOX`, Sources: []string{"imapsync#459 (2024)"},
		Excludes: []string{"list-twice", "list-without-inbox"},
		Acts: []imaptest.Act{imaptest.EditAct{
			Response: "LIST", Find: `^(\* LIST \([^)]*\) \S+) "?INBOX"?$`, Replace: `${1} "Inbox"`, Twice: true,
		}},
	}
	// ListReturnNothing answers a LIST with RETURN, and XLIST, with OK and no mailbox. Strato, which
	// advertises LIST-EXTENDED and XLIST. MailKit#1957.
	ListReturnNothing = imaptest.Quirk{
		Name: "list-return-nothing", Doc: "LIST with RETURN tells nothing", Fault: true,
		Sources: []string{"MailKit#1957 (2025-10)"}, Needs: []string{"LIST-EXTENDED"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "LIST * RETURN *", Answer: "OK LIST completed"},
			imaptest.GateAct{On: "XLIST", Answer: "OK XLIST completed"},
		},
	}
	// SpecialUseReturnRefused refuses RETURN (SPECIAL-USE) though it has LIST-EXTENDED. Zimbra
	// 8.8.15: `BAD parse error: unknown LIST return option "SPECIAL-USE"`. vandelay#5.
	SpecialUseReturnRefused = imaptest.Quirk{
		Name: "special-use-return-refused", Doc: "LIST … RETURN (SPECIAL-USE) is BAD",
		Sources: []string{"stalwartlabs/vandelay#5 (2026-06)"},
		Acts:    []imaptest.Act{imaptest.GateAct{On: "LIST *SPECIAL-USE*", Answer: `BAD parse error: unknown LIST return option "SPECIAL-USE"`}},
	}
	// ListRandom lists mailboxes in another order each time. Proton Mail Bridge: its list goes
	// through a map.
	ListRandom = imaptest.Quirk{
		Name: "list-random", Doc: "LIST has another order each time", Sources: []string{"ProtonMail/gluon (2024-10-18)"},
		Acts: []imaptest.Act{imaptest.SetAct{Line: "list order random"}},
	}
	// NamesUnquoted writes names without quotes, whatever is in them: spaces, tabs,
	// parentheses. Microsoft 365 with a tab, Gmail with "+Folder". MailKit#945.
	NamesUnquoted = imaptest.Quirk{
		Name: "names-unquoted", Doc: "LIST puts no name in quotes", Fault: true, Sources: []string{"MailKit#945"},
		Acts: []imaptest.Act{imaptest.SetAct{Line: "list quote never"}},
	}
	// PlusUnquoted writes names that begin with "+" without quotes: `* LIST (\HasNoChildren) "/"
	// +Folder`. Gmail. "+" is no atom-special, so that it is legal, and a surprise.
	PlusUnquoted = imaptest.Quirk{
		Name: "plus-unquoted", Doc: `LIST has no quotes round a name that begins with "+"`, Sources: []string{"MailKit's list-all-no-status.txt (2026-08)"},
		Acts: []imaptest.Act{imaptest.EditAct{Response: "LIST", Find: `^(\* LIST \([^)]*\) \S+) "(\+[A-Za-z0-9]+)"$`, Replace: "${1} ${2}"}},
	}
	// DelimiterNil says NIL in place of the delimiter, as a server without levels of names does.
	DelimiterNil = imaptest.Quirk{
		Name: "delimiter-nil", Doc: "LIST says NIL for the delimiter", Sources: []string{unnamed},
		Acts: []imaptest.Act{imaptest.SetAct{Line: "list no-delimiter"}},
	}
	// InboxMixedCase spells INBOX "Inbox" in LIST and STATUS. Yahoo, Outlook.com. Clients that
	// compare with "INBOX" find none: modern-email/defects#8.
	InboxMixedCase = imaptest.Quirk{
		Name: "inbox-mixed-case", Doc: `INBOX is spelled "Inbox"`, Sources: []string{"MailKit's yahoo/list (2020)", "MailKit#1282 (2021-11)", "modern-email/defects#8"},
		Acts: []imaptest.Act{imaptest.SetAct{Line: "inbox Inbox"}},
	}
	// FilesReserved refuses to make a mailbox "Files". Microsoft 365.
	FilesReserved = imaptest.Quirk{
		Name: "files-reserved", Doc: `CREATE Files is refused`, Sources: []string{"imapsync FAQ (2025-07-17)"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "CREATE Files", Answer: "NO Folder name is reserved"},
			imaptest.GateAct{On: `CREATE "Files"`, Answer: "NO Folder name is reserved"},
		},
	}
	// ExcessWhitespace refuses names with a space at an end, or two of them: "NO
	// [CANNOT] Folder contains excess whitespace (Failure)". Gmail.
	ExcessWhitespace = imaptest.Quirk{
		Name: "excess-whitespace", Doc: "names with a space too many are refused", Sources: []string{"imapsync FAQ (2025-07-17)"},
		Acts: namesRefused(excessWhitespace, `"* "`, `" *"`, `"*  *"`),
	}
	// CaretRefused refuses names with "^", as a server does that keeps it for itself. Gmail. With
	// which words has not been seen.
	CaretRefused = imaptest.Quirk{
		Name: "caret-refused", Doc: `names with "^" are refused`, Sources: []string{"imapsync FAQ (2025-07-17)"},
		Acts: namesRefused("NO [CANNOT] Invalid mailbox name", "*^*"),
	}
	// NamesFolded takes no notice of the case of letters in names: CREATE work is refused where
	// there is Work, and SELECT work opens that. Microsoft 365, whose refusal of CREATE was seen:
	// "Mailbox already exists". imapsync gives one of two such mailboxes another name.
	NamesFolded = imaptest.Quirk{
		Name: "names-folded", Doc: "names are compared without the case of letters", Sources: []string{"imapsync FAQ (2025-07-17)"},
		Acts: []imaptest.Act{imaptest.TellAct{How: "names-folded"}},
	}
	// EscapedNamesBad refuses LIST with an escaped quote in a name: "BAD Command Argument Error.
	// 12". Microsoft 365. jakartaee/mail-api#152.
	EscapedNamesBad = imaptest.Quirk{
		Name: "escaped-names-bad", Doc: `LIST with \" in a name is BAD`, Fault: true, Sources: []string{"jakartaee/mail-api#152 (2015)"},
		Acts: []imaptest.Act{imaptest.GateAct{On: `LIST *\"*`, Answer: "BAD Command Argument Error. 12"}},
	}
	// ListTrailingDelimiter tells a mailbox that has others below it with the delimiter at its
	// end: "Public Folders/". Exchange. Jakarta Mail takes it off.
	ListTrailingDelimiter = imaptest.Quirk{
		Name: "list-trailing-delimiter", Doc: "LIST ends the name of a mailbox that has children with the delimiter", Fault: true,
		Sources: []string{"Jakarta Mail IMAPFolder.java"},
		Acts: []imaptest.Act{imaptest.EditAct{
			Response: "LIST", Find: `^(\* LIST \([^)]*\\HasChildren[^)]*\) "(.)") "?([^"]+)"?$`, Replace: `${1} "${3}${2}"`,
		}},
	}
	// XListInboxLocalized gives INBOX its name in the user's language in XLIST, under which it
	// cannot be opened. Gmail, Zoho ("Posteingang"). Thunderbird goes by the attribute.
	XListInboxLocalized = imaptest.Quirk{
		Name: "xlist-inbox-localized", Doc: "XLIST has a name for INBOX that cannot be opened", Fault: true,
		Sources: []string{"comm-central nsImapIncomingServer.cpp", "MailKit#1686 (2024-01-26)"},
		Acts: []imaptest.Act{imaptest.EditAct{
			Response: "XLIST", Find: `^(\* XLIST \([^)]*\\Inbox[^)]*\) \S+) "?INBOX"?$`, Replace: `${1} "Posteingang"`,
		}},
	}
	// XListDrops ends the connection at XLIST, which it advertises. Yandex, of old. mailcore2 asks
	// nobody there.
	XListDrops = imaptest.Quirk{
		Name: "xlist-drops", Doc: "XLIST ends the connection", Fault: true, Sources: []string{"mailcore2 MCIMAPSession.cpp"},
		Acts: []imaptest.Act{imaptest.ClockAct{On: "XLIST", After: time.Millisecond, Then: "close"}},
	}
	// NamespaceDrops ends the connection at NAMESPACE. Exchange 2003. MailKit#1512.
	NamespaceDrops = imaptest.Quirk{
		Name: "namespace-drops", Doc: "NAMESPACE ends the connection", Fault: true, Sources: []string{"MailKit#1512"},
		Acts: []imaptest.Act{imaptest.ClockAct{On: "NAMESPACE", After: time.Millisecond, Then: "close"}},
	}
	// LSubBad refuses LSUB though IMAP4rev1 is advertised: "BAD Command Argument Error. 12".
	// Microsoft 365 with IMAP4rev2. The text is that of its other refusals, not seen for this one.
	// imapflow lists again without it.
	LSubBad = imaptest.Quirk{
		Name: "lsub-bad", Doc: "LSUB is BAD, though IMAP4rev1 is advertised", Fault: true,
		Sources: []string{"imapflow lib/commands/list.js (2026-08)", "MailKit#2016 (2026-09-09)"},
		Acts:    []imaptest.Act{imaptest.GateAct{On: "LSUB", Answer: "BAD Command Argument Error. 12"}},
	}
)

const excessWhitespace = "NO [CANNOT] Folder contains excess whitespace (Failure)"

// namesRefused are the gates of CREATE and RENAME for new names of these patterns.
func namesRefused(answer string, patterns ...string) []imaptest.Act {
	var acts []imaptest.Act
	for _, pattern := range patterns {
		acts = append(acts, imaptest.GateAct{On: "CREATE " + pattern, Answer: answer}, imaptest.GateAct{On: "RENAME * " + pattern, Answer: answer})
	}
	return acts
}
