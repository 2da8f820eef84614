package provider

import (
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// GMX is GMX, web.de and mail.com. The greeting, its list, CAPABILITY and LOGOUT were seen on
// 2026-09-18; "NO authentication failed" is web.de's (K-9 #5780, 2021-11-19). IMAP must be switched
// on by the user, and goes off again if it is not used.
//
// Not known: LIST, SELECT, the list after login: they are this server's own, with the list
// that comes before.
var GMX = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "gmx",
	Title: "GMX, web.de, mail.com",
	Seen:  "before login 2026-09-18; a refusal of 2021-11-19",

	Greeting: "* OK [CAPABILITY {capabilities}] IMAP server ready H migmx112 32.4 IMAP-1MZjV1-1xJtrV49IN-00WuQd",
	Caps: imaptest.Caps{
		BeforeLogin: gmxCaps + " AUTH=LOGIN AUTH=PLAIN",
		AfterLogin:  gmxCaps,
	},
	Texts: imaptest.Texts{
		"ok":            "OK {code}{command} completed",
		"bye.logout":    "* BYE Server logging out",
		"auth.password": "NO authentication failed",
	},
})

const gmxCaps = "IMAP4rev1 CHILDREN ENABLE ID IDLE LIST-EXTENDED LIST-STATUS LITERAL- MOVE NAMESPACE SASL-IR SORT SPECIAL-USE THREAD=ORDEREDSUBJECT UIDPLUS UNSELECT WITHIN"

// IONOS is 1&1, now IONOS: GMX with QUOTA and another greeting (enough_mail's tests). QUOTA
// stands where the order of the letters has it.
//
// Not known: when, and what is not known of GMX.
var IONOS = GMX.Derive("ionos", func(s *imaptest.ProfileSpec) {
	s.Title = "1&1, IONOS"
	s.Seen = "a test of enough_mail, without a date"
	s.Greeting = "* OK [CAPABILITY {capabilities}] IMAP server ready H mieue154 15.6 IMAP-1My4Ij-1k2Oa32EiF-00yVN8"
	s.Caps.AfterLogin = strings.Replace(gmxCaps, "NAMESPACE ", "NAMESPACE QUOTA ", 1)
	s.Caps.BeforeLogin = s.Caps.AfterLogin + " AUTH=LOGIN AUTH=PLAIN"
})

// Strato is Strato's "RZimapd", of MailKit#1957 (2025-10) and n8n-nodes-imap#141 (2026-09). The
// list after login is there and was not copied whole: it is that before login with CONDSTORE,
// SEARCHRES and XLIST, which it names. LIST with RETURN tells nothing.
var Strato = imaptest.NewProfile(imaptest.ProfileSpec{
	Name:  "strato",
	Title: "Strato",
	Seen:  "2025-10; ID 2026-09",

	Greeting: "* OK [CAPABILITY {capabilities}] IMAP server ready (P2 TLSv1.2:ECDHE-RSA-AES256-GCM-SHA384)",
	Caps: imaptest.Caps{
		BeforeLogin: "IMAP4 IMAP4rev1 APPENDLIMIT=104857600 AUTH=PLAIN AUTH=LOGIN ENABLE ID IDLE MOVE LIST-EXTENDED NAMESPACE QUOTA SORT SPECIAL-USE UIDPLUS",
		AfterLogin:  "IMAP4 IMAP4rev1 APPENDLIMIT=104857600 ENABLE ID IDLE MOVE LIST-EXTENDED NAMESPACE QUOTA SORT SPECIAL-USE UIDPLUS CONDSTORE SEARCHRES XLIST",
		Works:       []imap.Cap{imap.CapChildren}, // LIST tells \HasChildren
		Dead:        []imap.Cap{imap.CapSearchRes},
		Ornaments:   []string{"IMAP4"},
	},
	ID: `("name" "RZimapd" "vendor" "Strato GmbH" "support-url" "mailto:postmaster@strato-rz.de")`,
	Texts: imaptest.Texts{
		"ok/LOGIN":        "OK User logged in (234)",
		"ok/AUTHENTICATE": "OK User logged in (234)",
	},
	Names:  imaptest.SpecNames{Delimiter: '.', Quote: imaptest.QuoteAlways},
	Limits: imaptest.SpecLimits{Append: 104857600},
	Quirks: []imaptest.Quirk{CapabilitySilent, ListReturnNothing},
})
