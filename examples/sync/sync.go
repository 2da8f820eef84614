// Package sync keeps a local copy of a mailbox: one way, with CONDSTORE (RFC
// 7162), and so that it can break off anywhere and go on later.
package sync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Timeout is how long one command may take.
const Timeout = 30 * time.Second

// Message is what the copy has of a message.
type Message struct {
	Subject string
	Flags   string // sorted
}

// Copy is the local copy.
type Copy struct {
	Messages map[imap.UID]Message

	validity uint32
	modseq   uint64 // up to which all changes are in Messages
}

// String is the copy's messages as a text, without their UIDs.
func (c *Copy) String() string {
	var lines []string
	for _, m := range c.Messages {
		lines = append(lines, strings.TrimRight(m.Subject+" "+m.Flags, " "))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// Syncer syncs one mailbox.
type Syncer struct {
	Dial    func(ctx context.Context) (*imapclient.Client, error) // logged in
	Mailbox string
	Copy    Copy
}

// Sync brings the copy up to date, once. After an error the copy is as good as
// before: what has been read is used, what has not is read the next time.
func (s *Syncer) Sync(ctx context.Context) error {
	client, err := s.Dial(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	selected, err := within(client, client.Select(s.Mailbox, &imap.SelectOptions{ReadOnly: true, CondStore: true}).Wait)
	if err != nil {
		return err
	}
	if selected.UIDValidity == 0 || selected.HighestModSeq == 0 {
		return errors.New("the server names no UIDVALIDITY or no HIGHESTMODSEQ")
	}
	if s.Copy.Messages == nil || s.Copy.validity != selected.UIDValidity {
		s.Copy = Copy{Messages: make(map[imap.UID]Message), validity: selected.UIDValidity}
	}
	present, err := s.present(client, selected.NumMessages)
	if err != nil {
		return err
	}
	told, err := s.changed(client)
	if err != nil {
		return err
	}
	s.forget(present)
	if err := s.complete(present, told); err != nil {
		s.Copy.modseq = 0 // read all of it the next time
		return err
	}
	s.Copy.modseq = selected.HighestModSeq
	return nil
}

// within gives a command some time, and closes the connection after it.
func within[T any](client *imapclient.Client, wait func() (T, error)) (T, error) {
	limit := time.AfterFunc(Timeout, func() { client.Close() })
	defer limit.Stop()
	return wait()
}

// present are the messages that there are.
func (s *Syncer) present(client *imapclient.Client, want uint32) (map[imap.UID]bool, error) {
	data, err := within(client, client.UIDSearch(&imap.SearchCriteria{}, nil).Wait)
	if err != nil {
		return nil, err
	}
	present := make(map[imap.UID]bool)
	for _, uid := range data.AllUIDs() {
		present[uid] = true
	}
	if uint32(len(present)) < want {
		return nil, fmt.Errorf("SEARCH finds %d messages of %d", len(present), want)
	}
	return present, nil
}

// changed reads what has changed since the last time, and says of which messages it has been
// told.
func (s *Syncer) changed(client *imapclient.Client) (told map[imap.UID]bool, err error) {
	options := &imap.FetchOptions{UID: true, Flags: true, Envelope: true, ModSeq: true, ChangedSince: max(s.Copy.modseq, 1)}
	fetch := client.Fetch(imap.UIDSet{{Start: 1, Stop: 0}}, options)
	messages, err := within(client, func() ([]fetched, error) { return readAll(fetch) })
	if err != nil {
		return nil, err
	}
	for _, m := range messages {
		if !m.isWhole() {
			return nil, errors.New("a FETCH response without what was asked for")
		}
	}
	told = make(map[imap.UID]bool)
	for _, m := range messages {
		s.Copy.Messages[m.uid] = Message{m.envelope.Subject, flagText(m.flags.Flags)}
		told[m.uid] = true
	}
	return told, nil
}

// forget removes what is gone.
func (s *Syncer) forget(present map[imap.UID]bool) {
	for uid := range s.Copy.Messages {
		if !present[uid] {
			delete(s.Copy.Messages, uid)
		}
	}
}

// complete checks that nothing is missing: a server or a wire that loses
// responses must not leave a hole that no later CHANGEDSINCE would fill. Where all is read,
// which CHANGEDSINCE 1 asks for, all must have been told: what is known of a message may be old.
func (s *Syncer) complete(present, told map[imap.UID]bool) error {
	for uid := range present {
		if _, known := s.Copy.Messages[uid]; !known || s.Copy.modseq <= 1 && !told[uid] {
			return fmt.Errorf("message %d is missing", uid)
		}
	}
	return nil
}
