package provider

import "github.com/go-mailtest/mailtest/imaptest"

// Quirks of what a message is: servers that make it anew for each FETCH.
var (
	// Placeholder tells, in place of a message that the server cannot make, a letter of its own,
	// "Retrieval using the IMAP4 protocol failed for the following message: 205", from a sender
	// without an address. Exchange and Microsoft 365, above all for meetings: here it is every
	// message that has a part text/calendar. The lines of the letter are those of 2016 and 2023,
	// its From that of an ENVELOPE of 2022. Clients that keep it have lost the mail:
	// Mailspring#2038, OfflineIMAP#62, freescout#3203; MailKit#1451 could not read the sender.
	Placeholder = imaptest.Quirk{
		Name: "placeholder", Doc: "FETCH tells a letter that says so in place of a message with text/calendar", Fault: true,
		Sources:  []string{"Mailspring#2038 (2020)", "OfflineIMAP#62 (2016-01-29)", "freescout#3203 (2023-07-25)", "MailKit#1451"},
		Excludes: []string{"meeting-empty"}, Acts: []imaptest.Act{imaptest.LetterAct{
			Type: "text/calendar",
			Text: `MIME-Version: 1.0
Content-Type: text/plain; charset="us-ascii"
From: Microsoft Exchange Server
To: {user}
Subject: Retrieval using the IMAP4 protocol failed for the following message: {uid}
Content-Transfer-Encoding: quoted-printable

The server couldn't retrieve the following message:

Subject: "{subject}"

The message hasn't been deleted. You might be able to view it using either =
Outlook or Outlook Web App. You can also contact the sender to find out wha=
t the message says.
`,
			Envelope: `(NIL "Retrieval using the IMAP4 protocol failed for the following message: {uid}" (("Microsoft Exchange Server" NIL NIL ".MISSING-HOST-NAME.")) NIL NIL (("{user}" NIL "{user}" ".MISSING-HOST-NAME.")) NIL NIL NIL NIL)`,
		}},
	}
	// MeetingEmpty tells the parts of a message with text/calendar as empty, though
	// BODYSTRUCTURE has them and BODY[] is whole. Microsoft 365. mailcore2#1621, and Mailspring,
	// which fetches such messages whole.
	MeetingEmpty = imaptest.Quirk{
		Name: "meeting-empty", Doc: "the parts of a message with text/calendar are empty", Fault: true, Sources: []string{"mailcore2#1621"},
		Excludes: []string{"placeholder"}, Acts: []imaptest.Act{imaptest.TellAct{How: "meeting-empty"}},
	}
	// FlaggedHeader has a header field X-Message-Flag more in a message while that is \Flagged: it
	// changes under its UID, and so does RFC822.SIZE. RFC 9051, section 2.3.1.1, has messages stay
	// as they are. Exchange 2010. The name has been seen, the value has not: here it is the one
	// that Outlook writes. Dovecot's own client takes the field away again.
	FlaggedHeader = imaptest.Quirk{
		Name: "flagged-header", Doc: "a message has another header while it is \\Flagged", Fault: true,
		Sources: []string{"dovecot/core imapc-mail-fetch.c (2026-08)"}, Acts: []imaptest.Act{imaptest.TellAct{How: "flagged-header"}},
	}
	// FieldsIndexed answers HEADER.FIELDS from an index: List-Unsubscribe and what begins like it
	// is missing, and From has its encoded words decoded. BODY[HEADER] has all as it came. Yahoo
	// and AOL. Clients that show a button for List-Unsubscribe show none.
	FieldsIndexed = imaptest.Quirk{
		Name: "fields-indexed", Doc: "HEADER.FIELDS has no List-Unsubscribe, and From decoded", Fault: true,
		Sources: []string{"a client's work-around (2026-07)"}, Acts: []imaptest.Act{imaptest.TellAct{How: "fields-indexed"}},
	}
	// HeaderCleaned tells another BODY[HEADER] than BODY[] begins with, where that has 8-bit or
	// control characters. Zimbra. What stands in their place has not been seen: here it is a
	// question mark. Dovecot's replication took such messages for two.
	HeaderCleaned = imaptest.Quirk{
		Name: "header-cleaned", Doc: "BODY[HEADER] is not how BODY[] begins, if that is not US-ASCII", Fault: true,
		Sources: []string{"Dovecot's documentation, zimbra-workarounds (2026-08)"}, Acts: []imaptest.Act{imaptest.TellAct{How: "header-cleaned"}},
	}
	// PartialWhole answers BODY[]<0.100> with BODY[] and all of it. Exchange of old. Jakarta Mail
	// notices that the origin is missing; who does not, puts the whole together many times.
	PartialWhole = imaptest.Quirk{
		Name: "partial-whole", Doc: "a partial FETCH is answered with the whole", Fault: true,
		Sources: []string{"Jakarta Mail IMAPInputStream.java"}, Acts: []imaptest.Act{imaptest.TellAct{How: "partial-whole"}},
	}
	// AppendFlaggedLost forgets \Flagged of what is appended; STORE sets it. Microsoft 365.
	// Migrations lose every star: imapsync stores flags after APPEND.
	AppendFlaggedLost = imaptest.Quirk{
		Name: "append-flagged-lost", Doc: "APPEND loses \\Flagged", Fault: true, Sources: []string{"imapsync FAQ (2025-07-17)"},
		Acts: []imaptest.Act{imaptest.TellAct{How: "append-flagged-lost"}},
	}
	// AppendUnendedBad refuses a message without CRLF at its end: "BAD [CLIENTBUG] Additional
	// arguments found after last expected argument". Yahoo. imapsync#209 adds it.
	AppendUnendedBad = imaptest.Quirk{
		Name: "append-unended-bad", Doc: "APPEND of a message without CRLF at its end is BAD", Fault: true,
		Sources: []string{"imapsync#209", "imapsync FAQ (2025-07-17)"},
		Acts: []imaptest.Act{imaptest.GateAct{
			On: "APPEND", When: "unended", Answer: "BAD [CLIENTBUG] Additional arguments found after last expected argument",
		}},
	}
	// UIDsHigh has the UIDs of a mailbox begin at 1392611444. 163 and 126, whose UIDs were seen
	// around that, with UIDVALIDITY 1. Legal; a client that keeps UIDs in 31 bits, or a place for
	// each, fails.
	UIDsHigh = imaptest.Quirk{
		Name: "uids-high", Doc: "UIDs begin at 1392611444", Sources: []string{"a session with imap.163.com (2016 to 2019)"},
		Acts: []imaptest.Act{imaptest.SetAct{Line: "uidnext 1392611444"}},
	}

	// LabelsQuoted writes a system's labels in X-GM-LABELS as quoted strings, "\\Inbox", where
	// others were told \Inbox. Gmail, in 2013. node-imap#187.
	LabelsQuoted = labels("labels-quoted", `X-GM-LABELS has "\\Inbox" for \Inbox`, false, "node-imap#187 (2013-03)")
	// LabelsBare writes labels in brackets as they are, [Mailbox], which is no atom. Gmail.
	// MailKit#51.
	LabelsBare = labels("labels-bare", "X-GM-LABELS has [Mailbox] without quotes", true, "MailKit#51 (2014-05-27)")
	// LabelsNil has NIL among the labels: (\Important "Custom Label" NIL). Gmail. MailKit#244.
	LabelsNil = labels("labels-nil", "X-GM-LABELS has NIL behind the labels", true, "MailKit#244")
)

func labels(name, doc string, fault bool, source string) imaptest.Quirk {
	return imaptest.Quirk{
		Name: name, Doc: doc, Fault: fault, Needs: []string{"X-GM-EXT-1"}, Sources: []string{source},
		Acts: []imaptest.Act{imaptest.ItemAct{Name: "X-GM-LABELS", How: name}},
	}
}
