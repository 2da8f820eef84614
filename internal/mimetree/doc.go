// Package mimetree finds in a message what IMAP tells of it: its envelope,
// its body structure, its sections, and its text for searching. It parses a
// message once and never changes its bytes: parts are offsets into them. It
// takes any bytes whatever; what is malformed is read as a tolerant client
// would read it. RFC 5322, RFC 2045 to 2047, RFC 2231; RFC 9051, sections
// 6.4.5 and 7.5.2.
package mimetree
