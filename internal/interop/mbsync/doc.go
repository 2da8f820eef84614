// Package mbsync holds a test, and nothing else: mbsync (isync) keeps a folder of
// Maildirs the same as the mailboxes of this module's server.
//
// It is a client of its own kind: it turns COMPRESS on wherever it is offered, flushes
// with Z_PARTIAL_FLUSH, and sends as many commands as it can without waiting.
//
// Without mbsync (Debian: isync) the test skips, and fails where the environment says
// CI=true: see package program.
package mbsync
