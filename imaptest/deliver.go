package imaptest

import (
	"errors"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/patience"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/internal/transcript"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// startSink starts the SMTP server that files into the store. It has the clock, the log,
// the patience and the network of this one, unless its options say otherwise.
func (s *Server) startSink() (err error) {
	if !s.cfg.smtp {
		return nil
	}
	opts := append(s.cfg.sinkSettings(), smtpsink.WithMailboxes(mailboxes{s.core(), s}), smtpsink.WithClock(s.core().Now))
	if s.cfg.anyLogin {
		opts = append(opts, smtpsink.WithAuth(s.newcomers.smtp))
	} else {
		opts = append(opts, smtpsink.WithAccounts(smtpAccounts{store.Accounts{Store: s.core()}, s.cfg}))
	}
	if s.engine.Has(imap.CapURLAuth) {
		opts = append(opts, smtpsink.WithURLs(s.submitURL))
	}
	s.sink, err = smtpsink.New(append(opts, s.cfg.smtpOpts...)...)
	return err
}

// sinkSettings are what the SMTP server has of the options of this one.
func (c *config) sinkSettings() (opts []smtpsink.Option) {
	if c.Patience > 0 {
		opts = append(opts, smtpsink.WithPatience(c.Patience))
	}
	if c.InMemory {
		opts = append(opts, smtpsink.InMemory())
	}
	if c.Log != nil {
		opts = append(opts, smtpsink.WithLog(c.Log))
	}
	return opts
}

// wrongSMTP is what is wrong with the options of WithSMTP.
func (c *config) wrongSMTP() error {
	if !c.smtp {
		return nil
	}
	opts := append(c.sinkSettings(), smtpsink.WithAccounts(store.Accounts{})) // whose they are does not matter yet
	if c.anyLogin {
		opts = append(c.sinkSettings(), smtpsink.WithAuth(nil))
	}
	if patience.Bubble() {
		opts = append(opts, smtpsink.InMemory()) // what is wrong with another is said of this server
	}
	return smtpsink.Check(append(opts, c.smtpOpts...)...)
}

// submitURL is what BURL asks for (RFC 4468, section 6).
func (s *Server) submitURL(account, url string) ([]byte, error) {
	data, err := s.engine.SubmitURL(account, url)
	if errors.Is(err, imapd.ErrNotAuthorized) {
		return nil, &smtpsink.Error{Code: 554, Enhanced: [3]int{5, 7, 0}, Text: "IMAP URL authorization failed"}
	}
	return data, err
}

// mailboxes are those of a store, for mail that comes by SMTP.
type mailboxes struct {
	store *store.Store
	srv   *Server
}

// What follows up to Account is asked by smtpsink, and FileBy.

// History is where the steps of SMTP have their places.
func (m mailboxes) History() *history.History { return m.srv.rec.history }

// Keeps is how much of the dialogue is kept.
func (m mailboxes) Keeps(usual int) int { return max(usual, m.srv.rec.mail.bounds.transcript) }

// Dialogue is where it is.
func (m mailboxes) Dialogue(t *transcript.Transcript) { m.srv.rec.smtp = t }

// Failed records a failure, and returns its text, with who was refused as nobody's recipient.
func (m mailboxes) Failed(f history.Failure) string {
	f.Text = strings.Join(append([]string{f.Text}, m.srv.unknownRecipients()...), "\n")
	return m.srv.failed(f)
}

// Account: see [smtpsink.Mailboxes].
func (m mailboxes) Account(name string) (account string, found bool) {
	user, found := m.store.User(name)
	if !found {
		return "", false
	}
	return user.Name(), true
}

// Mailbox: see [smtpsink.Mailboxes].
func (m mailboxes) Mailbox(account, name string) (mailbox string, found bool) {
	user, found := m.store.User(account)
	if !found {
		return "", false
	}
	if strings.HasPrefix(name, `\`) {
		return specialUse(user, imap.MailboxAttr(name))
	}
	mbox, found := user.Mailbox(name)
	if !found || mbox.NoSelect() {
		return "", false
	}
	return mbox.Name(), true
}

// specialUse finds the mailbox of a special use (RFC 6154).
func specialUse(user *store.User, attr imap.MailboxAttr) (mailbox string, found bool) {
	for _, mbox := range user.Mailboxes() {
		for _, has := range mbox.SpecialUse() {
			if strings.EqualFold(string(has), string(attr)) && !mbox.NoSelect() {
				return mbox.Name(), true
			}
		}
	}
	return "", false
}

// File: see [smtpsink.Mailboxes].
func (m mailboxes) File(account, mailbox string, raw []byte, flags ...imap.Flag) (imap.UID, error) {
	return m.FileBy(0, account, mailbox, raw, flags...)
}

// FileBy is File for a step of SMTP, whose number the store has then.
func (m mailboxes) FileBy(step uint64, account, mailbox string, raw []byte, flags ...imap.Flag) (imap.UID, error) {
	user, found := m.store.User(account)
	if !found {
		return 0, smtpsink.UnknownUser(account)
	}
	mbox, found := user.Mailbox(mailbox)
	if !found {
		return 0, smtpsink.UnknownUser(account)
	}
	msg, err := mbox.As(nil).By(uint32(step)).Append(raw, store.WithFlags(flags...))
	if errors.Is(err, store.ErrOverQuota) {
		return 0, smtpsink.MailboxFull(account)
	}
	return msg.UID, err
}

// smtpAccounts are who may authenticate, with what the options say of them.
type smtpAccounts struct {
	store.Accounts
	cfg *config
}

// Guest and MayActAs are asked by internal/saslserver.

// Guest is whose account AUTH ANONYMOUS is.
func (a smtpAccounts) Guest() string { return a.cfg.guest }

// MayActAs says whether an account may act as another.
func (a smtpAccounts) MayActAs(account, other string) bool { return a.cfg.mayActAs(account, other) }
