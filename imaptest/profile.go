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
)

// Profiles lists all profiles, for tests that run over each of them.
func Profiles() []Profile { return []Profile{Everything, Rev1} }

// String is the profile's name as examples/server takes it.
func (p Profile) String() string {
	switch p {
	case Everything:
		return "everything"
	case Rev1:
		return "rev1"
	}
	return fmt.Sprintf("Profile(%d)", int(p))
}

// caps are the profile's capabilities in the order of advertising.
func (p Profile) caps() []imap.Cap {
	if p == Rev1 {
		return []imap.Cap{imap.CapIMAP4rev1, imap.CapStartTLS, imap.AuthCap("PLAIN")}
	}
	return imapd.AllCaps()
}

func (p Profile) apply(c *config) error {
	if p < Everything || p > Rev1 {
		return fmt.Errorf("no such profile: %v", p)
	}
	c.profile = p
	return nil
}
