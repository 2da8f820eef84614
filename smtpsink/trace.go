package smtpsink

import (
	"strconv"
	"time"

	"github.com/go-mailtest/mailtest/internal/smtpwire"
)

// withTrace puts before a message what a delivery agent adds: Return-Path and
// Received (RFC 5321, section 4.4), and Delivered-To (RFC 9228).
func (s *Sink) withTrace(m *Message, rcpt Recipient, id string) []byte {
	if s.cfg.noTrace {
		return m.Raw
	}
	head := make([]byte, 0, 512)
	add := func(words ...string) {
		for _, word := range words {
			head = append(head, word...)
		}
	}
	to := smtpwire.Quote(rcpt.Addr)
	add("Return-Path: <", smtpwire.Quote(m.From), ">\r\nDelivered-To: ", to, "\r\n")
	add("Received: from ", m.Helo, " (", smtpwire.AddressLiteral(m.RemoteAddr), ")\r\n")
	add("\tby ", s.cfg.engine.Hostname, " with ", m.protocol(), " id ", id, "\r\n\tfor <", to, ">")
	if m.Priority != nil {
		add(" PRIORITY ", strconv.Itoa(*m.Priority)) // RFC 6710, section 4.1
	}
	add("; ", s.cfg.Clock().Format(time.RFC1123Z), "\r\n")
	return append(head, m.Raw...)
}

// protocol is what stands behind "with" (RFC 3848; RFC 6531, section 4.3).
func (e Envelope) protocol() string {
	name := "SMTP"
	if e.LMTP {
		name = "LMTP"
	}
	switch {
	case e.FromOptions.UTF8:
		name = "UTF8" + name
	case e.ESMTP && !e.LMTP:
		name = "E" + name
	case !e.LMTP:
		return name
	}
	if e.TLS {
		name += "S"
	}
	if e.Auth != "" {
		name += "A"
	}
	return name
}

// nextID names a transaction in Received and in reports.
func (s *Sink) nextID() string { return "M" + strconv.FormatUint(s.lastID.Add(1), 10) }
