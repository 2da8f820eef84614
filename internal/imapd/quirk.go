package imapd

import "time"

// Quirk is something that a server does and a client would not expect, by name. When it
// does something on a connection, the hook Acted hears of it.
type Quirk struct {
	Name string
	Acts []Act
}

// Act is a piece of a quirk's behaviour: [Text], [Cap], [Gate], [Item], [Letter], [Edit], [Tell]
// or [Clock]. Texts and Caps come first, then Items, and then Edits in the order of the
// quirks. What a rule of the owner of the hooks does comes after all of them.
type Act interface{ act() }

// Text is the answer to an event, a template (see [Event]). As part of a quirk it may have
// {line}, which is the answer that would have been given without it.
type Text struct {
	Event  Event
	Answer string
}

// Cap says of a capability whether it is shown and whether it works. One that is shown goes
// to the end of the lists in which it is not.
type Cap struct {
	Word         string
	Shown, Works bool
}

// Gate answers a command in place of it: one that could run, or whose arguments are not
// understood and that are those of On.
type Gate struct {
	// On is which commands: a name in capitals, "UID FETCH", or "*" for all, and behind it
	// what the arguments must look like, with "*" for any text: "SEARCH CHARSET *". The case
	// of letters does not matter in them. LOGOUT is not one of "*".
	On string
	// When are the conditions, with spaces between, all of which must hold; "" always holds:
	//
	//	no-id           no ID has been sent on this connection
	//	id              one has
	//	authenticated   somebody is logged in
	//	unauthenticated nobody is
	//	selected        a mailbox is
	//	empty           and has no message
	//	password        the login is with a password: LOGIN, or a mechanism but XOAUTH2 and OAUTHBEARER
	//	set             the command names messages with a range or a list
	//	charset         it has a CHARSET that is not US-ASCII
	//	header NAME     it searches that header field; "*" is any
	//	flagless        it is a STORE of FLAGS without sign
	//	keyword         it is a STORE or an APPEND that names a flag besides RFC 3501's five
	//	unended         it is an APPEND of a message without CRLF at its end
	//	pipelined N     N commands before it came before their predecessors were answered
	//	longer N        its line is longer than N bytes
	//	nth N           it is the N-th for which all else holds, on this connection
	//	since N         it is the N-th or a later one
	//	above N/D       more than N of them came within the time D: "above 4/1s"
	When string
	// Answer is a template of what stands behind the tag, perhaps with untagged lines before
	// it, each with its "\n"; "{event}" with the name of an event, as in "{search.charset}", is
	// the answer of that event. One that ends in "\n" has no tagged line: the command runs
	// behind it.
	Answer string
	// Bye is said behind the After-th answer, and the connection ends; 0 is the first.
	Bye   string
	After int
}

// Item changes an item of FETCH responses.
type Item struct {
	// Name is the item: "RFC822", "ENVELOPE", "BODY" for BODY[…] and BODYSTRUCTURE for the
	// other one, "*" for all.
	Name string
	// How is what becomes of it: "omit", "twice", "empty" (its name alone), "nil", "quoted"
	// (a string in quotes where it can be one), "wrapped" (in parentheses of its own), "unasked"
	// (told though nobody asks), or
	// the name of a writer: see [ItemWriters].
	How string
}

// Letter has FETCH tell another message in place of those that have a part of some type. It
// is told under the UID and with the flags of the one that it stands for, and SEARCH finds
// that one.
type Letter struct {
	Type string // "text/calendar"
	// Text is the whole message, its lines with "\n", in which {user} is the account, {uid} and
	// {subject} are those of the message.
	Text     string
	Envelope string // the value of ENVELOPE, likewise; "": what the header of Text comes to
}

// Edit changes lines by a regular expression, without their CRLF. A literal's bytes are
// never matched, and stay.
type Edit struct {
	// Response is which lines: the word that names the response, "LIST", "FETCH", "OK" for
	// "* OK", "tagged OK", "tagged" for all tagged ones, "+", or "*" for all. With a
	// command before it, "LIST: tagged OK", it is for lines of that command's answer alone.
	Response string
	Find     string // a line that it does not match stays as it is
	Replace  string // as regexp.Regexp.Expand has it, with ${1}
	Drop     bool   // the line is not sent
	Twice    bool   // it is sent twice, the second time as Replace has it if Find is not ""
}

// Tell changes what is told of the selected mailbox, and when: see [Tellings].
type Tell struct{ How string }

// Clock does something after a time.
type Clock struct {
	// On is from when the time counts: "connect", "login", "token" (a login with one),
	// "command" (the last one), "IDLE" (its begin), "DONE" (its end), or a command's name in
	// capitals (before its answer).
	On    string
	After time.Duration
	// Then is what happens: "bye TEXT" says "* BYE TEXT" at once or in answer to the next
	// command, and ends the connection; "reset" and "close" end it without a word; "silent"
	// tells nothing more; "wait" answers so much later; "say LINE" says a line, again and
	// again.
	Then string
	// Bytes counts, in place of time, the bytes of the answer to the command in On.
	Bytes int64
}

func (Text) act()   {}
func (Cap) act()    {}
func (Gate) act()   {}
func (Item) act()   {}
func (Letter) act() {}
func (Edit) act()   {}
func (Tell) act()   {}
func (Clock) act()  {}

// ItemWriters are the names of writers of FETCH items that are wrong in a known way, and
// the item of each.
func ItemWriters() map[string]string {
	out := make(map[string]string, len(itemWriters))
	for _, w := range itemWriters {
		out[w.name] = w.item
	}
	return out
}

// itemWriter is a row of the table of writers.
type itemWriter struct{ name, item string }

var itemWriters = []itemWriter{
	{"spaces-between-addresses", "ENVELOPE"},
	{"names-swapped", "ENVELOPE"},
	{"missing-domain", "ENVELOPE"},
	{"backslash-host", "ENVELOPE"},
	{"empty-lists", "ENVELOPE"},
	{"broken-quoting", "ENVELOPE"},
	{"no-sender", "ENVELOPE"},
	{"no-from", "ENVELOPE"},
	{"childless-multipart", "BODYSTRUCTURE"},
	{"nil-type", "BODYSTRUCTURE"},
	{"string-disposition", "BODYSTRUCTURE"},
	{"basic-message", "BODYSTRUCTURE"},
	{"minus-one-octets", "BODYSTRUCTURE"},
	{"nil-encoding", "BODYSTRUCTURE"},
	{"space-encoding", "BODYSTRUCTURE"},
	{"nil-child", "BODYSTRUCTURE"},
	{"nil-disposition", "BODYSTRUCTURE"},
	{"nil-parameter", "BODYSTRUCTURE"},
	{"string-extension", "BODYSTRUCTURE"},
	{"no-zone", "INTERNALDATE"},
	{"zero-date", "INTERNALDATE"},
	{"wrong-size", "RFC822.SIZE"},
	{"zero-modseq", "MODSEQ"},
	{"negative-modseq", "MODSEQ"},
	{"labels-quoted", "X-GM-LABELS"},
	{"labels-bare", "X-GM-LABELS"},
	{"labels-nil", "X-GM-LABELS"},
}

// Tellings are the names that a [Tell] can have, with what each does.
func Tellings() map[string]string {
	out := make(map[string]string, len(tellings))
	for _, row := range tellings {
		out[row.name] = row.doc
	}
	return out
}

// tellingRow is a row of the table of tellings.
type tellingRow struct{ name, doc string }

var tellings = []tellingRow{
	{"copyuid-tagged", "COPYUID of MOVE is in the tagged OK, behind the EXPUNGEs"},
	{"copyuid-descending", "the sets of COPYUID go from the highest UID to the lowest"},
	{"copyuid-permuted", "COPYUID of several messages has pairs that are not so"},
	{"exists-after-expunge", "EXISTS follows every run of EXPUNGEs"},
	{"append-invisible", "what this connection appends to the selected mailbox is told with NOOP, CHECK or SELECT"},
	{"expunge-held", "EXPUNGEs are told with NOOP, CHECK, IDLE and SELECT alone"},
	{"expunge-in-fetch", "EXPUNGE is told during FETCH, STORE and SEARCH by sequence number too"},
	{"exists-jumps", "EXISTS falls without an EXPUNGE, and then rises"},
	{"numbers-above-exists", "an EXPUNGE and a FETCH with numbers above EXISTS are told"},
	{"fetch-unasked", "a FETCH is answered with the flags of another message besides"},
	{"fetch-zero", "* 0 FETCH is told"},
	{"fetch-descending", "FETCH responses come with the highest UID first"},
	{"vanished-all", "VANISHED (EARLIER) names all messages that are there"},
	{"search-or", "SEARCH finds what one of its keys finds, in place of all"},
	{"append-flagged-lost", "\\Flagged of what is appended is forgotten"},
	{"recent-wrong", "RECENT is one more than it is"},
	{"flags-silent", "a flag that another session sets is told with SELECT alone"},
	{"uidvalidity-not-kept", "EXAMINE tells another UIDVALIDITY each time, until a client has selected the mailbox"},
	{"exists-on-check", "CHECK is answered with EXISTS, new or not"},
	{"vanished-clipped", "VANISHED (EARLIER) of a FETCH leaves out the UIDs above that of the last message"},
	{"status-ordered", "STATUS tells its items in the server's order, MESSAGES RECENT UNSEEN UIDNEXT UIDVALIDITY"},
	{"names-folded", "the names of mailboxes are compared without the case of letters"},
	{"meeting-empty", "the parts of a message with text/calendar are empty"},
	{"flagged-header", "a message that is \\Flagged has a header field X-Message-Flag more"},
	{"fields-indexed", "HEADER.FIELDS has no List-Unsubscribe, and From decoded"},
	{"header-cleaned", "BODY[HEADER] has question marks for control and 8-bit characters, BODY[] has not"},
	{"partial-whole", "a partial FETCH is answered with the whole, without its origin"},
}
