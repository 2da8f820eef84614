// Package watcher tells of new mail as it comes: it idles, renews IDLE before the
// server would end it, and connects again when the connection is gone.
package watcher

import (
	"context"
	"errors"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Renewal is how long one IDLE lasts: RFC 2177 wants less than 29 minutes.
const Renewal = 25 * time.Minute

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
	selected, err := client.Select("INBOX", nil).Wait()
	if err != nil {
		return err
	}
	w.begin(selected)
	for {
		if err := w.fetch(client); err != nil {
			return err
		}
		if err := idle(ctx, client, news); err != nil {
			return err
		}
	}
}

// begin notes where new mail begins, unless an earlier session has.
func (w *Watcher) begin(selected *imap.SelectData) {
	if w.validity != selected.UIDValidity {
		w.validity, w.next = selected.UIDValidity, selected.UIDNext
	}
}

// fetch tells of the messages that have come since.
func (w *Watcher) fetch(client *imapclient.Client) error {
	since := imap.UIDSet{{Start: w.next, Stop: 0}}
	messages, err := client.Fetch(since, &imap.FetchOptions{UID: true, Envelope: true}).Collect()
	if err != nil {
		return err
	}
	for _, m := range messages {
		if m.UID < w.next { // n:* is the last message at least
			continue
		}
		if m.Envelope == nil {
			return errors.New("a FETCH response without an envelope")
		}
		w.Mail(m.UID, m.Envelope.Subject)
		w.next = m.UID + 1
	}
	return nil
}

// idle returns when there is news, and after Renewal to begin again.
func idle(ctx context.Context, client *imapclient.Client, news <-chan struct{}) error {
	cmd, err := client.Idle()
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
	if err := cmd.Close(); err != nil {
		return err
	}
	return <-ended
}
