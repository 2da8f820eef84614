package report

// Failure is a failure of the test, as data.
type Failure struct {
	Event   int      // the ID of its event, of kind Fail
	Helper  string   // the assertion, "AssertFlags"; "" for what the test itself reported
	Title   string   // what it is about: `INBOX, UID 5 "Invoice 20": flags`
	Got     string   // as printed behind "got"; may have several lines
	Want    string   // as printed behind "want"
	Account string   // the mailbox that it is about, and the account
	Mailbox string   //
	UIDs    []uint32 // the messages that it is about; none where that is not known
	Source  string   // "mail_test.go:41"
	Text    string   // all of it as printed
}
