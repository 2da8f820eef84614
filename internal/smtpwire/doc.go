// Package smtpwire reads and writes what stands in SMTP's commands, in the headers
// and reports that quote them, and in the bytes of messages: addresses, paths, xtext,
// line ends. It does no I/O.
package smtpwire
