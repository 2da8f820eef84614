// Package sessions holds a test, and nothing else: a session of each of the clients
// that programs in other languages use with every provider of package provider, but
// for what the protocol forbids. It logs in, lists, makes a mailbox, appends, fetches,
// searches, flags and moves a message, and the server then has what it did.
//
// The clients are Python's imaplib and ImapFlow for Node (found by NODE_PATH), each in
// one process for all providers. One that is missing, or does not work, is skipped, and
// an error where the environment says CI=true: see package program.
package sessions
