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
// An extension is a row of extensions.go, with the parameters that it brings (params.go)
// or its command.
//
// # Why an engine of our own
//
// go-smtp gives the vocabulary, the client of the tests, and the server that this one
// is compared with. Its server is made for mail that is to get through; a test wants to
// hear of what is wrong, and its own bytes back:
//
//   - It takes a bare LF for the end of a command. Only CRLF is one (RFC 5321, section
//     2.3.8), and here a connection that says otherwise ends with 521.
//   - It loses a CR behind a stuffed dot, and leaves a dot stuffed behind CR CR LF
//     (section 4.5.2).
//   - It does not see the end of a message behind CR CR LF (section 4.1.1.4), and takes
//     what follows for text.
//   - It answers 500 to parameters that are not known, which are 555 (section
//     4.1.1.11), or malformed, which are 501 (section 4.2.4), and 502 to what is out of
//     order, which is 503 (section 4.1.4).
//   - It hangs up after three errors. A server must not, but for QUIT, a time that is
//     over, or its own end (section 3.8).
//   - It takes no size of more than 32 bits, where there are 20 digits (RFC 1870,
//     section 4), and in ORCPT no type of address but two (RFC 3461, section 4.2).
//   - A hook could be asked about nothing, and no reply be changed, cut or delayed.
//
// TestUnlikeGoSMTP shows them.
package smtpd
