package imaptest

import (
	"strings"

	"github.com/go-mailtest/mailtest/memstore"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// startSink starts the SMTP server that files into the store.
func (s *Server) startSink() (err error) {
	if !s.cfg.smtp {
		return nil
	}
	opts := []smtpsink.Option{
		smtpsink.WithDeliverer(deliverer{s.store}),
		smtpsink.WithAuth(s.checkPassword),
	}
	if s.cfg.inMemory {
		opts = append(opts, smtpsink.InMemory())
	}
	if s.cfg.log != nil {
		opts = append(opts, smtpsink.WithLog(s.cfg.log))
	}
	s.sink, err = smtpsink.New(append(opts, s.cfg.smtpOpts...)...)
	return err
}

func (s *Server) checkPassword(name, password string) error {
	if _, ok := s.store.Authenticate(name, password); !ok {
		return smtpsink.AuthFailed()
	}
	return nil
}

// deliverer files mail into a store's mailboxes.
type deliverer struct{ store *memstore.Store }

// Verify refuses a recipient that no account has.
func (d deliverer) Verify(rcpt string) error {
	if _, _, ok := d.find(rcpt); !ok {
		return smtpsink.UnknownUser(rcpt)
	}
	return nil
}

// Deliver files a copy for each recipient. The copies share their bytes.
func (d deliverer) Deliver(env smtpsink.Envelope, raw []byte) ([]smtpsink.Delivery, error) {
	var out []smtpsink.Delivery
	for _, rcpt := range env.Recipients() {
		user, mbox, ok := d.find(rcpt)
		if !ok {
			return out, smtpsink.UnknownUser(rcpt)
		}
		msg, err := mbox.Append(raw)
		if err != nil {
			return out, err
		}
		out = append(out, smtpsink.Delivery{Rcpt: rcpt, Account: user.Name(), Mailbox: mbox.Name(), UID: msg.UID})
	}
	return out, nil
}

// find is the account and mailbox of a recipient: an account's name or alias
// as it stands, else the account named like the local part at any domain,
// else the local part before "+", with what follows as the mailbox if that
// exists.
func (d deliverer) find(rcpt string) (*memstore.User, *memstore.Mailbox, bool) {
	if user, ok := d.store.User(rcpt); ok {
		return user, user.Inbox(), true
	}
	local, domain := cutLast(rcpt, "@")
	if user, ok := d.store.User(local); ok {
		return user, user.Inbox(), true
	}
	base, detail, ok := strings.Cut(local, "+")
	if !ok {
		return nil, nil, false
	}
	user, ok := d.store.User(base + domain)
	if !ok {
		if user, ok = d.store.User(base); !ok {
			return nil, nil, false
		}
	}
	if mbox, found := user.Mailbox(detail); found && !mbox.NoSelect() {
		return user, mbox, true
	}
	return user, user.Inbox(), true
}

// cutLast splits before the last sep; rest begins with it.
func cutLast(s, sep string) (before, rest string) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i:]
}
