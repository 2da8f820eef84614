package smtpsink

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/saslserver"
	"github.com/go-mailtest/mailtest/internal/smtpd"
)

// Extensions are the EHLO keywords of all that a sink offers unless [Without]
// takes it away. STARTTLS is offered with [StartTLS], AUTH if there are accounts,
// REQUIRETLS over TLS, LIMITS with [MaxRecipients], and BURL with [WithURLs].
func Extensions() []string { return smtpd.Extensions() }

// Without takes extensions away, by their EHLO keywords: "CHUNKING" for one. They
// are not advertised, and what belongs to them is refused as by a server that
// does not know them. Without CHUNKING there is no BINARYMIME either, and
// without 8BITMIME no SMTPUTF8 and no BURL. "AUTH PLAIN" takes away a mechanism.
func Without(names ...string) Option {
	return func(c *config) error {
		for _, name := range names {
			name = strings.ToUpper(name)
			mech, isMech := strings.CutPrefix(name, "AUTH ")
			switch {
			case isMech && !slices.Contains(saslserver.Names(), mech):
				return fmt.Errorf("Without: no mechanism %q (have %s)", mech, strings.Join(saslserver.Names(), ", "))
			case !isMech && !slices.Contains(Extensions(), name):
				return fmt.Errorf("Without: no extension %q (have %s)", name, strings.Join(Extensions(), ", "))
			}
			c.engine.Without = append(c.engine.Without, name)
		}
		return nil
	}
}

// LMTP makes the sink speak LMTP (RFC 2033) in place of SMTP: LHLO in place of
// EHLO, and behind a message an answer for each recipient.
func LMTP() Option { return func(c *config) error { c.engine.LMTP = true; return nil } }
