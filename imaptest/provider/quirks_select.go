package provider

import "github.com/go-mailtest/mailtest/imaptest"

// Quirks of SELECT, STATUS, ENABLE and flags.
var (
	// UIDNextMissing leaves UIDNEXT out of SELECT and EXAMINE. Courier, 163, Exchange 2003. RFC
	// 9051, section 6.3.2, requires it, RFC 3501 lets it be. Clients that count on it fetch
	// from UID 0.
	UIDNextMissing = imaptest.Quirk{
		Name: "uidnext-missing", Doc: "SELECT tells no UIDNEXT", Fault: true,
		Sources: []string{"dovecot/core imapc-storage.c (2026-08)", "modern-email/defects#15"},
		Acts:    []imaptest.Act{imaptest.EditAct{Response: "OK", Find: `^\* OK \[UIDNEXT `, Drop: true}},
	}
	// UnseenMissing leaves UNSEEN out of SELECT and EXAMINE. Gmail, Courier, 163. RFC 9051 has
	// taken it out.
	UnseenMissing = imaptest.Quirk{
		Name: "unseen-missing", Doc: "SELECT tells no UNSEEN", Sources: []string{"MailKit's select-inbox.txt (2026-08)"},
		Acts: []imaptest.Act{imaptest.EditAct{Response: "OK", Find: `^\* OK \[UNSEEN `, Drop: true}},
	}
	// UIDValidityZero tells UIDVALIDITY 0, which is no nz-number (RFC 9051, section 9). A server of
	// 2015 whose name is not known: MailKit#240.
	UIDValidityZero = imaptest.Quirk{
		Name: "uidvalidity-zero", Doc: "UIDVALIDITY is 0", Fault: true, Sources: []string{"MailKit#240 (2015)"},
		Acts: []imaptest.Act{
			imaptest.EditAct{Response: "OK", Find: `^\* OK \[UIDVALIDITY \d+\]`, Replace: "* OK [UIDVALIDITY 0]"},
			imaptest.EditAct{Response: "STATUS", Find: `UIDVALIDITY \d+`, Replace: "UIDVALIDITY 0"},
			imaptest.EditAct{Response: "tagged OK", Find: `\[(APPENDUID|COPYUID) \d+ `, Replace: "[${1} 0 "},
			imaptest.EditAct{Response: "OK", Find: `\[COPYUID \d+ `, Replace: "[COPYUID 0 "},
		},
	}
	// UIDValidityNotKept tells another UIDVALIDITY at each EXAMINE of a mailbox that nobody has
	// selected. Courier. RFC 9051, section 2.3.1.1, has it stay. A client that only examines reads
	// all mail again each time; Dovecot's own selects in place of it (no-examine).
	UIDValidityNotKept = imaptest.Quirk{
		Name: "uidvalidity-not-kept", Doc: "EXAMINE tells another UIDVALIDITY each time, until a SELECT", Fault: true,
		Sources: []string{"Dovecot's documentation, no-examine (2026-08)"}, Excludes: []string{"uidvalidity-zero"},
		Acts: []imaptest.Act{imaptest.TellAct{How: "uidvalidity-not-kept"}},
	}
	// StatusEmpty answers STATUS without a value: `* STATUS "INBOX" ()`. It has broken
	// tokio-imap#154. Those who sent it had asked 163 for UIDNEXT alone, see
	// [StatusUIDNextMissing]: this is the worst case of it, whatever is asked for.
	StatusEmpty = imaptest.Quirk{
		Name: "status-empty", Doc: "STATUS tells no values", Fault: true,
		Sources: []string{"modern-email/defects#15 (2023-12-11)", "tokio-imap#154"},
		Acts:    []imaptest.Act{imaptest.EditAct{Response: "STATUS", Find: `\([^()]*\)$`, Replace: "()"}},
	}
	// StatusUIDNextMissing leaves UIDNEXT out of STATUS, so that a client that asks for nothing
	// else is told "()". 163 and 126. It has broken Delta Chat (chatmail/core#5043); Mailspring
	// goes by MESSAGES, UNSEEN and RECENT there, which are told.
	StatusUIDNextMissing = imaptest.Quirk{
		Name: "status-uidnext-missing", Doc: "STATUS tells no UIDNEXT", Fault: true, Excludes: []string{"status-empty"},
		Sources: []string{"modern-email/defects#15 (2023-12-11)", "chatmail/core#5043 (2023-11-24)", "Mailspring PR#121 (2026-08-22)"},
		Acts: []imaptest.Act{
			imaptest.EditAct{Response: "STATUS", Find: `\(UIDNEXT \d+ ?`, Replace: "("},
			imaptest.EditAct{Response: "STATUS", Find: ` UIDNEXT \d+`, Replace: ""},
		},
	}
	// StatusOrdered tells the items of STATUS in an order of its own, whatever the client's: "(MESSAGES
	// 12 RECENT 0 UNSEEN 0 UIDNEXT 14 UIDVALIDITY 647162421)". Mailfence. Legal; a client that reads
	// the values by their places mixes them up.
	StatusOrdered = imaptest.Quirk{
		Name: "status-ordered", Doc: "STATUS tells its items in the server's order", Sources: []string{"nextcloud/mail#10701 (2025-02-18)"},
		Acts: []imaptest.Act{imaptest.TellAct{How: "status-ordered"}},
	}
	// ClosedMissing tells no CLOSED when another mailbox is opened: a client with QRESYNC cannot
	// tell whose responses come (RFC 7162, section 3.2.11). Zimbra. Dovecot's own client uses no
	// QRESYNC there.
	ClosedMissing = imaptest.Quirk{
		Name: "closed-missing", Doc: "SELECT of another mailbox tells no CLOSED", Fault: true, Needs: []string{"QRESYNC"},
		Sources: []string{"Dovecot's documentation, no-qresync (2026-08)"},
		Acts:    []imaptest.Act{imaptest.TextAct{Event: "note.closed", Answer: ""}},
	}
	// EnabledMissing answers ENABLE with OK alone, without ENABLED: whether anything is on cannot
	// be told. iCloud. RFC 5161, section 3.2. MailKit#1871.
	EnabledMissing = imaptest.Quirk{
		Name: "enabled-missing", Doc: "ENABLE is OK without ENABLED", Fault: true, Needs: []string{"ENABLE"},
		Sources: []string{"MailKit#1871 (2025-01-18)", "nextcloud/mail#3401 (2020)"},
		Acts:    []imaptest.Act{imaptest.EditAct{Response: "ENABLED", Drop: true}},
	}
	// RecentSticky never clears \Recent: RECENT grows with the mailbox. Zoho (RECENT 5333 of
	// 5348), 163.
	RecentSticky = imaptest.Quirk{
		Name: "recent-sticky", Doc: `\Recent is never cleared`, Sources: []string{"MailKit#1686 (2024-01-26)"},
		Excludes: []string{"recent-never"}, Acts: []imaptest.Act{imaptest.SetAct{Line: "recent always"}},
	}
	// RecentNever says RECENT 0 always. Gmail.
	RecentNever = imaptest.Quirk{
		Name: "recent-never", Doc: "RECENT is 0 always", Sources: []string{"MailKit's select-inbox.txt (2026-08)"},
		Excludes: []string{"recent-sticky"}, Acts: []imaptest.Act{imaptest.SetAct{Line: "recent never"}},
	}
	// RecentWrong says one more in RECENT than there is.
	RecentWrong = imaptest.Quirk{
		Name: "recent-wrong", Doc: "RECENT is one too many", Fault: true, Sources: []string{unnamed},
		Excludes: []string{"recent-never"}, Acts: []imaptest.Act{imaptest.TellAct{How: "recent-wrong"}},
	}
	// KeywordsRefused lets clients make no keywords: PERMANENTFLAGS is without \*. Microsoft 365,
	// Yahoo, 163, Courier.
	KeywordsRefused = imaptest.Quirk{
		Name: "keywords-refused", Doc: `PERMANENTFLAGS has no \*`, Sources: []string{"imap_tools#181 (2022)"},
		Acts: []imaptest.Act{imaptest.SetAct{Line: "new-keywords no"}},
	}
	// KeywordsAreErrors refuses a STORE or an APPEND that names a keyword, or \Recent, and changes
	// nothing: Courier without IMAP_KEYWORDS, "NO Error in IMAP command received by server."
	// Asked of Debian's 5.0.13 on 2026-11-29.
	KeywordsAreErrors = imaptest.Quirk{
		Name: "keywords-are-errors", Doc: "STORE and APPEND with a keyword are refused", Sources: []string{"Courier 5.0.13 (2026-11-29)"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "STORE", When: "keyword", Answer: "{flag.invalid}"},
			imaptest.GateAct{On: "UID STORE", When: "keyword", Answer: "{flag.invalid}"},
			imaptest.GateAct{On: "APPEND", When: "keyword", Answer: "{flag.invalid}"},
		},
	}
	// SearchKeywordBad refuses SEARCH by keyword, as it has none: "BAD Command Argument Error.
	// 11". Microsoft 365. imap_tools#181.
	SearchKeywordBad = imaptest.Quirk{
		Name: "search-keyword-bad", Doc: "SEARCH KEYWORD is BAD", Fault: true, Sources: []string{"imap_tools#181 (2022)"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "SEARCH *KEYWORD *", Answer: "BAD Command Argument Error. 11"},
			imaptest.GateAct{On: "UID SEARCH *KEYWORD *", Answer: "BAD Command Argument Error. 11"},
		},
	}
	// FlagsWithBrackets has keywords that are no atoms: "OIB-Seen-[Google Mail]/Alle
	// Nachrichten", with "]" and a space. Gmail, from another client's days. It has broken
	// net-imap#241, geary#746.
	FlagsWithBrackets = imaptest.Quirk{
		Name: "flags-with-brackets", Doc: `FLAGS has keywords with "]" and a space`, Fault: true,
		Sources: []string{"ruby/net-imap#241 (2023)", "geary#746 (2020)"},
		Acts: []imaptest.Act{
			imaptest.EditAct{Response: "FLAGS", Find: `\)$`, Replace: " OIB-Seen-INBOX OIB-Seen-[Google Mail]/Alle Nachrichten)"},
			imaptest.EditAct{Response: "OK", Find: `^(\* OK \[PERMANENTFLAGS \([^)]*[^)\s*])( \\\*)?\)\]`, Replace: "${1} OIB-Seen-INBOX OIB-Seen-[Google Mail]/Alle Nachrichten${2})]"},
		},
	}
	// NumbersFloat writes large numbers as floats: "* STATUS INBOX (UIDNEXT 9.3736e+06)". Mail.ru.
	// MailKit#1838, #1840. Here it is every number of STATUS and of UIDNEXT.
	NumbersFloat = imaptest.Quirk{
		Name: "numbers-float", Doc: "numbers of STATUS and UIDNEXT are floats", Fault: true, Sources: []string{"MailKit#1838", "MailKit#1840"},
		Acts: []imaptest.Act{
			imaptest.EditAct{Response: "STATUS", Find: `(UIDNEXT|SIZE) (\d)`, Replace: "${1} ${2}.0e+00"},
			imaptest.EditAct{Response: "OK", Find: `\[UIDNEXT (\d)`, Replace: "[UIDNEXT ${1}.0e+00"},
		},
	}
	// RestIsCommands takes the parameters of SELECT for a list of one: of two, the rest of the
	// line is taken for commands. Purelymail; it broke eM Client 11 for every mailbox.
	RestIsCommands = imaptest.Quirk{
		Name: "rest-is-commands", Doc: "a parameter too many makes the rest of the line another command", Fault: true,
		Sources: []string{"purelymail-issues#452 (2026-06)", "floatpane/matcha#1433", "nextcloud/mail#13457 (2026-09)"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "SELECT * (CONDSTORE *)", Answer: "BAD SELECT failed. Illegal arguments."},
			imaptest.GateAct{On: "LIST * RETURN (STATUS *)", Answer: "BAD LIST failed. Illegal arguments."},
			imaptest.EditAct{Response: "tagged", Find: `^\S+ BAD SELECT failed\. Illegal arguments\.$`, Replace: "QRESYNC BAD failed. Unknown command.", Twice: true},
			imaptest.EditAct{Response: "tagged", Find: `^\S+ BAD LIST failed\. Illegal arguments\.$`, Replace: "ETURN BAD failed. Unknown command.", Twice: true},
		},
	}
)
