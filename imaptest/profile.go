package imaptest

import (
	"fmt"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// Profile is the kind of server that is played: which capabilities it has. A
// Profile is an [Option]; With and Without change it.
type Profile int

const (
	// Everything has every capability that is implemented. It is the default.
	Everything Profile = iota
	// Rev1 is a server with RFC 3501 alone: no extension but STARTTLS and
	// AUTH=PLAIN, which RFC 3501 demands. It tests a client's fallbacks.
	Rev1
	// Rev2 is a server with RFC 9051 alone: IMAP4rev2 from the start, and what
	// that has taken in (appendix E). It tests clients that only know IMAP4rev1.
	Rev2
)

// Profiles lists all profiles, for tests that run over each of them.
func Profiles() []Profile { return []Profile{Everything, Rev1, Rev2} }

// String is the profile's name as examples/server takes it.
func (p Profile) String() string {
	switch p {
	case Everything:
		return "everything"
	case Rev1:
		return "rev1"
	case Rev2:
		return "rev2"
	}
	return fmt.Sprintf("Profile(%d)", int(p))
}

// caps are the profile's capabilities in the order of advertising.
func (p Profile) caps() []imap.Cap {
	switch p {
	case Rev1:
		return []imap.Cap{imap.CapIMAP4rev1, imap.CapStartTLS, imap.AuthCap("PLAIN")}
	case Rev2:
		return append([]imap.Cap{imap.CapIMAP4rev2, imap.CapLiteralMinus, imap.CapStartTLS, imap.AuthCap("PLAIN")}, imapd.Rev2Caps()...)
	}
	return imapd.AllCaps()
}

func (p Profile) apply(c *config) error {
	if p < Everything || p > Rev2 {
		return fmt.Errorf("no such profile: %v", p)
	}
	if c.profiled && c.profile != p {
		return fmt.Errorf("two profiles: %v and %v", c.profile, p)
	}
	c.profile, c.profiled = p, true
	return nil
}
