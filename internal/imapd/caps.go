package imapd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// capRow is a capability that the engine has, with the moment at which it is
// advertised.
type capRow struct {
	cap  imap.Cap
	show func(c *conn) bool // nil: always
}

func beforeLogin(c *conn) bool { return c.user == nil && !c.loginDisabled() }

// capTable is in the order of advertising.
var capTable = []capRow{
	{imap.CapIMAP4rev1, nil},
	{imap.CapLiteralPlus, nil},
	{imap.CapLiteralMinus, nil},
	{imap.CapSASLIR, nil},
	{imap.CapStartTLS, func(c *conn) bool { return c.canStartTLS() }},
	{imap.CapLoginDisabled, func(c *conn) bool { return c.user == nil && c.loginDisabled() }},
	{imap.AuthCap("PLAIN"), beforeLogin},
	{imap.AuthCap("LOGIN"), beforeLogin},
	{imap.CapEnable, nil},
	{imap.CapID, nil},
	{imap.CapIdle, nil},
	{imap.CapNamespace, nil},
	{imap.CapUnselect, nil},
	{imap.CapUIDPlus, nil},
	{imap.CapMove, nil},
	{imap.CapChildren, nil},
	{imap.CapSpecialUse, nil},
	{imap.CapCreateSpecialUse, nil},
	{imap.CapListExtended, nil},
	{imap.CapListStatus, nil},
	{imap.CapStatusSize, nil},
	{imap.CapESearch, nil},
	{imap.CapSearchRes, nil},
	{imap.CapCondStore, nil},
}

// AllCaps lists what the engine has, in the order of advertising. LITERAL- is
// left out: a server advertises one of LITERAL+ and LITERAL- (RFC 7888, section 5).
func AllCaps() []imap.Cap {
	var out []imap.Cap
	for _, row := range capTable {
		if row.cap != imap.CapLiteralMinus {
			out = append(out, row.cap)
		}
	}
	return out
}

// Implements says whether the engine has a capability.
func Implements(want imap.Cap) bool {
	return slices.ContainsFunc(capTable, func(row capRow) bool { return row.cap == want })
}

type capSet map[imap.Cap]bool

// capNeeds are the capabilities that make sense only with another one.
var capNeeds = []struct{ cap, needs imap.Cap }{
	{imap.CapSearchRes, imap.CapESearch},
	{imap.CapCreateSpecialUse, imap.CapSpecialUse},
	{imap.CapListStatus, imap.CapListExtended},
}

func newCapSet(caps []imap.Cap) (capSet, error) {
	set := make(capSet, len(caps))
	for _, c := range caps {
		if !Implements(c) {
			return nil, fmt.Errorf("capability %s is not implemented (have %s)", c, joinCaps(AllCaps()))
		}
		set[c] = true
	}
	if !set[imap.CapIMAP4rev1] {
		return nil, fmt.Errorf("a server without %s is not implemented", imap.CapIMAP4rev1)
	}
	if set[imap.CapLiteralPlus] && set[imap.CapLiteralMinus] {
		return nil, fmt.Errorf("%s and %s exclude each other (RFC 7888, section 5)", imap.CapLiteralPlus, imap.CapLiteralMinus)
	}
	for _, row := range capNeeds {
		if set[row.cap] && !set[row.needs] {
			return nil, fmt.Errorf("%s needs %s", row.cap, row.needs)
		}
	}
	return set, nil
}

func joinCaps(caps []imap.Cap) string {
	var sb strings.Builder
	for i, c := range caps {
		if i > 0 {
			sb.WriteByte(' ')
		}
		sb.WriteString(string(c))
	}
	return sb.String()
}

// capabilities is the list for this moment of the connection.
func (c *conn) capabilities() string {
	var out []imap.Cap
	for _, row := range capTable {
		if c.srv.caps[row.cap] && (row.show == nil || row.show(c)) {
			out = append(out, row.cap)
		}
	}
	return joinCaps(out)
}

func (c *conn) has(want imap.Cap) bool { return want == "" || c.srv.caps[want] }

func (c *conn) canStartTLS() bool { return c.srv.cfg.TLS != nil && !c.info.TLS && c.user == nil }

func (c *conn) loginDisabled() bool { return c.srv.cfg.RequireTLS && !c.info.TLS }
