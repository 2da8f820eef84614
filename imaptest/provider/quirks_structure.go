package provider

import "github.com/go-mailtest/mailtest/imaptest"

// Quirks of ENVELOPE and BODYSTRUCTURE. What each does to a message is shown in its
// dialogue.
var (
	// EnvelopeSpaces puts spaces between the addresses of a list: "((…) (…))". Microsoft 365, still
	// in 2023. imap-codec reads it with quirk_spaces_between_addresses.
	EnvelopeSpaces = envelope("envelope-spaces", "spaces-between-addresses", "a space between addresses", "ruby/net-imap quirky_behaviors.yml (2023-11-28)")
	// EnvelopeSwapped exchanges the local part and the name of addresses. Gmail. MailKit#494.
	EnvelopeSwapped = envelope("envelope-swapped", "names-swapped", "name and local part are exchanged", "MailKit#494", "MailKit PR#1319")
	// EnvelopeMissingDomain writes MISSING_DOMAIN and MISSING_MAILBOX for what an address lacks.
	// Dovecot 2.3.4 and earlier. Geary takes them away again.
	EnvelopeMissingDomain = envelope("envelope-missing-domain", "missing-domain", "MISSING_DOMAIN for what is not there", "Geary's quirks (2026-08)")
	// EnvelopeBackslash ends the host of addresses with a backslash: "qq.com\". QQ. libetpan.
	EnvelopeBackslash = envelope("envelope-backslash", "backslash-host", "a host ends with a backslash, and so its quoted string does not", "libetpan mailimap_parser.c")
	// EnvelopeEmptyList writes "()" for NIL where there are no addresses. Yahoo. Jakarta Mail.
	EnvelopeEmptyList = envelope("envelope-empty-list", "empty-lists", "() for NIL", "Jakarta Mail ENVELOPE.java")
	// EnvelopeQuoting leaves quotes in a subject without their backslashes.
	EnvelopeQuoting = envelope("envelope-quoting", "broken-quoting", "quotes within a quoted string have no backslash", unnamed)
	// EnvelopeNoSender writes NIL for sender and reply-to, where RFC 9051, section 7.5.2, has the
	// server put From there. Microsoft 365.
	EnvelopeNoSender = envelope("envelope-no-sender", "no-sender", "sender and reply-to are NIL", "ruby/net-imap quirky_behaviors.yml (2023-11-28)")
	// EnvelopeNoFrom writes NIL for from and reply-to. Exchange 2007. Jakarta Mail reads the header
	// then.
	EnvelopeNoFrom = envelope("envelope-no-from", "no-from", "from and reply-to are NIL", "Jakarta Mail IMAPMessage.java")

	// StructureChildless leaves the parts of a multipart out: `("ALTERNATIVE" ("BOUNDARY" "…") NIL
	// NIL)`. Gmail where nested parts have one boundary, QQ, Yandex. MailKit#205, #777, #1076,
	// #1841, #1861.
	StructureChildless = structure("structure-childless", "childless-multipart", "a multipart has no parts", "MailKit#205", "MailKit#1841", "MailKit#1861 (2024)")
	// StructureNilType writes NIL for type and subtype: `(NIL NIL NIL NIL NIL "7BIT" 0 NIL NIL NIL
	// NIL)`. Microsoft 365. MailKit#1415, #1446.
	StructureNilType = structure("structure-nil-type", "nil-type", "a part has the type NIL", "MailKit#1415", "MailKit#1446")
	// StructureInline writes the disposition as a string, "inline", in place of ("inline" NIL).
	// Microsoft 365. MailKit#919.
	StructureInline = structure("structure-inline", "string-disposition", "a disposition is a string", "MailKit#919")
	// StructureBasicMessage describes a message/rfc822 like any file, without its envelope. Gmail,
	// where it is in base64. MailKit#32, #59.
	StructureBasicMessage = structure("structure-basic-message", "basic-message", "message/rfc822 has no envelope and no body", "MailKit#32", "MailKit#59")
	// StructureMinusOne says -1 octets. Microsoft 365. Jakarta Mail and libetpan take it.
	StructureMinusOne = structure("structure-minus-one", "minus-one-octets", "a part has -1 octets", "Jakarta Mail BODYSTRUCTURE.java")
	// StructureNilEncoding writes NIL for the encoding of a part. Microsoft 365.
	StructureNilEncoding = structure("structure-nil-encoding", "nil-encoding", "a part has the encoding NIL", "imap-codec quirk_body_fld_enc_nil_to_empty")
	// StructureSpaceEncoding writes a space behind the encoding of a part: "7BIT ". Microsoft 365.
	// libetpan, Jakarta Mail.
	StructureSpaceEncoding = structure("structure-space-encoding", "space-encoding", "an encoding ends in a space", "Jakarta Mail BODYSTRUCTURE.java")
	// StructureNilChild writes NIL for the parts of a multipart: (NIL "alternative" ("boundary"
	// "…") NIL NIL NIL). Dovecot, for a multipart without any. MailKit#1393.
	StructureNilChild = structure("structure-nil-child", "nil-child", "a multipart has NIL for its parts", "MailKit#1393")
	// StructureNilDisposition writes (NIL NIL) for the disposition of a part that has none.
	// Microsoft 365. MailKit.
	StructureNilDisposition = structure("structure-nil-disposition", "nil-disposition", "a part without disposition has (NIL NIL)", "MailKit ImapUtils.cs (2026-08)")
	// StructureNilParameter writes NIL for the value of a parameter that is empty. Microsoft 365.
	// Jakarta Mail, libetpan.
	StructureNilParameter = structure("structure-nil-parameter", "nil-parameter", "an empty parameter has the value NIL", "Jakarta Mail BODYSTRUCTURE.java")
	// StructureStringExtension ends a multipart with a string where its disposition belongs.
	// Exchange; which string it was is not known. Jakarta Mail skips it.
	StructureStringExtension = structure("structure-string-extension", "string-extension", "a multipart has a string for its disposition", "Stack Overflow 33481604", "Jakarta Mail BODYSTRUCTURE.java")
)

func envelope(name, writer, doc string, sources ...string) imaptest.Quirk {
	return imaptest.Quirk{
		Name: name, Doc: "ENVELOPE: " + doc, Fault: true, Sources: sources,
		Acts: []imaptest.Act{imaptest.ItemAct{Name: "ENVELOPE", How: writer}},
	}
}

func structure(name, writer, doc string, sources ...string) imaptest.Quirk {
	return imaptest.Quirk{
		Name: name, Doc: "BODYSTRUCTURE: " + doc, Fault: true, Sources: sources,
		Acts: []imaptest.Act{imaptest.ItemAct{Name: "BODYSTRUCTURE", How: writer}},
	}
}
