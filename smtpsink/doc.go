// Package smtpsink is an SMTP server for tests: it captures what the code
// under test sends, and can file it.
//
//	sink := smtpsink.Start(t)
//	notify(sink.Addr()) // the code under test
//	msg := sink.WaitMessage(t, smtpsink.RcptTo("bob@example.com"))
//
// Alone it takes mail for everybody, and files none. With imaptest.WithSMTP it files
// each recipient's copy into the mailboxes of the IMAP server beside it, whose accounts
// are also those of AUTH.
//
// # What is captured
//
// A [Message] is the bytes as they were sent, dot-stuffing undone, and the envelope:
// reverse-path and recipients with their parameters (recipients that no header names
// too, [Message.Bcc]), HELO name, account, TLS state, times, and where each copy was
// filed. It is captured whole or not at all: what a dropped connection left behind is
// nothing. [Sink.WaitMessage] and [Sink.WaitCount] end when the client has its 250 and
// the copies are filed; [Sink.AssertSent], [Sink.AssertCount] and
// [Sink.AssertNothingSent] look at what there is; [Sink.Mark] begins anew. A failure
// shows the mail that was sent, what came nearest and the last lines of the dialogue, and
// so does a test that fails for a reason of its own. [KeepLast] bounds the memory of a
// sink that takes much.
//
// # The protocol
//
// Replies and order of commands are those of RFC 5321, and a line ends with CRLF and
// nothing else. Bare CRs and LFs in a message are kept as they are, or refused
// ([RefuseBareLF]). Offered are PIPELINING, 8BITMIME, ENHANCEDSTATUSCODES, CHUNKING,
// BINARYMIME, SMTPUTF8, DSN, DELIVERBY, RRVS, MT-PRIORITY, SIZE, REQUIRETLS over
// TLS, and BURL where there is somebody to fetch ([WithURLs]), each of which can be taken
// away ([Without]). [StartTLS] and [RequireTLS] offer STARTTLS; [Sink.TLSAddr] is TLS from the first byte. AUTH is PLAIN, LOGIN, CRAM-MD5,
// SCRAM with and without channel binding, XOAUTH2, OAUTHBEARER and EXTERNAL, against
// [WithAccounts] or [WithAccount]; [RequireAuth] makes a submission server. [LMTP]
// speaks LMTP instead, with an answer for each recipient. The engine is one of our own,
// strict where a test needs it to be.
//
// # Filing
//
// A recipient's copy begins with Return-Path, Delivered-To and Received, unless
// [NoTrace] leaves them out. It goes into INBOX, or where [Into], a subaddress
// (bob+Lists@…), [JunkIf] or a function of the test's own ([PlaceBy]) say. [CatchAll]
// takes what nobody else has, [Sink.SetFull] makes a mailbox full,
// [SuppressDuplicates] files a Message-ID once and [FileTwice] everything twice,
// [SaveSent] keeps the sender's copy, and [DeliverAfter] takes its time. With
// [BounceUnknown] mail to nobody is taken, and comes back in a delivery report (RFC
// 3464); with [Relay] it is taken and captured alone, for code that writes to strangers.
// Success is reported to who asks for it by NOTIFY (RFC 3461). A [Deliverer] files in a way
// of its own.
//
// # Breaking it
//
// [Greylist], [RateLimit], [MaxRecipients], [MaxSize] and [ValidSince] refuse as
// servers do. A rule breaks something at a named point ([Sink.On]), in the clear and
// inside TLS: a reply with any code, a connection that ends before the reply or within
// it, a delay, a certificate that has expired, a message refused for what is in it:
//
//	sink.On("RCPT bob@*").Times(1).Reply(450, "4.2.1", "try later")
//	sink.On("EOD").Nth(2).DropBeforeReply() // taken, and the client never hears
//	sink.On("TLS").ExpiredCertificate()
//
// A client that hangs up ends what its connection waits for, a rule's delay too, within
// 100 ms. But a message that is there as a whole is filed, whether or not its client has
// waited for the answer (RFC 5321, section 4.1.1.4), and [DeliverAfter] is on its own from
// the 250 on: a client that has given up too early sends it twice (RFC 1047). Only
// [Sink.Close] ends filing.
//
// With [InMemory] there is no socket, and in a testing/synctest bubble all time is
// virtual: hours of greylisting and retries take milliseconds. examples/outbox is a
// sender that is tested so.
package smtpsink
