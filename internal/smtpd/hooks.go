package smtpd

import (
	"time"

	"github.com/go-mailtest/mailtest/internal/serve"
)

// Hooks let the owner of a server look on and step in. Each may be nil. They
// run in the connection's goroutine and hold no lock.
type Hooks struct {
	// Begin is called when a step begins; of one that is not asked about, such as a line that
	// is too long, when it is answered.
	Begin func(cmd *Command)
	// After is called when a step has run and its reply is about to be written, or there is
	// none, and again if that fails. It must not block.
	After func(cmd *Command)
	// Step is called at every stage of a session, before anything of it is looked
	// at. An error, as of a [Backend], is the answer instead, and nothing follows from its
	// code but the end of the connection from 421. ErrHandled: the hook has done
	// with the connection.
	Step func(cmd *Command, ctl Control) error
	// Open is called for every connection and returns what records its lines, or nil:
	// no secrets, no bytes of messages.
	Open func(conn int) serve.Recorder
	// Closed is called when a connection has ended, with the reason.
	Closed func(conn int, why string)
	// Bug is called for a panic. The client sees 421.
	Bug func(error)
}

// The stages that are no command. StageTLS is where a handshake begins; StageEOD is
// where a whole message is there, by DATA or BDAT.
const (
	StageConnect = "CONNECT"
	StageTLS     = "TLS"
	StageEOD     = "EOD"
)

// Command is a step of a session.
type Command struct {
	Conn  int      // 1, 2, … in the order of connecting
	Stage string   // the verb in upper case; that of HELO and LHLO is EHLO, of a message's first BDAT DATA
	Arg   string   // the address of MAIL and RCPT, the mechanism of AUTH, the name of EHLO
	User  string   // the account that has authenticated, "" for none
	From  string   // at EOD: the reverse-path
	To    []string // at EOD: the recipients that were accepted
	Data  []byte   // at EOD: the message

	TLS   bool      // whether it came through TLS
	Seq   uint64    // its place in the order of all that the server sees, for Begin to give
	Start time.Time // when it was there
	End   time.Time // when it was answered, or its connection had ended; zero while it runs

	// Code is that of the reply, the last of it: 0 while it runs, where there is none, and if
	// the connection ended before the whole reply was sent.
	Code     int
	Enhanced string // the enhanced code (RFC 3463), "" for none
	Text     string // the rest of the reply's first line
	Cut      bool   // the connection ended before the whole reply was sent
}
