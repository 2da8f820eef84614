package compare

import (
	"io"
	"log"
	"slices"

	"github.com/emersion/go-imap/backend/memory"
	"github.com/emersion/go-imap/server"
)

// startOld is the memory backend of go-imap's version 1. It has one account with one
// message, which makes room for others.
func startOld(s setup) (*played, error) {
	be := memory.New()
	if err := fillOld(be, s.mail); err != nil {
		return nil, err
	}
	srv := server.New(be)
	srv.AllowInsecureAuth = true
	srv.ErrorLog = log.New(io.Discard, "", 0)
	addr, err := serve(srv.Serve)
	if err != nil {
		return nil, err
	}
	return &played{IMAP: addr, end: func() { srv.Close() }, calls: map[string]func(request) error{
		"make files":   s.files.make,
		"load":         func(request) error { return fillOld(memory.New(), slices.Collect(s.files.raws())) },
		"append files": func(request) error { return fillOld(memory.New(), s.files.list) },
	}}, nil
}

// fillOld puts the messages in, past CreateMessage, which looks at all that are there to
// number one more.
func fillOld(be *memory.Backend, all [][]byte) error {
	user, err := be.Login(nil, "username", "password")
	if err != nil {
		return err
	}
	if err := user.CreateMailbox("Archive"); err != nil {
		return err
	}
	inbox, err := user.GetMailbox("INBOX")
	if err != nil {
		return err
	}
	box := inbox.(*memory.Mailbox)
	box.Messages = nil
	for i, raw := range all {
		box.Messages = append(box.Messages, &memory.Message{
			Uid: uint32(i + 1), Size: uint32(len(raw)), Body: raw, Date: past,
		})
	}
	return nil
}
