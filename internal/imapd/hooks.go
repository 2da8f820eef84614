package imapd

import "time"

// Hooks let the owner of a server look on and step in. Each may be nil. They
// run in the connection's goroutine and hold no lock.
type Hooks struct {
	// Before is called when a command has been parsed and is about to run. An
	// error is its result: the command does not run.
	Before func(*Command) error
	// After is called when a command has run and its tagged line is known.
	After func(*Command)
	// Open is called for every connection and returns what records its lines,
	// or nil. A line ends in CRLF and is valid during the call only; a response
	// with literals is one line. Secrets are masked already.
	Open func(conn int) func(from Side, line []byte)
	// Session is called when a session logs in, selects or leaves a mailbox.
	Session func(Session)
	// Bug is called for what must never happen: a panic or an error that is
	// not an IMAP answer. The client sees NO [SERVERBUG].
	Bug func(error)
}

// Side says who sent a line.
type Side byte

// The two sides of a connection.
const (
	FromClient Side = 'C'
	FromServer Side = 'S'
)

// Command is one command that a client sent.
type Command struct {
	Session // as it was when the command began
	Tag     string
	Name    string // in upper case, "UID FETCH"
	Line    string // as sent, secrets masked, literals shortened, without CRLF
	Start   time.Time
	End     time.Time
	Result  string // the tagged line without its tag; "" until then
}
