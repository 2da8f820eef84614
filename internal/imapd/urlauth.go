package imapd

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"

	"github.com/go-mailtest/mailtest/internal/imapurl"
	"github.com/go-mailtest/mailtest/internal/store"
)

// CapURLAuthBinary is of RFC 5524; go-imap does not name it.
const CapURLAuthBinary imap.Cap = "URLAUTH=BINARY"

// internalMechanism is the one that there is (RFC 4467, section 2.4.1).
const internalMechanism = "INTERNAL"

// urlMech is the response code of RESETKEY and SELECT (RFC 4467, BASE.7.1.URLMECH).
const urlMech = "URLMECH " + internalMechanism

// tokenHMAC begins a token, and says how it was made (RFC 4467, section 2.4.1).
const tokenHMAC = 1

// authToken is the token of a rump URL.
func authToken(key store.AccessKey, rump string) []byte {
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(rump))
	return mac.Sum([]byte{tokenHMAC})
}

// matches says whether a token is that of a rump URL; its digits have no case.
func matchesToken(key store.AccessKey, rump, token string) bool {
	given, err := hex.DecodeString(token)
	return err == nil && hmac.Equal(given, authToken(key, rump))
}

// ErrNotAuthorized is what a URL is refused for that may not be had by who presents it.
var ErrNotAuthorized = errors.New("not authorized")

// Why a URL is not redeemed. What could tell which mailboxes there are is not told apart.
var (
	errNoURLAuth = errors.New("it is no URL of a message or a part with URLAUTH, mechanism and token (RFC 4467, section 9)")
	errNoOwner   = errors.New("it has no user")
	errNotFor    = fmt.Errorf("%w: its access identifier is not for this user", ErrNotAuthorized)
	errExpired   = fmt.Errorf("%w: it has expired", ErrNotAuthorized)
	errToken     = fmt.Errorf("%w: its token is not, or is no longer, that of this URL", ErrNotAuthorized)
)

// redeem finds what a URL with URLAUTH stands for (RFC 4467, section 6), with the rights
// that its owner has now (BASE.6.3.URLFETCH). Whether who presents it may have it, may
// says.
func (s *Server) redeem(text string, may func(a *imapurl.Access) bool) (link, error) {
	u, err := imapurl.Parse(text)
	switch a := u.Access; {
	case err != nil:
		return link{}, err
	case u.Server == nil || a == nil || !strings.EqualFold(a.Mechanism, internalMechanism):
		return link{}, errNoURLAuth
	case u.Server.User == "":
		return link{}, errNoOwner
	case !may(a):
		return link{}, errNotFor
	case s.expired(a):
		return link{}, errExpired
	}
	mbox, key := s.keyOf(u)
	if !matchesToken(key, u.Access.Rump(text), u.Access.Token) || mbox == nil {
		return link{}, errToken
	}
	return s.link(mbox, u)
}

// keyOf is the mailbox of a URL and its owner's key of it. Where there is none there is a
// key all the same, so that it takes as long to find out (RFC 4467, section 6).
func (s *Server) keyOf(u imapurl.URL) (*store.Mailbox, store.AccessKey) {
	owner, found := s.cfg.Store.User(u.Server.User)
	if found {
		if mbox, found := mailboxOf(owner, u.Mailbox); found {
			return mbox, owner.AccessKey(mbox)
		}
	}
	return nil, store.NewAccessKey()
}

// expired: EXPIRE is the last moment at which a URL is good (RFC 4467, section 3).
func (s *Server) expired(a *imapurl.Access) bool {
	return !a.Expire.IsZero() && s.cfg.Store.Now().After(a.Expire)
}

// mayRedeem says whether an access identifier is for the user of a session (RFC 4467,
// section 3). On whose behalf a submission server acts is for that to say.
func (c *conn) mayRedeem(a *imapurl.Access) bool {
	switch a.Who {
	case imapurl.Submit:
		return c.srv.submits(c.user)
	case imapurl.ByUser:
		return c.srv.isUser(a.User, c.user)
	case imapurl.AuthUser:
		return !c.isAnonymous()
	}
	return true
}

// isUser says whether a name is one of an account.
func (s *Server) isUser(name string, user *store.User) bool {
	named, found := s.cfg.Store.User(name)
	return found && named == user
}

// submits says whether an account is that of a submission server.
func (s *Server) submits(user *store.User) bool {
	for _, name := range s.cfg.Submitters {
		if s.isUser(name, user) {
			return true
		}
	}
	return false
}

// isAnonymous: without SASL ANONYMOUS one logs in under this name (RFC 5092, section 3.2).
func (c *conn) isAnonymous() bool {
	return c.provedBy == sasl.Anonymous || strings.EqualFold(c.user.Name(), "anonymous")
}

// tellKeyReset tells the client that its user's key of the selected mailbox was reset
// (RFC 4467, BASE.6.3.RESETKEY).
func (v *view) tellKeyReset(c *conn) {
	if !c.has(imap.CapURLAuth) {
		return
	}
	if n := c.user.AccessKeyResets(v.mbox); n != v.keyResets {
		v.keyResets = n
		c.note("note.urlmech", "OK", urlMech, "The mailbox access key was reset")
	}
}
