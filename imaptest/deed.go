package imaptest

import (
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/memstore"
)

// deed is something that the test does, as it is recorded: by its number the store knows who
// has changed the mail.
type deed struct {
	history *history.History
	act     *history.Act
}

// deed begins one. What is called by the test is found out when somebody asks.
func (s *Server) deed(args ...string) deed {
	h := s.rec.history
	return deed{h, h.Begin(history.Act{Kind: history.Deed, Args: strings.Join(args, " ")})}
}

// done is its end.
func (d deed) done() { d.history.Finish(d.act, "") }

// by is its number as the store has it.
func (d deed) by() uint32 { return uint32(d.act.Seq) }

// in is a mailbox that the test changes.
func (d deed) in(mbox *memstore.Mailbox) store.Numbered {
	return (*store.Mailbox)(mbox).As(nil).By(d.by())
}

// of is an account whose mailboxes the test changes.
func (d deed) of(user *memstore.User) store.Acting { return (*store.User)(user).By(d.by()) }

// uidArgs are UIDs as an argument.
func uidArgs(uids ...imap.UID) string {
	set := imap.UIDSetNum(uids...)
	return set.String()
}

// flagArgs are flags as an argument.
func flagArgs(flags []imap.Flag) string { return strings.Trim(fmt.Sprint(flags), "[]") }

// capArgs are capabilities as an argument.
func capArgs(caps []imap.Cap) string { return strings.Trim(fmt.Sprint(caps), "[]") }
