package provider

import "github.com/go-mailtest/mailtest/imaptest"

// Quirks of SEARCH.
var (
	// SelectFirst answers the first SEARCH after SELECT with "BAD Please select a mailbox first".
	// iCloud. Wino-Mail#903, #1002.
	SelectFirst = imaptest.Quirk{
		Name: "select-first", Doc: "the first SEARCH of a connection is BAD", Fault: true,
		Sources: []string{"Wino-Mail#903 (2026-05-25)", "Wino-Mail#1002 (2026-07)"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "SEARCH", When: "selected nth 1", Answer: "BAD Please select a mailbox first"},
			imaptest.GateAct{On: "UID SEARCH", When: "selected nth 1", Answer: "BAD Please select a mailbox first"},
		},
	}
	// SearchEmptyNo answers UID SEARCH in an empty mailbox with "NO no such message". Proton Mail
	// Bridge 03.26.00.
	SearchEmptyNo = imaptest.Quirk{
		Name: "search-empty-no", Doc: "UID SEARCH UID in an empty mailbox is NO", Fault: true, Sources: []string{"Proton Mail Bridge 03.26.00 (2026-09-05)"},
		Acts: []imaptest.Act{imaptest.GateAct{On: "UID SEARCH UID *", When: "empty", Answer: "NO no such message"}},
	}
	// SearchHeaderNothing finds nothing by the header fields that its index lacks. Yahoo and
	// AOL: SEARCH HEADER List-Id.
	SearchHeaderNothing = imaptest.Quirk{
		Name: "search-header-nothing", Doc: "SEARCH HEADER List-Id finds nothing", Fault: true, Sources: []string{"a client's work-around (2026-07)"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "SEARCH", When: "header List-Id", Answer: "* SEARCH\nOK SEARCH completed"},
			imaptest.GateAct{On: "UID SEARCH", When: "header List-Id", Answer: "* SEARCH\nOK UID SEARCH completed"},
		},
	}
	// SearchHeaderUnavailable refuses to search in a header field: "NO [UNAVAILABLE] SEARCH Backend
	// error. sc=…". Yandex by Message-ID.
	SearchHeaderUnavailable = imaptest.Quirk{
		Name: "search-header-unavailable", Doc: "SEARCH by a header field is NO [UNAVAILABLE]", Sources: []string{"FairEmail Core.java (2026-08-22)"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "SEARCH", When: "header *", Answer: "NO [UNAVAILABLE] SEARCH Backend error. sc={id}"},
			imaptest.GateAct{On: "UID SEARCH", When: "header *", Answer: "NO [UNAVAILABLE] SEARCH Backend error. sc={id}"},
		},
		Excludes: []string{"search-header-unexpected"},
	}
	// SearchHeaderUnexpected refuses the same with "NO [UNAVAILABLE] Unexpected exception". iCloud.
	SearchHeaderUnexpected = imaptest.Quirk{
		Name: "search-header-unexpected", Doc: "SEARCH by a header field is NO [UNAVAILABLE] Unexpected exception", Sources: []string{"FairEmail Core.java (2026-08-22)"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "SEARCH", When: "header *", Answer: "NO [UNAVAILABLE] Unexpected exception"},
			imaptest.GateAct{On: "UID SEARCH", When: "header *", Answer: "NO [UNAVAILABLE] Unexpected exception"},
		},
		Excludes: []string{"search-header-unavailable"},
	}
	// SearchAndWrong finds what one of several keys finds, in place of all. Microsoft 365 for
	// SUBJECT and TO: "wrong results". Which they were is not known. MailKit#967.
	SearchAndWrong = imaptest.Quirk{
		Name: "search-and-wrong", Doc: "SEARCH takes OR for AND", Fault: true, Sources: []string{"MailKit#967 (2019)", "jakartaee/mail-api#425 (2020)"},
		Acts: []imaptest.Act{imaptest.TellAct{How: "search-or"}},
	}
	// SearchTrailingSpace ends SEARCH responses with a space: "* SEARCH 2 84 882 ". Yahoo. go-imap
	// of 2013, imap-codec.
	SearchTrailingSpace = imaptest.Quirk{
		Name: "search-trailing-space", Doc: "SEARCH responses end in a space", Fault: true,
		Sources: []string{"mxk/go-imap reader_test.go", "imap-codec quirk_trailing_space_search"},
		Acts:    []imaptest.Act{imaptest.EditAct{Response: "SEARCH", Find: `^(.*)$`, Replace: "${1} "}},
	}
	// ESearchEmpty answers SEARCH RETURN () without ALL, whatever there is. Exchange. RFC 4731,
	// section 3.1, takes () for ALL. MailKit#1177.
	ESearchEmpty = imaptest.Quirk{
		Name: "esearch-empty", Doc: "ESEARCH is empty", Fault: true, Needs: []string{"ESEARCH"}, Sources: []string{"MailKit#1177 (2021)"},
		Acts: []imaptest.Act{imaptest.EditAct{Response: "ESEARCH", Find: `^(\* ESEARCH \(TAG "[^"]*"\)( UID)?) .*$`, Replace: "${1}"}},
	}
	// CharsetRefused refuses every CHARSET of SEARCH, UTF-8 too: "NO [BADCHARSET] The requested
	// character set is not supported." Courier. Roundcube searches again without. RFC 3501,
	// section 6.4.4, asks for US-ASCII alone.
	CharsetRefused = imaptest.Quirk{
		Name: "charset-refused", Doc: "SEARCH CHARSET is NO [BADCHARSET]", Sources: []string{"roundcube rcube_imap.php"},
		Excludes: []string{"charset-ignored"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "SEARCH CHARSET *", Answer: badCharset},
			imaptest.GateAct{On: "UID SEARCH CHARSET *", Answer: badCharset},
		},
	}
	// CharsetIgnored takes no notice of CHARSET, and finds nothing by what is not US-ASCII.
	CharsetIgnored = imaptest.Quirk{
		Name: "charset-ignored", Doc: "SEARCH CHARSET finds nothing", Fault: true, Sources: []string{unnamed},
		Excludes: []string{"charset-refused"},
		Acts: []imaptest.Act{
			imaptest.GateAct{On: "SEARCH", When: "charset", Answer: "* SEARCH\nOK SEARCH completed"},
			imaptest.GateAct{On: "UID SEARCH", When: "charset", Answer: "* SEARCH\nOK UID SEARCH completed"},
		},
	}
)

const badCharset = "NO [BADCHARSET] The requested character set is not supported."
