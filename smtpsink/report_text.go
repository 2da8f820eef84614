package smtpsink

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/smtpwire"
)

// reportWords are what a report says to people.
var reportWords = map[string]struct{ subject, text string }{
	"failed":    {"Undelivered mail", "Your message could not be delivered to:"},
	"delivered": {"Delivered mail", "Your message was delivered to:"},
	"delayed":   {"Delayed mail", "Your message has not been delivered by the time that you asked for, and still will be, to:"},
}

// writeReport is a message with a delivery report: RFC 3464, in multipart/report
// (RFC 6522). Parts that need it are those of RFC 6533; that the client said SMTPUTF8
// is not enough, because some say it always.
func (s *Sink) writeReport(m *Message, action string, list []recipientStatus) []byte {
	now, id := s.cfg.Clock(), s.nextID()
	boundary := "=_" + id
	for bytes.Contains(m.Raw, []byte(boundary)) {
		boundary += "_"
	}
	part, encoding := returned(m, action)
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("From: MAILER-DAEMON@%s", s.cfg.engine.Hostname)
	line("To: %s", smtpwire.Quote(m.From))
	line("Subject: %s", reportWords[action].subject)
	line("Date: %s", now.Format(time.RFC1123Z))
	line("Message-ID: <%s@%s>", id, s.cfg.engine.Hostname)
	line("Auto-Submitted: auto-replied") // RFC 3834, section 2
	line("MIME-Version: 1.0")
	line("Content-Transfer-Encoding: %s", encoding)
	line("Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=%q", boundary)
	line("")
	line("--%s", boundary)
	line("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n")
	line("%s\r\n", reportWords[action].text)
	for _, one := range list {
		line("  <%s>", smtpwire.Quote(one.rcpt.Addr))
		if one.reason != "" {
			line("    %s", one.reason)
		}
	}
	line("\r\n--%s", boundary)
	s.writeStatus(line, m, action, list, now)
	line("--%s", boundary)
	b.Write(part)
	line("\r\n--%s--", boundary)
	return b.Bytes()
}

// writeStatus is the part for programs: RFC 3464, section 2; RFC 6533, section 3.
func (s *Sink) writeStatus(line func(string, ...any), m *Message, action string, list []recipientStatus, now time.Time) {
	international := slices.ContainsFunc(list, recipientStatus.isInternational)
	if international {
		line("Content-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: 8bit\r\n")
	} else {
		line("Content-Type: message/delivery-status\r\n")
	}
	if id := m.FromOptions.EnvelopeID; id != "" {
		line("Original-Envelope-Id: %s", id)
	}
	line("Reporting-MTA: %s; %s", s.hostnameType(), s.cfg.engine.Hostname)
	line("Arrival-Date: %s", m.Received.Format(time.RFC1123Z))
	for _, one := range list {
		line("")
		if o := one.rcpt.Options; o.OriginalRecipient != "" {
			line("Original-Recipient: %s; %s", strings.ToLower(string(o.OriginalRecipientType)), o.OriginalRecipient)
		}
		addressType := "rfc822"
		if !smtpwire.IsASCII(one.rcpt.Addr) {
			addressType = "utf-8"
		}
		line("Final-Recipient: %s; %s", addressType, smtpwire.Quote(one.rcpt.Addr))
		line("Action: %s", action)
		line("Status: %s", one.status)
		if one.reason != "" {
			line("Diagnostic-Code: smtp; %s", one.reason)
		}
		line("Last-Attempt-Date: %s", now.Format(time.RFC1123Z))
	}
	line("")
}

// hostnameType is dns for a name that the DNS could have (RFC 3461, section 6.3).
func (s *Sink) hostnameType() string {
	if strings.Contains(s.cfg.engine.Hostname, ".") {
		return "dns"
	}
	return "x-local-hostname"
}

// returned is the part with the message itself, or its header: of what has not failed
// only that (RFC 3461, section 4.3), and of what requires TLS too (RFC 8689, section
// 5). encoding is that of the whole report, whose text is 8bit (RFC 2045, section 6.4).
func returned(m *Message, action string) (part []byte, encoding string) {
	full := action == "failed" && m.FromOptions.Return != smtp.DSNReturnHeaders && !m.FromOptions.RequireTLS
	raw := smtpwire.HeaderOf(m.Raw)
	kind := map[[2]bool]string{
		{false, false}: "text/rfc822-headers", {false, true}: "message/rfc822",
		{true, false}: "message/global-headers", {true, true}: "message/global",
	}[[2]bool{m.FromOptions.UTF8 && !smtpwire.IsASCII(string(raw)), full}]
	if full {
		raw = m.Raw
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "Content-Type: %s\r\n", kind)
	encoding = smtpwire.EncodingOf(raw)
	if encoding != "7bit" {
		fmt.Fprintf(&b, "Content-Transfer-Encoding: %s\r\n", encoding)
	}
	b.WriteString("\r\n")
	b.Write(raw)
	if encoding == "7bit" {
		encoding = "8bit"
	}
	return b.Bytes(), encoding
}
