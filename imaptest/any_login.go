package imaptest

import (
	"fmt"
	"slices"
	"sync"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// AcceptAnyLogin lets everybody in, whatever the password, by LOGIN and by the mechanisms
// PLAIN and LOGIN, and with [WithSMTP] by AUTH. An account that does not exist is made then,
// with the mailboxes that accounts have. Mechanisms for which a server must know the password,
// CRAM-MD5 and SCRAM, are not offered. A rule refuses all the same:
// srv.On("LOGIN bob *").No("[AUTHENTICATIONFAILED] no").
func AcceptAnyLogin() Option {
	return optionFunc(func(c *config) error { c.anyLogin = true; return nil })
}

// newcomers are the accounts that AcceptAnyLogin makes.
type newcomers struct {
	srv *Server
	mu  sync.Mutex // held while one is made, so that nobody sees half of it
}

// login finds the account of a name, or makes it.
func (n *newcomers) login(name, password string) (*store.User, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	mail := n.srv.core()
	if user, found := mail.User(name); found {
		return user, true
	}
	var opts []store.UserOption
	if rules, has := n.srv.cfg.labelRules(); has {
		opts = append(opts, store.WithLabels(rules))
	}
	user, err := mail.AddUser(name, password, opts...)
	if err == nil && !n.srv.cfg.bare {
		err = n.srv.cfg.addMailboxes(user, 0)
	}
	return user, err == nil
}

// smtp is login for the SMTP server.
func (n *newcomers) smtp(name, password string) error {
	if _, ok := n.login(name, password); !ok {
		return smtpsink.AuthFailed()
	}
	return nil
}

// withoutPasswords takes the mechanisms away that AcceptAnyLogin cannot serve.
func (c *config) withoutPasswords(caps []imap.Cap) []imap.Cap {
	if !c.anyLogin {
		return caps
	}
	needs := imapd.ProofCaps()
	return slices.DeleteFunc(slices.Clone(caps), func(name imap.Cap) bool { return slices.Contains(needs, name) })
}

// wrongMechanism says that a mechanism was asked for which AcceptAnyLogin cannot serve.
func (c *config) wrongMechanism() error {
	if !c.anyLogin {
		return nil
	}
	for _, name := range imapd.ProofCaps() {
		if slices.Contains(c.with, name) {
			return fmt.Errorf("AcceptAnyLogin excludes %s, for which the server must know the password", name)
		}
	}
	return nil
}
