package imaptest

import (
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
)

// ProfileSpec describes a server for [NewProfile]. The zero value of each field is what
// this server does by itself, so that a spec says only what is different:
//
//	var ours = imaptest.NewProfile(imaptest.ProfileSpec{
//		Name:     "ours",
//		Greeting: "* OK mail.example ready",
//		Caps:     imaptest.Caps{BeforeLogin: "IMAP4rev1 IDLE UIDPLUS AUTH=PLAIN"},
//		Texts:    imaptest.Texts{"auth.password": "NO no such user"},
//	})
//
// Lines of the server (the greeting, the lines of SELECT, texts) are templates: {exists} and
// the like stand for values. A space at the end of a line is written {sp}.
type ProfileSpec struct {
	Name  string // lower case, as -profile of examples/server takes it
	Title string // for people
	Seen  string // what of it was seen, and when

	Greeting string // the first line, from its "* "
	Caps     Caps
	ID       string // what follows "* ID ": NIL or a list in parentheses
	Texts    Texts

	// Select are the untagged lines of SELECT in their order, Examine those of EXAMINE
	// where they differ. A line whose value is missing, {unseen} for one, is left out.
	Select, Examine []string

	Flags     SpecFlags
	Fetch     SpecFetch
	Names     SpecNames
	Mailboxes []SpecMailbox // of a new account; INBOX only if it has an attribute
	Numbers   SpecNumbers
	SASL      []SpecSASL
	Limits    SpecLimits
	Labels    *SpecLabels // nil: a message is in one mailbox

	Quirks []Quirk
}

// Caps are the capabilities of a profile: what is shown when, and what works.
type Caps struct {
	// Has are the capabilities where the server shows them as this one does by itself,
	// each when it can be used. It is for a profile without the lists that follow.
	Has []imap.Cap

	BeforeLogin string // the words of CAPABILITY in their order
	BeforeTLS   string // the same on a connection in the clear; "": the same
	AfterLogin  string // "": as before login

	Works     []imap.Cap // work though they are not shown
	Dead      []imap.Cap // are shown and do not work
	Ornaments []string   // words that are shown and that this server knows nothing of
}

// Texts are answers by what happened. An answer is what follows the tag, "OK Success", or
// a whole untagged line, "* BYE so long"; untagged lines can come before it, each with its
// "\n". "OK" alone has no text, and an untagged line that is "" is not sent.
type Texts map[Event]string

// Event is something that is answered: "auth.password" is a wrong password, "ok/NOOP" the
// success of NOOP, "ok" that of any command. "auth.password/LOGIN" is for one command
// alone, without UID, and "ok/LOGOUT@before" for the time before login. Of a profile's
// texts the most precise is taken. PROVIDERS.md lists all events.
type Event string

// SpecFlags is how FLAGS and PERMANENTFLAGS list flags.
type SpecFlags struct {
	System   []imap.Flag // in this order
	Listed   []imap.Flag // in FLAGS alone, behind those; \Recent
	Hidden   []imap.Flag // in PERMANENTFLAGS alone
	Keywords []imap.Flag // that each mailbox has from the start
	New      NewKeywords
}

// NewKeywords is whether clients can make keywords, and where PERMANENTFLAGS says so.
type NewKeywords string

// What can be said of new keywords.
const (
	KeywordsLast  NewKeywords = ""      // \* is at the end
	KeywordsFirst NewKeywords = "first" // \* comes first
	NoKeywords    NewKeywords = "no"    // there is no \*, and no new keyword
)

// SpecFetch is the form of FETCH responses.
type SpecFetch struct {
	UIDLast bool // UID comes behind the other items
}

// SpecNames is how mailboxes are named and listed.
type SpecNames struct {
	Delimiter   rune   // 0: "/"
	NoDelimiter bool   // LIST says NIL in its place
	Inbox       string // how LIST and STATUS spell INBOX
	Root        string // the name in the answer to LIST "" ""
	Quote       Quote
	Order       ListOrder
	// Attrs is the order of LIST's attributes: "sorted", or some of the words kind,
	// subscribed, children, use and own. What is not named is not told.
	Attrs string

	// Prefix is that of all mailboxes but INBOX: "INBOX.". Other names cannot be made, and those
	// of fixtures get it: Archive is INBOX.Archive.
	Prefix string
	// Personal, Other and Shared are the namespaces as NAMESPACE tells them,
	// `(("INBOX." "."))`; "": what the account has.
	Personal, Other, Shared string

	Lenient bool // names and keywords can have any bytes but CR, LF and NUL
}

// Quote is which names LIST puts in quotes.
type Quote string

// The ways to quote names.
const (
	QuoteButInbox Quote = ""       // all but INBOX
	QuoteAlways   Quote = "always" // all
	QuoteIfNeeded Quote = "needed" // those that are no atoms
	QuoteNever    Quote = "never"  // none, whatever is in it
)

// ListOrder is the order of LIST.
type ListOrder string

// The orders.
const (
	ListByName   ListOrder = ""       // INBOX, and then by name
	ListAsGiven  ListOrder = "listed" // first as the profile's mailboxes stand, and then by name
	ListAnyOrder ListOrder = "random" // another each time
)

// SpecMailbox is a mailbox of each new account.
type SpecMailbox struct {
	Name     string            // with the profile's delimiter
	Use      imap.MailboxAttr  // \Sent and the like
	Attrs    []string          // what LIST says of it besides
	XList    []string          // what XLIST says that it is for; nil: what Use does
	NoSelect bool              // it is a level of names only
	Hidden   bool              // only who asks for its whole name is told of it
	Names    map[string]string // by language, for [WithLanguage]
}

// SpecNumbers is how the server counts.
type SpecNumbers struct {
	UIDValidity uint32 // of INBOX; the mailboxes made after it have the next ones
	UIDNext     uint32 // the UID of the first message of a mailbox; 0: 1
	Recent      RecentRule
	Window      int // a mailbox shows so many of its newest messages; 0: all
}

// RecentRule is what RECENT counts.
type RecentRule string

// The rules.
const (
	RecentOnce   RecentRule = ""       // RFC 3501: what no session was told of before
	RecentNever  RecentRule = "never"  // always 0
	RecentSticky RecentRule = "always" // what ever was recent stays so
)

// SpecSASL is how a mechanism of AUTHENTICATE speaks.
type SpecSASL struct {
	Mechanism string
	Prompt    []string // the continuation lines before each response, from their "+"
	Failure   string   // the challenge after a token is refused; "-": none, NO comes at once
}

// SpecLimits are what the server allows; zero is no limit, or this server's own.
type SpecLimits struct {
	Conns            int // connections of an address at once
	ConnsPerUser     int // logins of an account at once
	FailedLogins     int // of a connection, after which it ends
	FailedLoginDelay time.Duration
	Commands         int // of a connection in any 60 seconds

	BadBeforeLogin int // commands in a row that are answered BAD, after which the connection ends
	Bad            int // the same after login
	Line           int // bytes of a line without its literals
	LineBefore     int // the same before login; 0: as after it

	IdleBeforeLogin time.Duration // without a command, after which the connection ends
	Idle            time.Duration
	Session         time.Duration // after login, however busy
	Token           time.Duration // the same of who logged in with a token

	Messages uint32 // of a command: MESSAGELIMIT (RFC 9738)
	Append   uint64 // bytes of a message: APPENDLIMIT (RFC 7889)
}

// SpecLabels make the mailboxes of each new account labels of its messages, as [WithLabels]
// does for one. The profile's mailboxes that are \All, \Junk, \Trash and \Flagged are where messages
// are, and where the starred ones are shown.
type SpecLabels = fixtures.Labels
