// Package imapurl reads and writes IMAP URLs, absolute and relative: RFC 5092. It knows
// what they look like and not what they stand for.
package imapurl

import "time"

// URL is an IMAP URL. What is not there is zero; everything is decoded.
type URL struct {
	Server *Server // nil: that of the base, of a relative URL
	// Rooted says of a relative URL that it begins with "/", or of any URL that there is
	// something behind its server.
	Rooted bool

	Mailbox     string // in UTF-8; "" for the server or, of a relative URL, that of the base
	UIDValidity uint32
	Search      string // the arguments of SEARCH

	UID     uint32
	Section string // what stands in BODY[…]
	Partial *Partial
	Access  *Access
}

// Server is what stands behind "//".
type Server struct {
	User string // "" for none
	Auth string // the mechanism, or "*"; "" if there is none
	Host string // as it stands, an IPv6 address with its brackets
	Port string // "" for the default
}

// Partial is a range of octets.
type Partial struct {
	Offset uint32
	Length uint32 // 0: to the end
}

// Who may use a URL (RFC 5092, section 6.1.2).
const (
	Submit    = "submit"    // a submission server on behalf of User
	ByUser    = "user"      // User alone
	AuthUser  = "authuser"  // anybody who is logged in, but not as anonymous
	Anonymous = "anonymous" // anybody
)

// Access is what URLAUTH says (RFC 5092, section 6.1). In a rump URL, to which the server
// is to add mechanism and token, both are "".
type Access struct {
	Expire    time.Time // in UTC; zero: never
	Who       string    // Submit, ByUser, AuthUser or Anonymous
	User      string    // with Submit and ByUser
	Mechanism string    // as it stands
	Token     string    // hexadecimal, as it stands
}

// NamesMessage says whether a URL is that of a message or a part.
func (u URL) NamesMessage() bool { return u.UID != 0 }

// Rump is the text of a URL with URLAUTH as the token was made of it: without token and
// mechanism, and nothing else done to it (RFC 4467, section 6).
func (a *Access) Rump(text string) string {
	return text[:len(text)-len(":")-len(a.Mechanism)-len(":")-len(a.Token)]
}

// In is what a relative URL is with a base (RFC 5092, section 7).
func (u URL) In(base URL) URL {
	switch {
	case u.Server != nil:
		return u
	case u.Rooted:
		u.Server = base.Server
		return u
	case u == URL{}:
		return base
	}
	out := base
	out.Search, out.Access = "", u.Access
	switch {
	case u.UID != 0:
		out.UID, out.Section, out.Partial = u.UID, u.Section, u.Partial
	case u.Section != "":
		out.Section, out.Partial = u.Section, u.Partial
	default:
		out.Partial = u.Partial
	}
	return out
}
