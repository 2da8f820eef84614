package api

import (
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// Mailbox says which mailbox is meant.
type Mailbox struct {
	Account string `json:"account,omitempty" doc:"the account; the first if it is left out"`
	Mailbox string `json:"mailbox,omitempty" doc:"the mailbox; INBOX if it is left out"`
}

// of is the mailbox at the server; it may not be there.
func (m Mailbox) of(srv *imaptest.Server) imaptest.Mailbox {
	name := m.Mailbox
	if name == "" {
		name = "INBOX"
	}
	if m.Account == "" {
		return srv.Mailbox(name)
	}
	return srv.User(m.Account).Mailbox(name)
}

// Deliver is a message to put into a mailbox.
type Deliver struct {
	Mailbox
	Message string    `json:"message,omitempty" body:"message/rfc822" doc:"the message, header and body; as bytes in a body of type message/rfc822"`
	Base64  []byte    `json:"base64,omitempty" doc:"the message in base64, where it is not UTF-8"`
	Flags   []string  `json:"flags,omitempty" doc:"its flags"`
	Date    time.Time `json:"date,omitzero" doc:"its internal date; now if it is left out"`
}

// UID is the UID of a message.
type UID struct {
	UID uint32 `json:"uid" doc:"the UID that the message has"`
}

func (c *call) deliver(in Deliver) (out UID, err error) {
	raw := []byte(in.Message)
	switch {
	case len(raw) > 0 && len(in.Base64) > 0:
		return out, wrong("message and base64: want one of them")
	case len(raw) == 0:
		raw = in.Base64
	}
	if len(raw) == 0 {
		return out, wrong("message: it is missing")
	}
	opts := []memstore.AppendOption{memstore.WithFlags(flagsOf(in.Flags)...)}
	if !in.Date.IsZero() {
		opts = append(opts, memstore.WithInternalDate(in.Date))
	}
	err = c.tell(func(t imaptest.TB) { out.UID = uint32(in.of(c.srv).Deliver(t, raw, opts...)) })
	return out, err
}

// Flags are flags to add and to take away.
type Flags struct {
	Mailbox
	UIDs   []uint32 `json:"uids" doc:"the messages"`
	Add    []string `json:"add,omitempty" doc:"flags to add"`
	Remove []string `json:"remove,omitempty" doc:"flags to take away"`
}

func (c *call) flags(in Flags) (none, error) {
	if len(in.UIDs) == 0 || len(in.Add)+len(in.Remove) == 0 {
		return none{}, wrong("want uids, and flags to add or to remove")
	}
	return none{}, c.tell(func(t imaptest.TB) {
		mbox := in.of(c.srv)
		for _, uid := range in.UIDs {
			if len(in.Add) > 0 {
				mbox.AddFlags(t, imap.UID(uid), flagsOf(in.Add)...)
			}
			if len(in.Remove) > 0 {
				mbox.RemoveFlags(t, imap.UID(uid), flagsOf(in.Remove)...)
			}
		}
	})
}

// Messages are messages of a mailbox.
type Messages struct {
	Mailbox
	UIDs []uint32 `json:"uids" doc:"the messages"`
}

func (c *call) expunge(in Messages) (none, error) {
	if len(in.UIDs) == 0 {
		return none{}, wrong("want uids")
	}
	return none{}, c.tell(func(t imaptest.TB) { in.of(c.srv).Expunge(t, uidsOf(in.UIDs)...) })
}

// Move are messages, and where they are to go.
type Move struct {
	Messages
	To string `json:"to" doc:"the mailbox to move them to"`
}

func (c *call) move(in Move) (none, error) {
	if len(in.UIDs) == 0 {
		return none{}, wrong("want uids")
	}
	return none{}, c.tell(func(t imaptest.TB) { in.of(c.srv).Move(t, in.To, uidsOf(in.UIDs)...) })
}

func (c *call) createMailbox(in Mailbox) (none, error) {
	return none{}, c.tell(func(t imaptest.TB) { in.of(c.srv).Create(t) })
}

// Rename is a mailbox and its new name.
type Rename struct {
	Mailbox
	To string `json:"to" doc:"the new name"`
}

func (c *call) renameMailbox(in Rename) (none, error) {
	return none{}, c.tell(func(t imaptest.TB) { in.of(c.srv).Rename(t, in.To) })
}

func (c *call) deleteMailbox(in Mailbox) (none, error) {
	return none{}, c.tell(func(t imaptest.TB) { in.of(c.srv).Delete(t) })
}

// Validity is a UIDVALIDITY.
type Validity struct {
	UIDValidity uint32 `json:"uidValidity" doc:"the new one"`
}

func (c *call) bumpUIDValidity(in Mailbox) (out Validity, err error) {
	err = c.tell(func(t imaptest.TB) { out.UIDValidity = in.of(c.srv).BumpUIDValidity(t) })
	return out, err
}

// Account is an account to add.
type Account struct {
	Name     string `json:"name"`
	Password string `json:"password"`
}

func (c *call) addAccount(in Account) (none, error) {
	return none{}, c.tell(func(t imaptest.TB) { c.srv.AddUser(t, in.Name, in.Password) })
}

// Token is an OAuth token.
type Token struct {
	Account string    `json:"account"`
	Token   string    `json:"token"`
	Expires time.Time `json:"expires,omitzero" doc:"when it expires; never if it is left out"`
}

func (c *call) setToken(in Token) (none, error) {
	return none{}, c.tell(func(t imaptest.TB) { c.srv.User(in.Account).SetToken(t, in.Token, in.Expires) })
}

func flagsOf(names []string) []imap.Flag {
	flags := make([]imap.Flag, len(names))
	for i, name := range names {
		flags[i] = imap.Flag(name)
	}
	return flags
}

func namesOf(flags []imap.Flag) []string {
	names := make([]string, len(flags))
	for i, flag := range flags {
		names[i] = string(flag)
	}
	return names
}

func uidsOf(numbers []uint32) []imap.UID {
	uids := make([]imap.UID, len(numbers))
	for i, n := range numbers {
		uids[i] = imap.UID(n)
	}
	return uids
}
