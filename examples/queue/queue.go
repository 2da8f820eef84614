// Package queue takes mail for jobs: each message in INBOX is worked on and moved
// to Done. A job is done once, even where the connection breaks between the work
// and the MOVE, or between the MOVE and its answer.
package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Timeout is how long one command may take.
const Timeout = 30 * time.Second

// Job is what a message asks for.
type Job struct {
	ID      string // the Message-ID
	Subject string
}

// Consumer does jobs.
type Consumer struct {
	Dial func(ctx context.Context) (*imapclient.Client, error) // logged in
	// Do does a job. After an error the message stays where it is.
	Do func(Job) error
	// Done remembers the jobs that were done, by ID: in a database, in the
	// transaction that does the work. MOVE alone cannot tell: its answer may be
	// lost.
	Done map[string]bool
}

// Drain does all jobs that wait, and returns how many it did.
func (c *Consumer) Drain(ctx context.Context) (int, error) {
	client, err := c.Dial(ctx)
	if err != nil {
		return 0, err
	}
	defer client.Close()
	// Without MOVE the client would send COPY and EXPUNGE, and look at no answer between them.
	if caps, err := within(client, func() (imap.CapSet, error) { return client.Caps(), nil }); err != nil || !caps.Has(imap.CapMove) {
		return 0, errors.New("the server has no MOVE")
	}
	if _, err := within(client, client.Select("INBOX", nil).Wait); err != nil {
		return 0, err
	}
	all := imap.UIDSet{{Start: 1, Stop: 0}}
	fetch := client.Fetch(all, &imap.FetchOptions{UID: true, Envelope: true})
	messages, err := within(client, fetch.Collect)
	if err != nil {
		return 0, err
	}
	done := 0
	for _, m := range messages {
		did, err := c.one(client, m)
		if err != nil {
			return done, err
		}
		if did {
			done++
		}
	}
	return done, nil
}

// one does a job, unless it has been done, and moves its message away.
func (c *Consumer) one(client *imapclient.Client, m *imapclient.FetchMessageBuffer) (did bool, err error) {
	if m.UID == 0 || m.Envelope == nil || m.Envelope.MessageID == "" {
		return false, errors.New("a message without UID or Message-ID")
	}
	job := Job{m.Envelope.MessageID, m.Envelope.Subject}
	if !c.Done[job.ID] {
		if err := c.Do(job); err != nil {
			return false, fmt.Errorf("job %s: %w", job.ID, err)
		}
		c.Done[job.ID], did = true, true
	}
	_, err = within(client, client.Move(imap.UIDSetNum(m.UID), "Done").Wait)
	return did, err
}

// within gives a command some time, and closes the connection after it.
func within[T any](client *imapclient.Client, wait func() (T, error)) (T, error) {
	limit := time.AfterFunc(Timeout, func() { client.Close() })
	defer limit.Stop()
	return wait()
}
