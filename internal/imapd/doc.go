// Package imapd is the IMAP engine: it speaks IMAP4rev1 (RFC 3501) and its
// extensions over connections that it is given, on a [store.Store].
//
// The way through it: conn.go reads a command and finds its row in the table
// of dispatch.go; the row's parse function turns the arguments into a command
// value; its run method changes or reads the store; view.sync tells the
// client what has changed in the selected mailbox; the tagged response ends
// the command. FETCH items, SEARCH keys, STATUS items and capabilities are
// tables too, so that an extension adds rows.
//
// The engine opens no socket and reads no environment. [Hooks] are the only
// way in for recording and for faults.
//
// internal/README.md has the whole way of a command, the laws, and recipes.
package imapd
