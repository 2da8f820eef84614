package smtpsink

import (
	"fmt"
	"net"
	"strings"
	"time"
)

// Greylist refuses a recipient with 450 4.7.1 until so long after the first try
// by the same host, from the same sender (RFC 6647, section 2.3).
func Greylist(d time.Duration) Option {
	return positive("Greylist", "a positive duration", d, func(c *config) { c.greylist = d })
}

// RateLimit refuses MAIL with 450 4.7.1 beyond n messages in any time of that
// length, from all clients together.
func RateLimit(n int, per time.Duration) Option {
	return func(c *config) error {
		if n <= 0 || per <= 0 {
			return fmt.Errorf("RateLimit: %d in %v is not a limit", n, per)
		}
		c.rateN, c.ratePer = n, per
		return nil
	}
}

// MaxRecipients refuses more recipients a message with 452 4.5.3. It is
// advertised as LIMITS RCPTMAX (RFC 9422).
func MaxRecipients(n int) Option {
	return positive("MaxRecipients", "a number of recipients", n, func(c *config) { c.engine.MaxRecipients = n })
}

// ValidSince says since when an address has had its owner. A client that asks
// by RRVS for an earlier one is refused with 550 5.7.17 (RFC 7293, section 9).
func ValidSince(addr string, since time.Time) Option {
	return func(c *config) error {
		if c.validSince == nil {
			c.validSince = make(map[string]time.Time)
		}
		c.validSince[strings.ToLower(addr)] = since
		return nil
	}
}

func (c *config) checkOwner(rcpt Recipient) error {
	wanted := rcpt.Options.RequireRecipientValidSince
	if !wanted.IsZero() && wanted.Before(c.validSince[strings.ToLower(rcpt.Addr)]) {
		return &Error{550, [3]int{5, 7, 17}, "<" + rcpt.Addr + ">: the owner has changed"}
	}
	return nil
}

// checkGreylist refuses a recipient that is tried too early.
func (s *Sink) checkGreylist(m *Message, rcpt string) error {
	if s.cfg.greylist == 0 {
		return nil
	}
	host, _, err := net.SplitHostPort(m.RemoteAddr)
	if err != nil {
		host = m.RemoteAddr
	}
	key := [3]string{host, strings.ToLower(m.From), strings.ToLower(rcpt)}
	now := s.cfg.Clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	first, tried := s.firstTries[key]
	if !tried {
		first = now
		s.firstTries[key] = now
	}
	if now.Sub(first) < s.cfg.greylist {
		return &Error{450, [3]int{4, 7, 1}, "<" + rcpt + ">: greylisted, try again later"}
	}
	return nil
}

// checkRate refuses a message beyond the limit.
func (s *Sink) checkRate() error {
	cfg := s.cfg
	if cfg.rateN == 0 {
		return nil
	}
	now := cfg.Clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.begun) > 0 && now.Sub(s.begun[0]) >= cfg.ratePer {
		s.begun = s.begun[1:]
	}
	if len(s.begun) >= cfg.rateN {
		return &Error{450, [3]int{4, 7, 1}, fmt.Sprintf("more than %d messages in %v, try again later", cfg.rateN, cfg.ratePer)}
	}
	s.begun = append(s.begun, now)
	return nil
}
