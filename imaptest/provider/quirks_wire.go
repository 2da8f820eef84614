package provider

import "github.com/go-mailtest/mailtest/imaptest"

// Quirks of lines, whatever they say.
var (
	// TrailingSpace ends untagged and tagged OK with a space. net-imap takes it; of which lines of
	// Microsoft 365 it was is not known, and those that were seen have none, so that its profile is
	// without.
	TrailingSpace = imaptest.Quirk{
		Name: "trailing-space", Doc: "OK lines end in a space", Sources: []string{"ruby/net-imap response_parser.rb (2026-07)"},
		Acts: []imaptest.Act{
			imaptest.EditAct{Response: "OK", Find: `^(.*\S)$`, Replace: "${1} "},
			imaptest.EditAct{Response: "tagged OK", Find: `^(.*\S)$`, Replace: "${1} "},
		},
	}
	// CapabilityTrailingSpace ends CAPABILITY with spaces. QQ.
	CapabilityTrailingSpace = imaptest.Quirk{
		Name: "capability-trailing-space", Doc: "CAPABILITY ends in spaces", Fault: true, Sources: []string{"imap-codec quirk_trailing_space_capability"},
		Acts: []imaptest.Act{imaptest.EditAct{Response: "CAPABILITY", Find: `^(.*\S)$`, Replace: "${1}  "}},
	}
	// IDTrailingSpace ends ID with a space. imap-codec; which server it was is not named.
	IDTrailingSpace = imaptest.Quirk{
		Name: "id-trailing-space", Doc: "ID ends in a space", Fault: true, Needs: []string{"ID"}, Sources: []string{"imap-codec quirk_trailing_space_id"},
		Acts: []imaptest.Act{imaptest.EditAct{Response: "ID", Find: `^(.*\S)$`, Replace: "${1} "}},
	}
	// StatusTrailingSpace ends STATUS with a space. Exchange. imap-codec.
	StatusTrailingSpace = imaptest.Quirk{
		Name: "status-trailing-space", Doc: "STATUS ends in a space", Fault: true, Sources: []string{"imap-codec quirk_trailing_space_status"},
		Acts: []imaptest.Act{imaptest.EditAct{Response: "STATUS", Find: `^(.*\S)$`, Replace: "${1} "}},
	}
	// NoText sends OK and BYE without any text: "a2 OK", "* BYE". iCloud, Oracle, nginx. RFC 9051,
	// section 9, wants a text (resp-text). swift-nio-imap, imap-codec.
	NoText = imaptest.Quirk{
		Name: "no-text", Doc: "LOGOUT is answered without any text", Fault: true,
		Sources: []string{"swift-nio-imap", "a session with imap.mail.me.com (2026-09-18)", "imap-codec quirk_missing_text"},
		Acts: []imaptest.Act{
			imaptest.TextAct{Event: "bye.logout", Answer: "* BYE"},
			imaptest.TextAct{Event: "ok/LOGOUT", Answer: "OK"},
		},
	}
	// LeftoverText ends the text of some OKs with what was in the buffer before: "OK [READ-ONLY]
	// EXAMINE completent flags permitted". QQ. Legal, since nobody may read texts.
	LeftoverText = imaptest.Quirk{
		Name: "leftover-text", Doc: "texts end with what was in the buffer", Sources: []string{"MailKit's qqmail (2026-08)"},
		Acts: []imaptest.Act{
			imaptest.TextAct{Event: "ok/EXAMINE", Answer: "OK [READ-ONLY] EXAMINE completent flags permitted"},
			imaptest.TextAct{Event: "ok/LIST", Answer: `OK LIST completedn) "/" "&UXZO1mWHTvZZOQ-/..."`},
		},
	}
)
