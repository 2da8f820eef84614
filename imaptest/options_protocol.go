package imaptest

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// WithSaveLimit is how many messages a COPY or an APPEND may add (RFC 9738, section 3).
// It is advertised as SAVELIMIT; the default is no limit. A server has this or
// [WithMessageLimit].
func WithSaveLimit(n uint32) Option {
	return optionFunc(func(c *config) error {
		if n == 0 {
			return errors.New("WithSaveLimit: the limit must be 1 or more")
		}
		c.saveLimit = n
		c.want("WithSaveLimit", imapd.CapSaveLimit)
		return nil
	})
}

// WithMinBatch is the smallest batch that UIDBATCHES makes (RFC 10022, section 3.1.3.2).
// The default is 500 messages, which is much for a test.
func WithMinBatch(n uint32) Option {
	return optionFunc(func(c *config) error {
		if n == 0 || n > imapd.DefaultMinBatch {
			return fmt.Errorf("WithMinBatch: %d is not from 1 to %d", n, imapd.DefaultMinBatch)
		}
		c.minBatch = n
		c.want("WithMinBatch", imapd.CapUIDBatches)
		return nil
	})
}

// WithJMAP tells clients of a JMAP session with the same mail (JMAPACCESS, RFC 9698): the
// capability is advertised to who has logged in by one of these SASL mechanisms, "LOGIN"
// for the command too, or by any if none is given. The test plays the JMAP server itself;
// the IDs of mailboxes and messages are [github.com/go-mailtest/mailtest/memstore]'s.
func WithJMAP(session string, mechanisms ...string) Option {
	return optionFunc(func(c *config) error {
		u, err := url.Parse(session)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.ContainsFunc(session, notInURL) {
			return fmt.Errorf("WithJMAP: %q is not the URL of a JMAP session", session)
		}
		for _, name := range mechanisms {
			if !imapd.Implements(imap.AuthCap(name)) {
				return fmt.Errorf("WithJMAP: there is no mechanism %q", name)
			}
		}
		c.jmap, c.jmapBy = session, slices.Clone(mechanisms)
		c.want("WithJMAP", imapd.CapJMAPAccess)
		return nil
	})
}

// WithScrambledTexts has the server say its texts for people in a made-up language, Pig
// Latin in brackets, from the greeting on: "NO [TRYCREATE] (onay uchsay ailboxmay)". A client
// that looks into texts, in place of response codes, fails then, as it would in another
// country. Quoted names stay as they are, and so does what a rule writes as a whole line. A
// client can ask for English by LANGUAGE (RFC 5255), and any client for this one:
// art-x-piglatin.
func WithScrambledTexts() Option {
	return optionFunc(func(c *config) error { c.scrambleTexts = true; return nil })
}

func notInURL(r rune) bool { return r <= ' ' || r >= 0x7f || r == '"' || r == '\\' }

// want notes that an option is for nothing without a capability.
func (c *config) want(option string, cap imap.Cap) {
	c.wanted = append(c.wanted, wanted{option, cap})
}

// wanted is an option with the capability that it is for.
type wanted struct {
	option string
	cap    imap.Cap
}

// unmet are the options that would change nothing.
func (c *config) unmet() []error {
	var errs []error
	caps := c.caps()
	for _, w := range c.wanted {
		if caps != nil && !slices.Contains(caps, w.cap) {
			errs = append(errs, fmt.Errorf("%s needs %s, which the server does not have: With(%q) adds it to a profile", w.option, w.cap, w.cap))
		}
	}
	return errs
}
