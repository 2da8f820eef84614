// Package mbox holds a test, and nothing else: mbox files that other programs write and
// read, read by package fixtures.
//
// As many messages must come out as the program finds, with the same bytes, flags and
// UIDs. Dovecot writes mboxcl2, with UIDs, and reads what others write; Python's mailbox
// writes mboxo. Where this module refuses a file that they read, or takes more of it, a row
// says so.
//
// The programs are doveadm of Dovecot 2.3 and python3. One that is missing, or does not
// work, is skipped, and an error where the environment says CI=true: see package program.
// What they have written once is in fixtures/testdata/mbox, so that the tests of that
// package hold it without them.
package mbox
