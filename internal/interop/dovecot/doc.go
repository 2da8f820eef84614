// Package dovecot holds a test, and nothing else: the same dialogues are held
// with a real Dovecot and with this module's server, and must get the same
// answers.
//
// A server for tests that misreads an RFC teaches its users the misreading.
// The dialogue tests of internal/imapd hold the server to the RFCs as its
// authors read them; this one holds it to a second reading, by people who have
// met most of the world's clients.
//
// Answers are compared after what may differ is taken out: texts for humans,
// times, UIDVALIDITY values, the order in which an RFC leaves things, and
// capabilities that Dovecot has not. What differs beyond that is in a table,
// each row with the section that decides: rules (choices that come up
// everywhere), permitted, lenient (malformed commands) and dovecotIsWrong. What
// is wrong on our side is mended and not listed. A row that no longer occurs
// is an error too.
//
// The same dialogues are held with a Cyrus too: where those two agree against this
// server, the row that says why must be in the list of such answers.
//
// What a profile of package provider plays is held to the server itself, in two ways: the
// dialogues of testdata/profile to the byte, and all others after normalising, as the server's
// package configures it. What differs has rows of its own (profile_test.go, profile_dovecot_test.go
// and its like), and where that is more than a text, the lines of both sides stand in testdata/said;
// -update writes these anew. A dialogue that a server can hold only in its own names is in a folder
// that is named for it.
//
// The test needs a Dovecot 2.3 (Debian: dovecot-imapd) that starts. Without it, it
// skips, and fails where the environment says CI=true: see package program. So it is
// with Cyrus 3.6 (Debian: cyrus-imapd), which MAILTEST_CYRUS names the folder of: its
// package conflicts with Dovecot's and is unpacked, not installed; and with Courier 5.0
// (Debian: courier-imap) in MAILTEST_COURIER.
package dovecot
