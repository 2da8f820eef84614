// Package smtpd speaks SMTP (RFC 5321) and LMTP (RFC 2033). It knows neither
// mailboxes nor tests: what is sent goes to a [Backend], and hooks are the only way
// in for rules and the transcript.
//
// # The way of a message
//
// A line comes from the socket through the reader of internal/smtpwire, which takes
// CRLF and nothing else for its end. The command finds its row in the table
// (dispatch.go); the row's parse reads its argument, with the path and the parameters
// that the rows of extensions.go bring to MAIL and RCPT. The hook is asked, the state is
// checked, the command runs (cmd_mail.go, cmd_rcpt.go …), says its reply (reply.go), and
// the reply waits in the output until the client has nothing more to say. MAIL begins
// a transaction of the backend, RCPT fills it, DATA and BDAT bring the bytes and meet
// in endOfMessage (message.go), where the backend takes them and the answer is said.
//
// Connections, what is gathered and recorded of the replies, and goroutines are
// internal/serve's, as for IMAP.
//
// An extension is a row of extensions.go, with the parameters that it brings (params.go)
// or its command.
//
// README.md says why there is an engine of our own, and what go-smtp is here.
//
// internal/README.md has the rooms around it, the laws, and recipes.
package smtpd
