package imaptest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// newConfig applies the options and refuses combinations that contradict
// each other. All complaints come in one error.
func newConfig(opts []Option) (*config, error) {
	c := &config{transcriptLimit: DefaultTranscriptLimit}
	var errs complaints
	for _, opt := range opts {
		errs.add(opt.apply(c))
	}
	errs.add(c.Check("imaptest"))
	if c.transcriptLimit == DefaultTranscriptLimit && c.reportAsked() {
		c.transcriptLimit = reportBounds.transcript
	}
	errs.add(c.changeProfile())
	conflict := func(bad bool, text string) {
		if bad {
			errs.add(errors.New(text))
		}
	}
	conflict(c.snapshot == nil && c.store != nil && c.Clock != nil, "WithClock has no effect on the store of WithStore: give memstore.New the clock")
	conflict(c.snapshot == nil && c.store != nil && c.delim != 0, "WithDelimiter has no effect on the store of WithStore: give memstore.New the delimiter")
	for _, name := range c.with {
		conflict(slices.Contains(c.without, name), fmt.Sprintf("With and Without both name %s", name))
	}
	errs.add(c.unknownCaps()...)
	c.takeLimits()
	conflict(c.messageLimit > 0 && c.saveLimit > 0, "WithMessageLimit limits what WithSaveLimit does too (RFC 9738, section 3)")
	errs.add(c.unmet()...)
	errs.add(c.wrongMechanism())
	unknown := slices.ContainsFunc(c.with, func(name imap.Cap) bool { return !imapd.Implements(name) })
	if caps := c.ownCaps(); caps != nil && !unknown {
		errs.add(imapd.CheckCaps(caps))
	}
	return c, errors.Join(errs...)
}

// unknownCaps are what With and Without name that no server has.
func (c *config) unknownCaps() (errs []error) {
	for _, name := range c.with {
		if !imapd.Implements(name) {
			errs = append(errs, fmt.Errorf("With: capability %s is not implemented%s (have %s)", name, orNearest(string(name), capNames()), joinNames(capNames())))
		}
	}
	for _, name := range c.without {
		if !imapd.Implements(name) {
			errs = append(errs, fmt.Errorf("Without: capability %s is not implemented%s", name, orNearest(string(name), capNames())))
		}
	}
	return errs
}

// complaints are errors, as a rule none.
type complaints []error

func (c *complaints) add(errs ...error) {
	for _, err := range errs {
		if err != nil {
			*c = append(*c, err)
		}
	}
}

// changeProfile does to the profile what options say, and looks at what comes of it. What
// With and Without say of the capabilities is not the profile's: see caps.
func (c *config) changeProfile() error {
	profile := c.profile
	var errs complaints
	if len(c.changes) > 0 {
		profile = profile.Derive(profile.Name(), func(spec *ProfileSpec) {
			for _, change := range c.changes {
				errs.add(change(spec))
			}
		})
	}
	errs.add(profile.Check())
	c.spec = profile.inEffect()
	return errors.Join(errs...)
}

// caps are the profile's capabilities with the changes of With and Without; nil are all.
func (c *config) caps() []imap.Cap {
	if own := &c.spec.Caps; !own.listed() && len(own.Has) == 0 && len(c.with) == 0 && len(c.without) == 0 && !c.anyLogin {
		return nil
	}
	return imapd.RemoveCaps(c.withoutPasswords(withCaps(c.spec.working(), c.with)), c.without)
}

// ownCaps are the capabilities where the server shows them in its own way, and not in the
// lists of a profile. A server of others may lack what a capability needs.
func (c *config) ownCaps() []imap.Cap {
	if c.spec.Caps.listed() {
		return nil
	}
	return c.caps()
}

// withCaps adds capabilities to a list. LITERAL- takes the place of LITERAL+ where it is asked
// for, because a server has only one of them, UTF8=ONLY that of UTF8=ACCEPT, and
// METADATA-SERVER that of METADATA; and the other way round.
func withCaps(list, with []imap.Cap) []imap.Cap {
	out := slices.Clone(list)
	inPlaceOf := imapd.InPlaceOf()
	for _, name := range with {
		var instead []imap.Cap
		for less, more := range inPlaceOf {
			if name == less {
				instead = append(instead, more)
			}
			if name == more {
				instead = append(instead, less)
			}
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
		out = imapd.RemoveCaps(out, instead)
	}
	return out
}
