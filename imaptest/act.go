package imaptest

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/memstore"
)

// Deliver puts a message into the mailbox as another session would: clients
// that idle in it hear of it. It returns the message's UID.
func (m Mailbox) Deliver(t TB, raw []byte, opts ...memstore.AppendOption) imap.UID {
	t.Helper()
	if !m.exists() {
		m.account.srv.fatal(t, m.missing()+"; Create makes one", "", m)
		return 0 // t.Fatalf of a fake TB returned
	}
	mbox := m.find(t)
	d := m.account.srv.deed(m.name)
	defer d.done()
	msg, err := d.in(mbox).Append(raw, appendOptions(opts)...)
	if err != nil {
		m.account.srv.fatalf(t, "deliver into %s: %v", m.name, err)
	}
	return msg.UID
}

// appendOptions are those of the store.
func appendOptions(opts []memstore.AppendOption) []store.AppendOption {
	out := make([]store.AppendOption, len(opts))
	for i, opt := range opts {
		out[i] = store.AppendOption(opt)
	}
	return out
}

// AddFlags sets flags as another session would. A system flag without its backslash
// stops the test: "Seen" would be a keyword, and [memstore.Keyword] is for who means that.
func (m Mailbox) AddFlags(t TB, uid imap.UID, flags ...imap.Flag) {
	t.Helper()
	m.store(t, uid, imap.StoreFlagsAdd, flags)
}

// RemoveFlags takes flags away as another session would.
func (m Mailbox) RemoveFlags(t TB, uid imap.UID, flags ...imap.Flag) {
	t.Helper()
	m.store(t, uid, imap.StoreFlagsDel, flags)
}

func (m Mailbox) store(t TB, uid imap.UID, op imap.StoreFlagsOp, flags []imap.Flag) {
	t.Helper()
	m.message(t, uid)
	mbox := m.find(t)
	d := m.account.srv.deed(m.name, uidArgs(uid), flagArgs(flags))
	defer d.done()
	if err := d.in(mbox).Store(imap.UIDSetNum(uid), op, flags...); err != nil {
		m.account.srv.fatalf(t, "%s, UID %d: %v", m.name, uid, err)
	}
}

// Expunge removes messages, whatever their flags, as another session would.
// A UID that is not there stops the test and nothing is removed.
func (m Mailbox) Expunge(t TB, uids ...imap.UID) {
	t.Helper()
	for _, uid := range uids {
		m.message(t, uid)
	}
	mbox := m.find(t)
	d := m.account.srv.deed(m.name, uidArgs(uids...))
	defer d.done()
	if _, err := d.in(mbox).Expunge(imap.UIDSetNum(uids...)); err != nil {
		m.account.srv.fatalf(t, "expunge from %s: %v", m.name, err)
	}
}

// BumpUIDValidity gives the mailbox a new UIDVALIDITY, as a server does that
// has been restored from a backup: clients must throw away what they know.
func (m Mailbox) BumpUIDValidity(t TB) uint32 {
	t.Helper()
	mbox := m.find(t)
	if mbox == nil {
		return 0 // t.Fatalf of a fake TB returned
	}
	d := m.account.srv.deed(m.name)
	defer d.done()
	return d.in(mbox).BumpUIDValidity()
}

// message finds one message by UID, or stops the test.
func (m Mailbox) message(t TB, uid imap.UID) memstore.Message {
	t.Helper()
	msg, found := m.find(t).Message(uid)
	if !found {
		m.account.srv.fatal(t, m.noMessage(uid), "", m)
	}
	return msg
}

func (m Mailbox) noMessage(uid imap.UID) string {
	return m.title() + ": no message with UID " + formatUID(uid)
}
