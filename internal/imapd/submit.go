package imapd

import (
	"github.com/go-mailtest/mailtest/internal/imapurl"
	"github.com/go-mailtest/mailtest/internal/store"
)

// SubmitURL is what the URL of BURL stands for, which an account that has authenticated has
// given to the submission server of this store, "" for none (RFC 4468, section 3.3). With
// URLAUTH that acts as an account of its own; without, as the one that has authenticated.
// The error is ErrNotAuthorized, or there is no such message or part.
func (s *Server) SubmitURL(account, text string) ([]byte, error) {
	user, _ := s.cfg.Store.User(account)
	u, err := imapurl.Parse(text)
	if err != nil {
		return nil, err
	}
	var l link
	if u.Access != nil {
		l, err = s.redeem(text, func(a *imapurl.Access) bool { return s.maySubmit(user, a) })
	} else {
		l, err = s.linkOf(user, u)
	}
	if err != nil {
		return nil, err
	}
	data, found := l.message.Raw(), true
	if u.Section != "" {
		data, found = l.section.in(l.message.Tree(), true)
	}
	if !found {
		return nil, errNoPart
	}
	return l.cut(data), nil
}

// maySubmit says whether a submission server may have a URL: with "submit+" it must be for
// the account that submits, and with "user+" for its own.
func (s *Server) maySubmit(user *store.User, a *imapurl.Access) bool {
	switch a.Who {
	case imapurl.Submit:
		return user != nil && s.isUser(a.User, user)
	case imapurl.ByUser:
		named, found := s.cfg.Store.User(a.User)
		return found && s.submits(named)
	}
	return true
}

// linkOf finds what a URL without URLAUTH stands for, of the account that it is of.
func (s *Server) linkOf(user *store.User, u imapurl.URL) (link, error) {
	if user == nil || u.Server == nil || u.Server.User != "" && !s.isUser(u.Server.User, user) {
		return link{}, ErrNotAuthorized
	}
	mbox, found := mailboxOf(user, u.Mailbox)
	if !found {
		return link{}, errNoMessage
	}
	return s.link(mbox, u)
}
