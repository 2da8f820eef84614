package smtpsink

import (
	"errors"
	"time"
)

// named is an option that is about something with a name.
func named(name, otherwise string, set func(c *config)) Option {
	return func(c *config) error {
		if set(c); name == "" {
			return errors.New(otherwise)
		}
		return nil
	}
}

// WithDeliverer files mail in a way of the test's own, and decides which
// recipients there are. The other options about filing have no effect then.
func WithDeliverer(d Deliverer) Option {
	return func(c *config) error { c.deliverer = d; return nil }
}

// WithMailboxes files mail into the mailboxes of a store. A recipient is an
// account's name or alias; or its local part is, at any domain or none; or that
// before "+", where bob+Lists@example.com goes into Lists if bob has such a
// mailbox. Others are refused with 550 5.1.1, unless [Relay], [CatchAll] or
// [BounceUnknown] take them.
func WithMailboxes(m Mailboxes) Option {
	return func(c *config) error { c.mailboxes = m; return nil }
}

// WithURLs offers BURL (RFC 4468), by which a client names messages on an IMAP server in
// place of sending them: fetch is asked for what a URL stands for, on behalf of the account
// that has authenticated, "" for none. Its error refuses the message: an [*Error] as it is,
// any other with 554 5.6.6. The server of imaptest.WithSMTP has the mail of its own store.
func WithURLs(fetch func(account, url string) ([]byte, error)) Option {
	return func(c *config) error { c.engine.FetchURL = fetch; return nil }
}

// CatchAll gives an account the mail of all recipients that nobody else has.
func CatchAll(account string) Option {
	return named(account, "CatchAll: no account", func(c *config) { c.catchAll = account })
}

// Relay accepts recipients whom nobody has, as a submission server does that would send
// their mail on. It is captured, and filed nowhere: their [Delivery] is Relayed, and neither a
// bounce nor a report of success comes back. Without [RequireAuth] anybody may send so. VRFY
// answers 252 for all as before, and [LMTP] 250 for each.
func Relay() Option { return func(c *config) error { c.relay = true; return nil } }

// Into files mail into another mailbox than INBOX. An account without it is
// refused mail with 550 5.2.0.
func Into(mailbox string) Option {
	return named(mailbox, "Into: no mailbox", func(c *config) { c.into = mailbox })
}

// JunkIf files mail into the mailbox for \Junk that has this header field with
// this value, in any case; with an empty value, that has the field:
//
//	smtpsink.JunkIf("X-Spam-Flag", "YES")
func JunkIf(field, value string) Option {
	return named(field, "JunkIf: no header field", func(c *config) { c.junkField, c.junkValue = field, value })
}

// PlaceBy lets the test's own function choose where a recipient's copy goes. It
// is asked twice: at RCPT, where raw is nil and an error refuses the recipient, and
// when the message is there. It may be called by several goroutines at once.
func PlaceBy(f func(env Envelope, rcpt Recipient, raw []byte) (Place, error)) Option {
	return func(c *config) error { c.placeBy = f; return nil }
}

// NoTrace files messages as they were sent. Else each copy begins with
// Return-Path, Delivered-To and Received, as a delivery agent adds them.
func NoTrace() Option { return func(c *config) error { c.noTrace = true; return nil } }

// SuppressDuplicates files a Message-ID once a mailbox. Later messages that have
// it are accepted, and thrown away, even if the first has been deleted since: it is
// the list of a delivery agent, and not a look into the mailbox.
func SuppressDuplicates() Option { return func(c *config) error { c.suppress = true; return nil } }

// FileTwice files two copies for every recipient, as a queue does that has lost
// the answer to its first try. The Delivery has the UID of the second.
func FileTwice() Option { return func(c *config) error { c.copies = 2; return nil } }

// SaveSent files a copy of what an authenticated client sends, seen, into its
// account's mailbox for \Sent.
func SaveSent() Option { return func(c *config) error { c.saveSent = true; return nil } }

// BounceUnknown accepts recipients that nobody has (5.1.1), or whose mailbox is full
// (5.2.2), and sends a delivery report (RFC 3464) into the sender's INBOX instead.
func BounceUnknown() Option { return func(c *config) error { c.bounceUnknown = true; return nil } }

// DeliverAfter files mail so long after it was accepted, as a queue does that
// takes its time. The sender has its 250 at once, and the message is among
// [Sink.Messages]; its Deliveries are there, and waits for it end, when it has
// been filed. What cannot be filed then comes back to the sender in a report; what
// still waits when the sink is closed is filed nowhere.
func DeliverAfter(d time.Duration) Option {
	return positive("DeliverAfter", "a positive duration", d, func(c *config) { c.delay = d })
}

// KeepLast bounds the memory of a sink that takes much mail: [Sink.Messages] are the
// last n, and a wait that begins later sees no others. The default is to keep all.
func KeepLast(n int) Option {
	return positive("KeepLast", "a number of messages", n, func(c *config) { c.keepLast = n })
}
