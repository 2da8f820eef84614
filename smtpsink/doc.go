// Package smtpsink is an SMTP server for tests: it captures what the code
// under test sends, and can file it.
//
//	sink := smtpsink.Start(t)
//	notify(sink.Addr()) // the code under test
//	msg := sink.WaitMessage(t, smtpsink.To("bob@example.com"))
//
// The protocol is go-smtp's: SMTP or, with [LMTP], LMTP, with PIPELINING, 8BITMIME,
// SMTPUTF8, CHUNKING, BINARYMIME, DSN, DELIVERBY, RRVS, MT-PRIORITY, SIZE and, over
// TLS, REQUIRETLS, each of which can be switched off ([Without]); AUTH PLAIN where
// [WithAuth] checks it, a port with implicit TLS, and STARTTLS on request
// ([StartTLS]). A message is captured as it was sent, with its
// envelope, and only whole: what a dropped connection left behind is nothing.
//
// A rule breaks something at a named point ([Sink.On]), in the clear and inside
// TLS: a refusal with any code, a connection that is dropped before the reply, a
// delay, greylisting, a message refused for what is in it:
//
//	sink.On("RCPT bob@*").Times(1).Reply(450, "4.2.1", "try later")
//	sink.On("EOD").Nth(2).DropBeforeReply()
//
// A [Deliverer] files each recipient's copy and refuses unknown recipients;
// imaptest.WithSMTP gives one that files into an IMAP server's mailboxes.
// Without one every recipient is accepted and the mail goes nowhere.
package smtpsink
