package report

import "time"

// Event is something that happened, with a beginning and an end.
type Event struct {
	ID    int // by which Changes, Marks and Failures name it; from 1, each once
	Lane  int // index into Data.Lanes
	Kind  Kind
	Begin uint64
	End   uint64        // Seq of the end; Begin where it took no time, 0 while it lasts
	At    time.Duration // of the beginning, since the start
	Took  time.Duration // until the end, or until now

	Name    string // "UID FETCH", "Deliver", "WaitIdle", "AssertFlags"; of an Open may be ""
	Args    string // what stands behind the name: "2:5 (UID ENVELOPE)", `INBOX "First"`; secrets masked
	Source  string // file and line of the test for what the test does: "mail_test.go:41"
	Note    string // what came of it in a few words, where that is not what a report finds out: "after 3 tries"
	Failed  bool   // an act or a wait of the test that did not come to what was wanted
	Target  int    // the ID of the event that it is about: of a Hold or a Release the command
	Marks   []Mark // what rules and others did to it
	Lines   []Line // what was said, in order
	Message int    // 1 + index into Data.Messages of the message that it brought (APPEND, DATA, Deliver), 0 for none

	// Of commands:
	Tag      string // of IMAP
	User     string // who was logged in
	Mailbox  string // which was selected when it began
	Status   string // "OK", "NO", "BAD", "BYE"; of SMTP the code, "250"; "" while it runs and where no answer was sent whole
	Text     string // the rest of the answer's first line: "[TRYCREATE] no such mailbox"
	Running  bool   // it has not been answered, and its connection is open
	BytesIn  int64
	BytesOut int64
}

// Kind says what an event is.
type Kind string

// The kinds of events.
const (
	Open    Kind = "open"    // a connection; its Lines are the greeting
	Close   Kind = "close"   // the end of one that no other event tells of, neither LOGOUT nor DropConns; Name says why
	Command Kind = "cmd"     // of a client, with its answer; what IDLE pushed is among its Lines
	Push    Kind = "push"    // what the server sent without a command running (NOTIFY)
	Act     Kind = "act"     // the test does something: Deliver, AddFlags, DropConns, Restart, Snapshot
	Wait    Kind = "wait"    // the test waits
	Rule    Kind = "rule"    // the test makes a rule, or ends it
	Hold    Kind = "hold"    // a command is held, from being reached to being released
	Release Kind = "release" // the test lets it go
	Assert  Kind = "assert"  // an assertion that held
	Fail    Kind = "fail"    // an assertion that did not hold, or another failure of the test
)

// Mark is what was done to a command from outside.
type Mark struct {
	Kind MarkKind
	Text string // in a few words: "cut after 700 bytes, inside a literal", "answered NO by a rule"
	By   int    // the ID of the event that made the rule or the hold, 0 where it is not known
}

// MarkKind says who did it.
type MarkKind string

// The kinds of marks.
const (
	MarkFault MarkKind = "fault" // a rule that breaks something
	MarkRule  MarkKind = "rule"  // a rule that changes or delays something
	MarkHold  MarkKind = "hold"  // a hold
)

// Line is a line of the dialogue.
type Line struct {
	Seq    uint64
	At     time.Duration // since the start
	Client bool          // the client sent it
	Text   string        // secrets masked, long literals shortened; a line break inside it is "\n\t"
}
