package provider

import "github.com/go-mailtest/mailtest/imaptest"

// Quirks of FETCH but for the structure of messages.
var (
	// RFC822Missing answers FETCH RFC822 with OK and leaves the item out; BODY[] works. iCloud.
	// Clients that mark a message as read then have lost it: zammad#4589, mail-mcp#22,
	// hermes-agent PR#98666, dmarc-report-viewer#5, imapbackup#50, Beam#26, php-imap#510 and #562.
	RFC822Missing = imaptest.Quirk{
		Name: "rfc822-missing", Doc: "FETCH RFC822 tells no RFC822", Fault: true,
		Sources: []string{"modern-email/defects#36 (2024-08)", "zammad#4589 (2023-04)"},
		Acts:    []imaptest.Act{imaptest.ItemAct{Name: "RFC822", How: "omit"}},
	}
	// BodyEmptyValue tells an item without its value: "BODY[2] )". Yandex. MailKit#1708.
	BodyEmptyValue = imaptest.Quirk{
		Name: "body-empty-value", Doc: "BODY[…] comes without a value", Fault: true, Sources: []string{"MailKit#1708 (2024)"},
		Excludes: []string{"body-nil", "body-quoted", "fetch-nothing"},
		Acts:     []imaptest.Act{imaptest.ItemAct{Name: "BODY", How: "empty"}},
	}
	// BodyNil tells NIL for BODY[…]. Gmail for parts that are not there. It is legal (nstring,
	// RFC 9051, section 9), and readers of literals fail. MailKit#244.
	BodyNil = imaptest.Quirk{
		Name: "body-nil", Doc: "BODY[…] is NIL", Sources: []string{"MailKit#244"},
		Excludes: []string{"body-empty-value", "body-quoted", "fetch-nothing"},
		Acts:     []imaptest.Act{imaptest.ItemAct{Name: "BODY", How: "nil"}},
	}
	// BodyQuoted tells BODY[…] as a quoted string where it can be one. Gmail. It is legal, and
	// readers of literals fail.
	BodyQuoted = imaptest.Quirk{
		Name: "body-quoted", Doc: "BODY[…] is a quoted string", Sources: []string{"MailKit#244"},
		Excludes: []string{"body-empty-value", "body-nil", "fetch-nothing"},
		Acts:     []imaptest.Act{imaptest.ItemAct{Name: "BODY", How: "quoted"}},
	}
	// FetchNothing answers FETCH with OK and no data for a message that SEARCH has listed.
	// Microsoft 365. MailKit#1615, #908.
	FetchNothing = imaptest.Quirk{
		Name: "fetch-nothing", Doc: "FETCH is OK, and tells nothing", Fault: true,
		Sources: []string{"MailKit#1615 (2023)", "MailKit#908 (2019)"},
		Acts:    []imaptest.Act{imaptest.ItemAct{Name: "*", How: "omit"}},
	}
	// FetchDescending tells messages with the highest UID first. Yahoo. Clients that count on the
	// order put headers to the wrong message: Thunderbird (nsImapMailFolder).
	FetchDescending = imaptest.Quirk{
		Name: "fetch-descending", Doc: "FETCH tells the highest UID first", Sources: []string{"comm-central nsImapMailFolder.cpp"},
		Acts: []imaptest.Act{imaptest.TellAct{How: "fetch-descending"}},
	}
	// FetchUIDLast puts UID behind the other items: "(RFC822.SIZE 45274 UID 84)". Microsoft 365.
	// django-mailbox#232 read the size as the UID.
	FetchUIDLast = imaptest.Quirk{
		Name: "fetch-uid-last", Doc: "UID is the last item", Sources: []string{"django-mailbox#232"},
		Acts: []imaptest.Act{imaptest.SetAct{Line: "fetch uid-last"}},
	}
	// FetchWrapped puts ENVELOPE in parentheses of its own: "(UID 14935 (ENVELOPE (…))
	// BODYSTRUCTURE …)". Domino. MailKit#943.
	FetchWrapped = imaptest.Quirk{
		Name: "fetch-wrapped", Doc: "ENVELOPE is in parentheses with its value", Fault: true, Sources: []string{"MailKit#943 (2019)"},
		Acts: []imaptest.Act{imaptest.ItemAct{Name: "ENVELOPE", How: "wrapped"}},
	}
	// FetchUnknownItems tells items that no RFC has and nobody asks for: XAOL.SPAM.REASON and
	// XAOL-MSGID. AOL; the values are those of MailKit's test. RFC 9051, section 2.2.2, asks
	// clients to be ready for that, and MailKit 2.0.2 was not.
	FetchUnknownItems = imaptest.Quirk{
		Name: "fetch-unknown-items", Doc: "FETCH tells items that no RFC has", Sources: []string{"MailKit ImapFolderFetch.cs (2026-08)"},
		Acts: []imaptest.Act{imaptest.EditAct{
			Response: "FETCH", Find: `(?s)^(\* \d+ FETCH \(.+)\)$`, Replace: "${1} XAOL.SPAM.REASON 0 XAOL-MSGID 1)",
		}},
	}
	// FetchNegative has a minus before the number of a message: "* -1 FETCH". Zoho. libetpan reads
	// it.
	FetchNegative = imaptest.Quirk{
		Name: "fetch-negative", Doc: "FETCH has negative message numbers", Fault: true, Sources: []string{"libetpan mailimap_parser.c"},
		Acts: []imaptest.Act{imaptest.EditAct{Response: "FETCH", Find: `^\* (\d+) FETCH`, Replace: "* -${1} FETCH"}},
	}
	// UIDJoined leaves out the space behind the UID: "UID 12MODSEQ (7)". Zimbra, of old.
	// Thunderbird reads it.
	UIDJoined = imaptest.Quirk{
		Name: "uid-joined", Doc: "there is no space between UID and MODSEQ", Fault: true, Needs: []string{"CONDSTORE"},
		Sources: []string{"comm-central nsImapServerResponseParser.cpp"},
		Acts:    []imaptest.Act{imaptest.EditAct{Response: "FETCH", Find: `(UID \d+) MODSEQ`, Replace: "${1}MODSEQ"}},
	}
	// SizeLies tells an RFC822.SIZE that is not the length of BODY[]. Exchange, which reckons it:
	// "BODY[] 6298 bytes vs RFC822.SIZE 19189" in all of 160 mails. vandelay#12 left 1,700 mails
	// out, hMailServer#476.
	SizeLies = imaptest.Quirk{
		Name: "size-lies", Doc: "RFC822.SIZE is not the size", Fault: true,
		Sources: []string{"stalwartlabs/vandelay#12 (2026-06)", "hMailServer#476"},
		Acts:    []imaptest.Act{imaptest.ItemAct{Name: "RFC822.SIZE", How: "wrong-size"}},
	}
	// ModSeqZero tells MODSEQ (0), which is no mod-sequence-value (RFC 7162, section 7). Zoho.
	ModSeqZero = imaptest.Quirk{
		Name: "modseq-zero", Doc: "MODSEQ is 0", Fault: true, Needs: []string{"CONDSTORE"}, Sources: []string{"MailKit#1686 (2024-01-26)"},
		Excludes: []string{"modseq-negative"}, Acts: []imaptest.Act{imaptest.ItemAct{Name: "MODSEQ", How: "zero-modseq"}},
	}
	// ModSeqNegative tells MODSEQ (-1). Zoho.
	ModSeqNegative = imaptest.Quirk{
		Name: "modseq-negative", Doc: "MODSEQ is -1", Fault: true, Needs: []string{"CONDSTORE"}, Sources: []string{"MailKit#1686 (2024-01-26)"},
		Excludes: []string{"modseq-zero"}, Acts: []imaptest.Act{imaptest.ItemAct{Name: "MODSEQ", How: "negative-modseq"}},
	}
	// DateWithoutZone tells an INTERNALDATE without its zone, which date-time (RFC 9051, section
	// 9) requires.
	DateWithoutZone = imaptest.Quirk{
		Name: "date-without-zone", Doc: "INTERNALDATE has no zone", Fault: true, Sources: []string{unnamed},
		Excludes: []string{"date-zero"}, Acts: []imaptest.Act{imaptest.ItemAct{Name: "INTERNALDATE", How: "no-zone"}},
	}
	// DateZero tells INTERNALDATE "00-Jan-0000 00:00:00 +0000". Domino.
	DateZero = imaptest.Quirk{
		Name: "date-zero", Doc: `INTERNALDATE is "00-Jan-0000 00:00:00 +0000"`, Fault: true, Sources: []string{"MailKit#943 (2019)"},
		Excludes: []string{"date-without-zone"}, Acts: []imaptest.Act{imaptest.ItemAct{Name: "INTERNALDATE", How: "zero-date"}},
	}
	// FlagsSilentRefused takes FLAGS.SILENT without sign for a mistake: "BAD Command Argument
	// Error. 11". Exchange 2010. MailKit#1139.
	FlagsSilentRefused = imaptest.Quirk{
		Name: "flags-silent-refused", Doc: "STORE FLAGS without sign is BAD", Fault: true, Sources: []string{"MailKit#1139 (2021)"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "STORE", When: "flagless", Answer: "BAD Command Argument Error. 11"},
			imaptest.GateAct{On: "UID STORE", When: "flagless", Answer: "BAD Command Argument Error. 11"},
		},
	}
	// NumbersRefused refuses STORE and MOVE by sequence number: "NO [CANNOT] STORE It's not
	// possible to perform specified operation"; by UID they work. Yahoo.
	NumbersRefused = imaptest.Quirk{
		Name: "numbers-refused", Doc: "STORE and MOVE by sequence number are refused", Fault: true,
		Sources: []string{"FairEmail (2026-08-22)"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "STORE", Answer: "NO [CANNOT] STORE It's not possible to perform specified operation"},
			imaptest.GateAct{On: "MOVE", Answer: "NO [CANNOT] MOVE It's not possible to perform specified operation"},
		},
	}
)
