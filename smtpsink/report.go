package smtpsink

import (
	"errors"
	"slices"
	"strings"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/smtpwire"
)

// Report is what the sender was told about its message (RFC 3464). It is filed
// into the INBOX of the sender, if the reverse-path is that of an account.
type Report struct {
	To         string // the reverse-path
	Action     string // "failed", "delivered" or "delayed"
	Recipients []string
	Raw        []byte
	Filed      *Delivery // nil where the sender has no account
}

// recipientStatus is what a report says of a recipient.
type recipientStatus struct {
	rcpt   Recipient
	status string // RFC 3463
	reason string // the reply, "" for none
}

// isInternational says whether a report on it takes more than ASCII.
func (s recipientStatus) isInternational() bool {
	return !smtpwire.IsASCII(s.rcpt.Addr + s.rcpt.Options.OriginalRecipient + s.reason)
}

// wants says whether the sender asked to be told, or did not say that it does
// not (RFC 3461, section 4.1).
func (r Recipient) wants(what smtp.DSNNotify) bool {
	if len(r.Options.Notify) == 0 {
		return what != smtp.DSNNotifySuccess
	}
	return slices.Contains(r.Options.Notify, what)
}

// bounces says whether a refusal is one of those that BounceUnknown turns into a
// report.
func (s *Sink) bounces(err error) bool {
	var e *Error
	return s.cfg.bounceUnknown && s.cfg.deliverer == nil && errors.As(err, &e) &&
		(e.Enhanced == [3]int{5, 1, 1} || e.Enhanced == [3]int{5, 2, 2})
}

// reportOutcome tells the sender of recipients who did not get a copy, and where it
// asked for that of those who did; of those whose mail is sent on the next server would tell
// (RFC 3461, section 5.2.1). A sink that files nowhere has given one to everybody.
func (s *Sink) reportOutcome(c *captured) {
	var failed, delivered []recipientStatus
	nowhere := s.cfg.deliverer == nil && s.cfg.mailboxes == nil
	outcomes := c.msg.outcomes()
	for _, rcpt := range c.msg.To {
		switch d, has := outcomes[anyCase(rcpt.Addr)]; {
		case d.Failure != nil && rcpt.wants(smtp.DSNNotifyFailure):
			failed = append(failed, recipientStatus{rcpt, d.Failure.permanent(), d.Failure.Error()})
		case d.Failure == nil && !d.Relayed && (has || nowhere) && rcpt.wants(smtp.DSNNotifySuccess):
			delivered = append(delivered, recipientStatus{rcpt: rcpt, status: "2.0.0"})
		}
	}
	s.sendReport(c, "failed", failed)
	s.sendReport(c, "delivered", delivered)
}

// outcomes are the first deliveries by their recipients, in any case. They come from a
// [Deliverer] too, which may give more or fewer than there are recipients.
func (m *Message) outcomes() map[string]Delivery {
	out := make(map[string]Delivery, len(m.Deliveries))
	for _, d := range slices.Backward(m.Deliveries) {
		out[anyCase(d.Rcpt)] = d
	}
	return out
}

// anyCase is the same for texts that differ in case alone.
func anyCase(s string) string { return strings.ToLower(strings.ToUpper(s)) }

// permanent is the enhanced code of a failure that nobody tries again.
func (e *Error) permanent() string {
	switch {
	case e.Enhanced == [3]int{}:
		return "5.0.0"
	case e.Enhanced[0] == 4:
		return strings.Replace(e.status(), "4.", "5.", 1)
	}
	return e.status()
}

// reportDelay tells the sender that the time of DELIVERBY has passed (RFC 2852,
// section 4.1.4).
func (s *Sink) reportDelay(c *captured) {
	var list []recipientStatus
	for _, rcpt := range c.msg.To {
		if rcpt.wants(smtp.DSNNotifyDelayed) {
			list = append(list, recipientStatus{rcpt: rcpt, status: "4.4.7"})
		}
	}
	s.sendReport(c, "delayed", list)
}

// sendReport files a report. The null reverse-path gets none (RFC 3461, section 6.1).
func (s *Sink) sendReport(c *captured, action string, list []recipientStatus) {
	if len(list) == 0 || c.msg.From == "" || !s.engine.Has("DSN") && action == "delivered" {
		return
	}
	r := Report{To: c.msg.From, Action: action}
	for _, one := range list {
		r.Recipients = append(r.Recipients, one.rcpt.Addr)
	}
	r.Raw = s.writeReport(&c.msg, action, list)
	r.Filed = s.fileReport(&c.msg, r)
	c.msg.Reports = append(c.msg.Reports, r)
}

// fileReport files a report into the sender's INBOX.
func (s *Sink) fileReport(m *Message, r Report) *Delivery {
	if s.cfg.mailboxes == nil {
		return nil
	}
	account, _, found := s.owner(r.To)
	if !found {
		return nil
	}
	raw := r.Raw
	if !s.cfg.noTrace {
		raw = append([]byte("Return-Path: <>\r\nDelivered-To: "+smtpwire.Quote(r.To)+"\r\n"), raw...)
	}
	d := &Delivery{Rcpt: r.To, Account: account, Mailbox: inbox}
	s.put(m, d, raw)
	return d
}
