// Package interimap holds a test, and nothing else: interimap keeps two servers of
// this module the same, by QRESYNC.
//
// It remembers UIDNEXT and HIGHESTMODSEQ of every mailbox on both sides and asks for
// what has changed since; what a server forgets to say, it never hears of. With NOTIFY
// it stays and is told.
//
// Without interimap (a Perl script; Debian has it) the test skips, and fails where the
// environment says CI=true: see package program.
package interimap
