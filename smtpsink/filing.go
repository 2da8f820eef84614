package smtpsink

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// Deliverer files mail in a way of the test's own.
type Deliverer interface {
	// Verify is asked at RCPT. An [*Error] is the reply of a refusal.
	Verify(rcpt string) error
	// Deliver is called once a message, with LMTP once a recipient, when all of it
	// is there. It files a copy for every recipient or, with an error, for none, and
	// returns the deliveries in the order of the recipients.
	Deliver(env Envelope, raw []byte) ([]Delivery, error)
}

// Mailboxes are where the sink files mail itself: the accounts of a mail store.
// imaptest.WithSMTP brings those of its server.
type Mailboxes interface {
	// Account finds an account by name or alias, in any case.
	Account(name string) (account string, found bool)
	// Mailbox finds a mailbox of an account: by name, or by a special use such as
	// \Junk (RFC 6154).
	Mailbox(account, name string) (mailbox string, found bool)
	// File adds a message. Its bytes must not be modified.
	File(account, mailbox string, raw []byte, flags ...imap.Flag) (imap.UID, error)
}

// Place is where a copy goes. An empty Account leaves the recipient to the sink's
// own rules, an empty Mailbox the choice of the mailbox.
type Place struct{ Account, Mailbox string }

const inbox = "INBOX"

// verify says whether there is a place for a recipient's mail, whose bytes are yet to come.
func (s *Sink) verify(m *Message, rcpt Recipient) error {
	switch {
	case s.cfg.deliverer != nil:
		return s.cfg.deliverer.Verify(rcpt.Addr)
	case s.cfg.mailboxes != nil:
		if _, err := s.place(m, rcpt); !errors.Is(err, errRelayed) {
			return err
		}
	}
	return nil
}

// errEnded is why a message was not filed for all: the sink was closed meanwhile.
var errEnded = errors.New("the connection has ended")

// errRelayed is why a recipient has no place here, with Relay.
var errRelayed = errors.New("the recipient's mail is sent on")

// deliver files the copies of a message. A Delivery without a copy says why. When the
// sink is closed the rest is left; a client that is gone changes nothing.
func (s *Sink) deliver(m *Message, closed <-chan struct{}) ([]Delivery, error) {
	switch {
	case s.cfg.deliverer != nil:
		return s.cfg.deliverer.Deliver(m.Envelope, m.Raw)
	case s.cfg.mailboxes == nil:
		return nil, nil
	}
	id := s.nextID()
	out := make([]Delivery, len(m.To))
	for i, rcpt := range m.To {
		select {
		case <-closed:
			return nil, errEnded
		default:
			out[i] = s.fileCopy(m, rcpt, id)
		}
	}
	return out, nil
}

// fileCopy files the copy of one recipient.
func (s *Sink) fileCopy(m *Message, rcpt Recipient, id string) Delivery {
	d := Delivery{Rcpt: rcpt.Addr}
	to, err := s.place(m, rcpt)
	if d.Relayed = errors.Is(err, errRelayed); d.Relayed {
		return d
	}
	if err != nil {
		d.Failure = asError(err)
		return d
	}
	d.Account, d.Mailbox = to.Account, to.Mailbox
	key, isDuplicate := s.duplicate(to, m)
	if d.Duplicate = isDuplicate; isDuplicate {
		return d
	}
	body := s.withTrace(m, rcpt, id)
	for range s.cfg.copies {
		if s.put(m, &d, body); d.Failure != nil {
			s.unsee(key)
			break
		}
	}
	return d
}

// put files a copy where it belongs, or notes why it cannot.
func (s *Sink) put(m *Message, d *Delivery, raw []byte, flags ...imap.Flag) {
	uid, err := s.cfg.fileBy(m.step, d, raw, flags...)
	if err != nil {
		d.Failure = asError(err)
		return
	}
	d.UID = uid
}

// place finds where a recipient's mail goes; at RCPT there is no message yet. The recipient
// is an account's name or alias as it stands; or its local part is, at whatever
// domain; or its local part before "+", and then what follows is a mailbox, if
// there is such a one.
func (s *Sink) place(m *Message, rcpt Recipient) (Place, error) {
	to, detail, err := s.account(m, rcpt)
	if err != nil {
		return Place{}, err
	}
	if to.Mailbox, err = s.mailbox(to, detail, m); err != nil {
		return Place{}, err
	}
	if s.isFull(to) {
		return Place{}, MailboxFull(rcpt.Addr)
	}
	return to, nil
}

// account finds the account, and the detail of a subaddress (RFC 5233).
func (s *Sink) account(m *Message, rcpt Recipient) (to Place, detail string, err error) {
	if f := s.cfg.placeBy; f != nil {
		if to, err = f(m.Envelope, rcpt, m.Raw); err != nil {
			return to, "", err
		}
		if name := to.Account; name != "" {
			var found bool
			if to.Account, found = s.cfg.mailboxes.Account(name); !found {
				err = &Error{550, [3]int{5, 1, 1}, "<" + rcpt.Addr + ">: PlaceBy names account " + name + ", which there is not"}
			}
			return to, "", err
		}
	}
	account, detail, found := s.owner(rcpt.Addr)
	if !found && s.cfg.catchAll != "" {
		account, found = s.cfg.mailboxes.Account(s.cfg.catchAll)
	}
	switch {
	case !found && s.cfg.relay:
		return to, "", errRelayed
	case !found:
		return to, "", UnknownUser(rcpt.Addr)
	}
	to.Account = account
	return to, detail, nil
}

// owner is the account that an address belongs to, and the detail of a subaddress.
func (s *Sink) owner(addr string) (account, detail string, found bool) {
	local, domain := addr, ""
	if i := strings.LastIndexByte(addr, '@'); i >= 0 {
		local, domain = addr[:i], addr[i:]
	}
	base, detail, _ := strings.Cut(local, "+")
	for _, try := range []struct{ name, detail string }{{addr, ""}, {local, ""}, {base + domain, detail}, {base, detail}} {
		if account, found := s.cfg.mailboxes.Account(try.name); found && try.name != "" {
			return account, try.detail, true
		}
	}
	return "", "", false
}

// mailbox chooses the mailbox: that of the test's own function; else Junk by header, or
// the detail of a subaddress, where there is such a mailbox; that of Into, INBOX.
func (s *Sink) mailbox(to Place, detail string, m *Message) (string, error) {
	var names []string
	if to.Mailbox == "" && s.isJunk(m) {
		names = append(names, string(imap.MailboxAttrJunk))
	}
	if to.Mailbox == "" && detail != "" {
		names = append(names, detail)
	}
	last := cmp.Or(to.Mailbox, s.cfg.into)
	for _, name := range append(names, last) {
		if mailbox, found := s.cfg.mailboxes.Mailbox(to.Account, name); found {
			return mailbox, nil
		}
	}
	return "", &Error{550, [3]int{5, 2, 0}, "account " + to.Account + " has no mailbox " + last}
}

// isJunk looks for the header field of JunkIf.
func (s *Sink) isJunk(m *Message) bool {
	return s.cfg.junkField != "" && slices.ContainsFunc(m.values(s.cfg.junkField), func(value string) bool {
		return s.cfg.junkValue == "" || strings.EqualFold(value, s.cfg.junkValue)
	})
}

// values are those of the header fields of a name, without the spaces around them; none
// while the message has yet to come.
func (m *Message) values(name string) (out []string) {
	for _, field := range m.tree().Fields() {
		if strings.EqualFold(field.Name, name) {
			out = append(out, strings.TrimSpace(field.Unfolded()))
		}
	}
	return out
}

// SetFull makes a mailbox full, so that mail for it is refused with 552 5.2.2, or
// gives it room again. An empty mailbox is all of the account's. What there is not
// stops the test.
func (s *Sink) SetFull(t TB, account, mailbox string, full bool) {
	t.Helper()
	if s.cfg.mailboxes == nil {
		t.Fatalf("SetFull: the sink files into no mailboxes")
		return
	}
	to := Place{}
	found := false
	if to.Account, found = s.cfg.mailboxes.Account(account); !found {
		t.Fatalf("SetFull: there is no account %q", account)
		return
	}
	if mailbox != "" {
		if to.Mailbox, found = s.cfg.mailboxes.Mailbox(to.Account, mailbox); !found {
			t.Fatalf("SetFull: account %q has no mailbox %q", account, mailbox)
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.full[to] = full
}

func (s *Sink) isFull(to Place) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.full[to] || s.full[Place{to.Account, ""}]
}

// filedID is a Message-ID in a mailbox.
type filedID struct {
	Place
	messageID string
}

// duplicate says whether a mailbox has had a message with this Message-ID, and
// remembers that it has; unsee is for one that could not be filed after all.
func (s *Sink) duplicate(to Place, m *Message) (key filedID, before bool) {
	if !s.cfg.suppress {
		return key, false
	}
	ids := m.values("Message-ID")
	if len(ids) == 0 || ids[0] == "" {
		return key, false
	}
	key = filedID{to, ids[0]}
	s.mu.Lock()
	defer s.mu.Unlock()
	before = s.seen[key]
	s.seen[key] = true
	return key, before
}

func (s *Sink) unsee(key filedID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.seen, key)
}

// saveSent files the sender's own copy, with SaveSent.
func (s *Sink) saveSent(m *Message) *Delivery {
	if !s.cfg.saveSent || m.Auth == "" || s.cfg.mailboxes == nil {
		return nil
	}
	account, found := s.cfg.mailboxes.Account(m.Auth)
	if !found {
		return nil
	}
	d := &Delivery{Rcpt: m.Auth, Account: account}
	if d.Mailbox, found = s.cfg.mailboxes.Mailbox(account, string(imap.MailboxAttrSent)); !found {
		d.Failure = &Error{550, [3]int{5, 2, 0}, "account " + account + ` has no mailbox for \Sent`}
		return d
	}
	s.put(m, d, m.Raw, imap.FlagSeen)
	return d
}
