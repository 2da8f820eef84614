// Package mimetree finds in a message what IMAP tells of it: its envelope,
// its body structure, its sections, and its text for searching. A message is
// parsed once:
//
//	m := mimetree.Parse(raw)
//	m.Envelope().From[0].Mailbox.S               // "bob"
//	m.Root().Children[1].Subtype                 // "pdf"
//	m.Section(mimetree.Section{Path: []int{2}})  // BODY[2]
//	m.TextContains(mimetree.Fold("Invoice"))     // SEARCH TEXT invoice
//
// Parse takes any bytes whatever and never fails; what is malformed is read
// as a tolerant client would read it: an address where a person sees one, text
// whatever its Content-Type says, and charsets by the names that mail has for
// them. The bytes are never changed:
// headers and bodies are pieces of them, and lines may end in CRLF or in LF.
// Time and memory are linear in the length of the message: no more than 100
// levels and 10,000 parts are looked into, and what lies beyond is a leaf.
//
// Who looks at many messages, at each for a moment, has a [Reader] read them. Who
// may want no more of one at once, because a client has hung up, uses
// [Message.Until].
//
// The package does not write IMAP's syntax, check signatures, or undo more of
// HTML than is needed to read its text.
//
// RFC 5322, RFC 2045 to 2047, RFC 2231; RFC 9051, sections 6.4.5 and 7.5.2.
//
// internal/README.md has the rooms around it.
package mimetree
