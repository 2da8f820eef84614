package imaptest

// WithStrictUTF8 refuses UTF-8 in quoted strings before the client has enabled
// IMAP4rev2 or UTF8=ACCEPT (RFC 9051, section 9, string; RFC 9755, section 3): it is
// BAD. Without it a server that advertises either takes it, because clients send it
// as soon as they see the capability, go-imap's for one. [Rev1] is always strict.
func WithStrictUTF8() Option {
	return optionFunc(func(c *config) error { c.strictUTF8 = true; return nil })
}

// WithStrictHeaders refuses to APPEND a message with 8-bit characters in its header
// before the client has enabled UTF8=ACCEPT or IMAP4rev2: it is NO (RFC 9755, section
// 4). Without it such a message is taken, as servers do.
func WithStrictHeaders() Option {
	return optionFunc(func(c *config) error { c.strictHeaders = true; return nil })
}

// WithStrictNames refuses CREATE and RENAME to a name with "%" or "*", which LIST
// cannot ask for alone; RFC 3501, section 5.1, lets a server choose. The test itself
// can make such mailboxes all the same.
func WithStrictNames() Option {
	return optionFunc(func(c *config) error { c.strictNames = true; return nil })
}
