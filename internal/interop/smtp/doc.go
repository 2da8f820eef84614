// Package smtp holds a test, and nothing else: clients that the world sends its
// mail with send through the SMTP sink, over TCP, in the clear and over TLS,
// authenticated by each mechanism that they know.
//
// What they send must arrive byte for byte, and its copy in the mailbox must be
// the trace headers and then the same bytes.
//
// The clients are net/smtp and go-smtp's, and as child processes swaks, msmtp,
// Python's smtplib and nodemailer (found by NODE_PATH). One that is missing, or
// does not work, is skipped, and an error where the environment says CI=true: see
// package program.
package smtp
