package imapd

import (
	"time"

	"github.com/emersion/go-imap/v2"
)

// Profile is how a server differs on the wire from what this one does by itself. It is
// data: the engine makes its tables of it when it starts, and knows nobody's name. The
// zero value of each field, and a nil Profile, is what this server does.
type Profile struct {
	Greeting string       // the whole first line, a template: "* OK [CAPABILITY {capabilities}] ready"
	Caps     ProfileCaps  // which capabilities are shown when, and which work
	ID       string       // what stands behind "* ID ": "NIL", or a list in parentheses; a template
	Texts    []Text       // answers by what happened; of two for one event the later one holds
	Select   []string     // the untagged lines of SELECT, templates, in order; nil: the usual ones; see [SelectValues]
	Examine  []string     // those of EXAMINE; nil: those of Select
	Flags    ProfileFlags // how flags are listed
	Fetch    FetchForm    // the form of FETCH responses
	Names    Names        // how mailboxes are named and listed
	Numbers  Numbers      // how the server counts
	SASL     []SASL       // how mechanisms speak
	Limits   ProfileLimits
	Quirks   []Quirk // in the order in which they act
}

// ProfileCaps are the capabilities. A list is their words with spaces between, in the
// order in which they are shown; "" is the usual list. A word that the engine has works if
// it is in one of the lists, or in Works, and not in Dead. COMPRESS=DEFLATE and STARTTLS
// are left out of a list while they cannot be used. Words with a value are shown as they
// stand.
type ProfileCaps struct {
	BeforeTLS   string     // in the clear, if it differs
	BeforeLogin string     // the words of CAPABILITY
	AfterLogin  string     // "": as before login
	Works       []imap.Cap // works although it is never shown
	Dead        []imap.Cap // is shown and refused
	Ornaments   []string   // words that are shown and that the engine knows nothing of
}

// ProfileFlags are how FLAGS and PERMANENTFLAGS list flags.
type ProfileFlags struct {
	System   []imap.Flag // in this order; nil: the usual five
	Listed   []imap.Flag // behind those, in FLAGS alone: \Recent
	Keywords []imap.Flag // that every mailbox has from the start
	New      string      // where PERMANENTFLAGS has \*: "" at the end, "first", "no": nowhere, and clients can add none
	Hidden   []imap.Flag // permanent, and not in FLAGS
}

// FetchForm is the form of FETCH responses.
type FetchForm struct {
	UID string // "last": behind the other items; "": where it is asked for, first in UID FETCH
}

// Names are how mailboxes are named and listed.
type Names struct {
	NoDelimiter bool   // LIST says NIL in place of the delimiter
	Inbox       string // INBOX as LIST and STATUS spell it; "": INBOX
	Root        string // the name in the answer to LIST "" ""
	Quote       string // which names are in quotes: "" all but INBOX, "always", "needed", "never"
	// Attrs is the order of the attributes of LIST: "sorted", or some of "kind", "subscribed",
	// "children", "use" and "own" with spaces between; those that are not named are left
	// out. "" is that order.
	Attrs string
	// Order is that of LIST: "" INBOX first, then by name; "listed": those of Mailboxes first,
	// in their order; "random": another each time.
	Order    string
	Prefix   string // of personal mailboxes but INBOX: "INBOX."; CREATE of another name is refused
	Personal string // the namespaces, each as NAMESPACE has it: `(("INBOX." "."))`; "": the usual one
	Other    string
	Shared   string
	// Mailboxes are what LIST tells of a mailbox besides, by its name.
	Mailboxes []MailboxForm
	Lenient   bool // the store takes names with control characters but CR, LF and NUL
}

// MailboxForm is what LIST tells of one mailbox.
type MailboxForm struct {
	Name   string
	Attrs  []string // its own attributes: \Inbox, \Marked
	XList  []string // what XLIST says that it is for; nil: by its special use
	Hidden bool     // only who asks by the whole name is told of it
}

// Numbers are how the server counts.
type Numbers struct {
	UIDNext imap.UID // the first UID of a mailbox that a client makes; 0: 1
	Recent  string   // "never": always 0; "always": every message stays \Recent; "": as RFC 3501 has it
	Window  int      // only so many messages at the end of a mailbox are there; 0: all
}

// SASL is how a mechanism speaks.
type SASL struct {
	Mechanism string
	// Prompts are the continuation lines, whole, for challenges that say nothing, and those of
	// LOGIN, in order: "+ ", "+", "+ VXNlcm5hbWU6". The last one is for all that follow. nil:
	// the usual ones.
	Prompts []string
	// Failure is the challenge after a refused token; "-": none, NO at once; "": the usual one.
	Failure string
}

// ProfileLimits are what the server allows besides what the owner of the hooks counts; zero
// is no limit. What comes of it is an event: command.errors, command.line, bye.idle,
// bye.session, bye.token.
type ProfileLimits struct {
	BadBeforeLogin  int           // bad commands before login, after which the connection ends
	Bad             int           // bad commands after login
	Line            int           // the longest line, in bytes
	LineBeforeLogin int           // that before login, if it differs
	IdleBeforeLogin time.Duration // without a command
	Idle            time.Duration // the same after login, in IDLE too
	Session         time.Duration // from login
	Token           time.Duration // from a login with a token
}
