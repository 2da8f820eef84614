package smtpsink

import (
	"fmt"
	"net"
	"strings"
	"sync"
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
	return positive("MaxRecipients", "a number of recipients", n, func(c *config) { c.maxRecipients = n })
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

// greylist remembers first tries.
type greylist struct {
	mu    sync.Mutex // guards what follows
	first map[[3]string]time.Time
}

// check refuses a recipient that is tried too early.
func (g *greylist) check(cfg *config, client, from, rcpt string) error {
	if cfg.greylist == 0 {
		return nil
	}
	host, _, err := net.SplitHostPort(client)
	if err != nil {
		host = client
	}
	key := [3]string{host, strings.ToLower(from), strings.ToLower(rcpt)}
	now := cfg.Clock()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.first == nil {
		g.first = make(map[[3]string]time.Time)
	}
	first, tried := g.first[key]
	if !tried {
		first = now
		g.first[key] = now
	}
	if now.Sub(first) < cfg.greylist {
		return &Error{450, [3]int{4, 7, 1}, "<" + rcpt + ">: greylisted, try again later"}
	}
	return nil
}

// rateLimit remembers when the last messages began.
type rateLimit struct {
	mu    sync.Mutex // guards what follows
	times []time.Time
}

// take refuses a message beyond the limit.
func (r *rateLimit) take(cfg *config) error {
	if cfg.rateN == 0 {
		return nil
	}
	now := cfg.Clock()
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.times) > 0 && now.Sub(r.times[0]) >= cfg.ratePer {
		r.times = r.times[1:]
	}
	if len(r.times) >= cfg.rateN {
		return &Error{450, [3]int{4, 7, 1}, fmt.Sprintf("more than %d messages in %v, try again later", cfg.rateN, cfg.ratePer)}
	}
	r.times = append(r.times, now)
	return nil
}
