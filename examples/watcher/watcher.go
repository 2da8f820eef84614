// Package watcher tells of new mail as it comes: it idles, renews IDLE before the
// server would end it, and connects again when the connection is gone. No command lasts
// for ever, and a mailbox that has got a new UIDVALIDITY hides no mail.
package watcher

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Renewal is how long one IDLE lasts: RFC 2177 wants less than 29 minutes.
const Renewal = 25 * time.Minute

// Timeout is how long a command may take, but for IDLE while it idles.
const Timeout = time.Minute

// The pauses between two tries to connect: the first, and the longest.
const (
	FirstPause = time.Second
	MaxPause   = 5 * time.Minute
)

// Watcher watches one mailbox.
type Watcher struct {
	// Dial connects and logs in. The client must have the options.
	Dial func(ctx context.Context, options *imapclient.Options) (*imapclient.Client, error)
	// Mail is called for every new message, once.
	Mail func(uid imap.UID, subject string)

	next     imap.UID // the first UID that has not been told of
	validity uint32
	known    map[string]bool // messages that were told of or were there before, whatever their UIDs
}

// Run watches until the context ends, whatever happens to the connection.
func (w *Watcher) Run(ctx context.Context) error {
	pause := FirstPause
	for {
		began := time.Now()
		err := w.session(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil || time.Since(began) > MaxPause {
			pause = FirstPause // it had worked
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		pause = min(2*pause, MaxPause)
	}
}

// session is one connection, from its beginning to its end.
func (w *Watcher) session(ctx context.Context) error {
	news := make(chan struct{}, 1)
	options := &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages == nil {
				return
			}
			select {
			case news <- struct{}{}:
			default:
			}
		},
	}}
	client, err := w.Dial(ctx, options)
	if err != nil {
		return err
	}
	defer client.Close()
	stop := context.AfterFunc(ctx, func() { client.Close() })
	defer stop()
	selected, err := within(client, client.Select("INBOX", nil).Wait)
	if err != nil {
		return err
	}
	if err := w.begin(client, selected); err != nil {
		return err
	}
	for {
		if err := w.tellNew(client); err != nil {
			return err
		}
		if err := idle(ctx, client, news); err != nil {
			return err
		}
	}
}

// within gives a command some time, and closes the connection after it.
func within[T any](client *imapclient.Client, wait func() (T, error)) (T, error) {
	limit := time.AfterFunc(Timeout, func() { client.Close() })
	defer limit.Stop()
	return wait()
}

// begin notes where new mail begins, unless an earlier session has. Under another
// UIDVALIDITY UIDs say nothing of what is new: what is not known is.
func (w *Watcher) begin(client *imapclient.Client, selected *imap.SelectData) error {
	if selected.UIDValidity == 0 || selected.UIDNext == 0 {
		return errors.New("the server names no UIDVALIDITY or no UIDNEXT")
	}
	if w.validity == selected.UIDValidity {
		return nil
	}
	messages, err := fetch(client, 1)
	if err != nil {
		return err
	}
	first := w.known == nil
	if first {
		w.known = make(map[string]bool)
	}
	next := selected.UIDNext
	for _, m := range messages {
		switch {
		case first && m.UID < selected.UIDNext:
			w.known[key(m)] = true
		case first:
			// It has come since: tellNew finds it.
		case !w.known[key(m)]:
			w.tell(m)
			fallthrough
		default:
			next = max(next, m.UID+1)
		}
	}
	w.validity, w.next = selected.UIDValidity, next
	return nil
}

// key tells messages apart: by Message-ID, or what else a message has of its own.
func key(m *imapclient.FetchMessageBuffer) string {
	if id := m.Envelope.MessageID; id != "" {
		return id
	}
	return fmt.Sprint(m.Envelope.Date, m.Envelope.Subject, m.Envelope.From)
}

func (w *Watcher) tell(m *imapclient.FetchMessageBuffer) {
	w.known[key(m)] = true
	w.Mail(m.UID, m.Envelope.Subject)
}

// fetch reads the envelopes from a UID on. n:* is the last message at least, and may be
// one below n.
func fetch(client *imapclient.Client, from imap.UID) ([]*imapclient.FetchMessageBuffer, error) {
	since := imap.UIDSet{{Start: from, Stop: 0}}
	messages, err := within(client, client.Fetch(since, &imap.FetchOptions{UID: true, Envelope: true}).Collect)
	if err != nil {
		return nil, err
	}
	var out []*imapclient.FetchMessageBuffer
	for _, m := range messages {
		switch {
		case m.UID == 0 || m.Envelope == nil && m.UID >= from:
			return nil, errors.New("a FETCH response without UID or envelope")
		case m.UID >= from:
			out = append(out, m)
		}
	}
	return out, nil
}

// tellNew tells of the messages that have come since.
func (w *Watcher) tellNew(client *imapclient.Client) error {
	messages, err := fetch(client, w.next)
	if err != nil {
		return err
	}
	for _, m := range messages {
		w.tell(m)
		w.next = m.UID + 1
	}
	return nil
}

// idle returns when there is news, and after Renewal to begin again.
func idle(ctx context.Context, client *imapclient.Client, news <-chan struct{}) error {
	cmd, err := within(client, client.Idle)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-news:
	case <-time.After(Renewal):
	case <-ctx.Done():
		return ctx.Err()
	case err := <-ended:
		if err == nil {
			err = errors.New("the server ended IDLE")
		}
		return err
	}
	_, err = within(client, func() (struct{}, error) {
		if err := cmd.Close(); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, <-ended
	})
	return err
}
