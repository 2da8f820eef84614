package imaptest

import (
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/memstore"
)

// Grant changes what an account, or "anyone", may do with the mailbox, as another session
// would: see [memstore.Mailbox.Grant], with which a name can be put on the list that is no
// account's. Here it fails the test.
func (m Mailbox) Grant(t TB, identifier, rights string) {
	t.Helper()
	mbox := m.find(t)
	if mbox == nil {
		return // t.Fatalf of a fake TB returned
	}
	if wrong := m.account.srv.wrongIdentifier(identifier); wrong != "" {
		m.account.srv.fatalf(t, "grant %s of %s to %s: %s", rights, m.name, identifier, wrong)
		return
	}
	d := m.account.srv.deed(m.name, identifier, rights)
	defer d.done()
	change, err := store.ParseRightsChange(rights)
	if err == nil {
		err = d.in(mbox).Grant(identifier, change)
	}
	if err != nil {
		m.account.srv.fatalf(t, "grant %s of %s to %s: %s", rights, m.name, identifier, strings.TrimPrefix(err.Error(), "memstore: "))
	}
}

// wrongIdentifier says why nobody is meant by what stands in an access control list, "" if
// somebody is.
func (s *Server) wrongIdentifier(identifier string) string {
	known, err := s.core().Identifier(identifier)
	name := strings.TrimPrefix(known, "-")
	if err != nil || name == store.Anyone || s.cfg.anyLogin {
		return "" // what is no identifier at all is refused by Grant
	}
	if _, found := s.Store().User(name); found {
		return ""
	}
	return s.User(name).missing()
}

// AssertRights checks what an account may do with the mailbox, by whatever grants: letters
// of RFC 4314 in any order, and c and d for kx and te.
func (m Mailbox) AssertRights(t TB, account, want string) {
	t.Helper()
	mbox, found := m.check(t)
	if !found {
		return
	}
	user, found := m.account.srv.Store().User(account)
	if !found {
		m.account.srv.errorf(t, "AssertRights: %s", m.account.srv.User(account).missing())
		return
	}
	rights, err := store.ParseRights(want)
	if err != nil {
		m.account.srv.errorf(t, "AssertRights: %s", strings.TrimPrefix(err.Error(), "memstore: "))
		return
	}
	if got := mbox.Rights(user); got != rights.String() {
		m.account.srv.fail(t, fmt.Sprintf("%s: rights of %s", m.title(), user.Name()), gotWant(quoteWord(got), quoteWord(rights.String())), m)
		return
	}
	m.held(user.Name(), rights.String())
}

// seenMessage finds a message as the account sees it, whose own \Seen may be another than that
// of who owns the mailbox.
func (m Mailbox) seenMessage(mbox *memstore.Mailbox, uid imap.UID) (memstore.Message, bool) {
	msg, found := mbox.Message(uid)
	if !found || !mbox.Oddities().SeenPerUser {
		return msg, found
	}
	for _, msg := range m.seen(mbox) {
		if msg.UID == uid {
			return msg, true
		}
	}
	return msg, false
}

// seen are the messages as the account sees them.
func (m Mailbox) seen(mbox *memstore.Mailbox) []memstore.Message {
	user, found := m.account.srv.Store().User(m.account.name)
	if !found {
		return mbox.Messages()
	}
	return mbox.MessagesFor(user)
}
