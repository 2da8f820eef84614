// Package imapwire turns bytes into IMAP's tokens and back: commands with
// their literals, a parser and an encoder whose errors stick, number sets,
// dates and modified UTF-7. It does no I/O but through the bufio.Reader that
// it is given. The grammar is that of RFC 3501 and RFC 9051, section 9.
//
// internal/README.md has the rooms around it.
package imapwire
