package imapd

import (
	"crypto/tls"
	"errors"
	"time"

	"github.com/go-mailtest/mailtest/internal/serve"
	"github.com/go-mailtest/mailtest/internal/store"
)

// ErrTake is what the hook of a literal returns to have it though the command is unknown.
var ErrTake = errors.New("the literal is taken")

// Hooks let the owner of a server look on and step in. Each may be nil. They
// run in the connection's goroutine and hold no lock.
type Hooks struct {
	// Start is called when a command has been read, whether or not it can be
	// parsed.
	Start func(*Command)
	// Connect is called for every connection before its greeting. An *imap.Error
	// is said in place of it, and ends the connection, as does ErrHandled.
	Connect func(conn int, ctl Control) error
	// Before is called when a command has been read and is about to run; invalid is why it
	// cannot, nil if it can. An error is its result: the command does not run.
	Before func(cmd *Command, invalid error, ctl Control) error
	// Literal is called when a literal is announced, n counting them from 1 in a
	// command that is not yet whole; invalid is why the command cannot run, as far as that
	// is known. An error refuses it, but for ErrTake: the literal is taken all the same. The
	// command is valid during the call.
	Literal func(cmd *Command, n int, invalid error, ctl Control) error
	// TLS is the configuration of a handshake; an error ends it.
	TLS func(conn int, ctl Control) (*tls.Config, error)
	// Ran is called when a command has run, before its tagged line is written
	// and the client is told of changes.
	Ran func(*Command, Control)
	// Password finds the account of a name and a password, in place of the store.
	Password func(name, password string) (*store.User, bool)
	// Login is called when a client has proved to be an account. An error is the
	// answer in place of OK.
	Login func(conn int, user string) error
	// After is called when a command has run and its tagged line is about to be
	// written, and again if that fails. It must not block.
	After func(*Command)
	// Open is called for every connection and returns what records its lines, or nil.
	Open func(conn int) serve.Recorder
	// Closed is called when a connection has ended, with the reason.
	Closed func(conn int, why string)
	// Session is called when a session logs in, selects or leaves a mailbox.
	Session func(Session)
	// Acted is called when a quirk of the profile does something on a connection for the
	// first time.
	Acted func(conn int, quirk string)
	// Bug is called for what must never happen: a panic or an error that is
	// not an IMAP answer. The client sees NO [SERVERBUG].
	Bug func(error)
}

// Command is one command that a client sent.
type Command struct {
	Session // as it was when the command began
	Tag     string
	Name    string // in upper case, "UID FETCH"
	Line    string // as sent, secrets masked, literals shortened, without CRLF
	Start   time.Time
	End     time.Time
	// Result is the tagged line without its tag, or that of a BYE; "" until
	// then, and if the connection ended first.
	Result            string
	Untagged          int   // untagged lines that were sent meanwhile
	Lines             []int // the sizes of the lines of the answer, the first maxLines of them
	Literals          int   // of the client
	BytesIn, BytesOut int64 // of the command and its answer, as IMAP has them
	// Lost says that the client cannot have got the whole tagged line; Untagged, Lines
	// and BytesOut are of what it can have got.
	Lost    bool
	EndUser string // the account at the end
	Attempt string // whom the connection gave a password for last, at the end
	Number  uint32 // for Start to say by which the store knows what the command changes
	Entry   any    // for Start to put there what After wants
}
