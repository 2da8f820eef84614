// Package mailtest is the root of the module, and has nothing itself: a test imports
// [github.com/go-mailtest/mailtest/imaptest], and for mail that is sent alone
// [github.com/go-mailtest/mailtest/smtpsink].
package mailtest
