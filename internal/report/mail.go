package report

// Mailbox is a mailbox at one point of time.
type Mailbox struct {
	Account     string // "" for what belongs to no account
	Name        string
	UIDValidity uint32
	UIDNext     uint32
	Rows        []Row // by UID
}

// Row is a message in a mailbox.
type Row struct {
	UID     uint32
	Message int      // index into Data.Messages
	Flags   []string // `\Seen`, without `\Recent`
}

// Change is a change of a mailbox.
type Change struct {
	Seq     uint64
	Event   int // the ID of the event that made it: a command, an act of the test; 0 where none did
	Op      Op
	Account string
	Mailbox string
	UID     uint32   // of Added, Removed and Flagged
	Message int      // of Added, and as far as is known of the others: index into Data.Messages
	Flags   []string // of Added and Flagged: those that it has now
	Whose   string   // of Flagged: the account whose own \Seen it is, "" for what is the same for all
	To      string   // of Renamed: the new name
	Number  uint32   // of Created and Renewed: UIDVALIDITY
	Text    string   // of Set: what is set, and to what: "acl bob none -> lrs"; that of an account has no Mailbox
}

// Op says what a change did.
type Op string

// The changes.
const (
	Added   Op = "+" // a message came
	Removed Op = "-" // a message went
	Flagged Op = "~" // a message's flags changed
	Created Op = "c" // the mailbox was made
	Deleted Op = "d" // the mailbox is no more
	Renamed Op = "r" // the mailbox has another name
	Set     Op = "s" // the mailbox or account has other rights, quotas, annotations, subscriptions
	Renewed Op = "v" // the mailbox has a new UIDVALIDITY, and no messages: those that follow are Added
)

// Message is a message as a reader of the report may want to see it. Everything but the
// subject may be missing, and is then left out.
type Message struct {
	Subject string
	From    string
	To      string
	Date    string
	Size    int64
	Headers []Header // decoded, in their order
	Text    string   // the first text part, decoded
	HTML    string   // the first HTML part, decoded
	Parts   []Part   // of a multipart message all, depth first
	Source  string   // as it is stored; what is not UTF-8 in it is shown as U+FFFD
}

// Header is a field of a header.
type Header struct{ Name, Value string }

// Part is a part of a message's structure.
type Part struct {
	Path        string // as FETCH names it: "1.2"; "" for the whole
	Type        string // "text/plain"
	Charset     string
	Encoding    string // "quoted-printable"
	Disposition string // "attachment"
	Filename    string
	Size        int64 // encoded
}

// Sent is a message that a client sent over SMTP or LMTP, with its envelope.
type Sent struct {
	Seq     uint64
	Event   int // the ID of the command that ended it, DATA or BDAT
	From    string
	To      []string
	Message int // index into Data.Messages
}
