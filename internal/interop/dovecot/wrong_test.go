package dovecot_test

// dovecotIsWrong are answers of Dovecot 2.3 that an RFC is against.
var dovecotIsWrong = []difference{
	{"bad", "i]1", "OK", "* BAD",
		"RFC 3501, section 9", `"]" is a tag character.`},
	{"fetch_bytes", "a19", "* 1 FETCH\n* 2 FETCH", "* 1 FETCH\n* 2 FETCH",
		"RFC 3501, section 6.4.5", "Where a header ends without a blank line, none is added to a part of it."},
	{"fetch_fields", "a2 a3 a4 a5 a6", "* 10 FETCH", "* 10 FETCH",
		"RFC 3501, section 6.4.5", "The same."},
	{"fetch_sections", "a5 a16", "* 17 FETCH", "* 17 FETCH",
		"RFC 2046, section 5.1.1", "The line end before a boundary belongs to the boundary, also after a multipart."},
	{"fetch_sections", "a6 a15", "* 3 FETCH", "* 3 FETCH",
		"RFC 2046, section 5.1.1", "The same."},
	{"fetch_structure", "a4 a5", "* 3 FETCH", "* 3 FETCH",
		"RFC 2046, section 5.1.1", "The same: the size and lines of the part."},
	{"fetch_sections", "a16", `BODY[1.1] ""`, `BODY[1.1] "`,
		"RFC 3501, section 6.4.5", "A part that is no multipart has no parts."},
	{"fetch_sections", "a17", `BODY[1.1.MIME] ""`, `BODY[1.1.MIME] "`,
		"RFC 3501, section 6.4.5", "The same."},
	{"fetch_sections", "a23", `BODY[2.1] ""`, `BODY[2.1] "`,
		"RFC 3501, section 6.4.5", "The same."},
	{"fetch_sections", "a25", `BODY[2.1.MIME] ""`, `BODY[2.1.MIME] "`,
		"RFC 3501, section 6.4.5", "The same."},
	{"keywords", "a12", "* 3 FETCH FLAGS", "",
		"RFC 3501, section 6.4.6", "STORE returns the flags, changed or not."},
	{"later_qresync", "a22", "[HIGHESTMODSEQ", "a22 OK",
		"RFC 7162, section 3.2.8", "CLOSE that expunges tells the new HIGHESTMODSEQ."},
	{"login", "i1", "BAD", "NO",
		"RFC 9051, section 6.2.2", "What is not base64 is answered with BAD."},
	{"search_flags", "a28", "* SEARCH 1 3 4 5", "* SEARCH 3 4 5",
		"RFC 3501, section 6.4.4", "NOT (a b) is not (NOT a NOT b)."},
	{"store", "a12 a13 a25 a26", "FETCH FLAGS", "",
		"RFC 3501, section 6.4.6", "STORE returns the flags, changed or not."},
}

// oursIsWrong are answers of ours that are to be mended: rows go when they are.
var oursIsWrong = []difference{
	{"create", "a14", "[CANNOT]", "[TRYCREATE]",
		"RFC 3501, section 6.3.11", `A \Noselect name can be created, so that APPEND to it must say TRYCREATE.`},
	{"fetch_structure", "a4 a5", "* 17 FETCH", "* 17 FETCH",
		"RFC 2231, section 6", "Parameter continuations should be joined in BODY and BODYSTRUCTURE."},
}
