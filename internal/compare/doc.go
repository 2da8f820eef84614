// Package compare measures the same work on several servers, one after the other and
// again, and writes imaptest/PERFORMANCE.md of what it found:
//
//	go test -run '^$' -bench . .            # in this folder: it is a module of its own
//	go test -run '^$' -bench . . -write     # the page, too
//	go test -run '^$' -bench Work . -write  # its first part alone
//
// The servers are ours, go-imap's imapserver with imapmemserver (the peer), the memory
// backend of go-imap's version 1, Dovecot where it is installed, and the floor, which says
// again what ours said and does no work.
//
// Each of them is a process of its own: this test binary again, in the role that its
// environment gives it ([Play]). So what the client takes of the processor counts for
// nobody, and nothing is left in memory for who comes next. The client is raw: it has no
// library, and a deadline on every connection.
//
// BenchmarkWork compares, BenchmarkGrowth is about ours at sizes up to a million, and
// BenchmarkLarge is about real clients. A plain go test holds the ratios of the page.
package compare
