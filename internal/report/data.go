package report

import "time"

// Data is what a report tells: what happened at one server from its start to now. Whoever
// fills it gives facts, with all secrets taken out; what follows from them, such as which
// events make the story and what is noted beside them, is made here.
//
// A Seq is the place of an occurrence in the order of all that the server saw: a number
// that one counter gave, at the time and under the lock under which it happened. Times say
// how long something took, and never in which order things happened: in a bubble many
// share one instant.
type Data struct {
	Test     Test
	Lanes    []Lane     // connections, and first of all the test itself: Lanes[0] is of kind LaneTest
	Events   []Event    // in any order
	Start    []Mailbox  // all mailboxes as they were when the record began
	Changes  []Change   // of mailboxes since, in any order
	Messages []*Message // each message once, however many copies there are of it; not changed any more
	Sent     []Sent     // the mail that clients sent over SMTP
	Failures []Failure  // of the test, in order; the first is what the report is about
	Dropped  int        // events before the first that were forgotten, as journals are bounded
}

// Test is the test that is told of, or the server where there is no test.
type Test struct {
	Name    string // "TestImport/twice"
	Result  Result
	Source  string        // where: "import_test.go:56"
	Took    time.Duration // from the start to now
	Virtual bool          // the times are those of a bubble of testing/synctest
	Go      string        // "go1.26.1"
	Rerun   string        // the command that runs it again, "go test -run '^TestImport$'"; may be ""
	Account string        // the account whose name is left out where it is the one that is meant
	Facts   []string      // what else there is to say in a few words: "profile Dovecot", "seed 17"
}

// Result is what came of a test.
type Result string

// The results.
const (
	Failed  Result = "failed"
	Passed  Result = "passed"
	Skipped Result = "skipped"
	Running Result = "running"
)

// Lane is a connection, or the test.
type Lane struct {
	Kind    LaneKind
	Number  int    // of the connection, from 1 in each kind
	User    string // who logged in; of several the last
	TLS     bool   // at its end
	Begin   uint64 // Seq of the connecting
	End     uint64 // Seq of its end, 0 while it is open
	Ended   string // why it ended, in a few words: "LOGOUT", "the client hung up", "DropConns"
	EndedBy int    // the ID of the event that ended it, such as that of DropConns; 0 where there is none
}

// LaneKind says what a lane is.
type LaneKind string

// The kinds of lanes.
const (
	LaneTest LaneKind = "test"
	LaneIMAP LaneKind = "imap"
	LaneSMTP LaneKind = "smtp"
	LaneLMTP LaneKind = "lmtp"
)
