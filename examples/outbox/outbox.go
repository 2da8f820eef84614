// Package outbox sends mail through a submission server, and tries again where a
// recipient was put off or the connection broke. What comes back later, as a
// delivery report, it reads from the sender's INBOX.
package outbox

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/emersion/go-smtp"
)

// Timeout is how long one command may take.
const Timeout = time.Minute

// Message is mail to send. Raw has a Message-ID: a message whose answer was lost is
// sent again, and by its ID the receiver can tell that it has it.
type Message struct {
	From string
	To   []string
	Raw  []byte
}

// Sender sends mail.
type Sender struct {
	Dial   func(ctx context.Context) (*smtp.Client, error) // over TLS, logged in
	Wait   time.Duration                                   // before the second try, doubled before each one after it
	GiveUp time.Duration                                   // after the first try
}

// Send returns when every recipient has been dealt with, and the reasons of those
// who will not get the message.
func (s *Sender) Send(ctx context.Context, m Message) map[string]error {
	ctx, cancel := context.WithTimeout(ctx, s.GiveUp)
	defer cancel()
	refused := make(map[string]error)
	for wait, to := s.Wait, m.To; ; wait *= 2 {
		later := s.try(ctx, m, to)
		for _, rcpt := range to {
			if err, failed := later[rcpt]; failed && isPermanent(err) {
				refused[rcpt] = err
				delete(later, rcpt)
			}
		}
		if len(later) == 0 {
			return refused
		}
		select {
		case <-time.After(wait):
			to = slices.Sorted(maps.Keys(later))
		case <-ctx.Done():
			maps.Copy(refused, later)
			return refused
		}
	}
}

// isPermanent says whether trying again is of no use (RFC 5321, section 4.2.1). A
// broken connection is no answer at all.
func isPermanent(err error) bool {
	var reply *smtp.SMTPError
	return errors.As(err, &reply) && !reply.Temporary()
}

// errLogin is what is wrong with the sender, and not with the recipients.
var errLogin = errors.New("no connection to the submission server")

// try makes one transaction, and returns the recipients who have not got the
// message, with the reason.
func (s *Sender) try(ctx context.Context, m Message, to []string) map[string]error {
	client, err := s.Dial(ctx)
	if err != nil {
		return all(to, errors.New(errLogin.Error()+": "+err.Error()))
	}
	defer client.Close()
	client.CommandTimeout, client.SubmissionTimeout = Timeout, Timeout
	if err := client.Mail(m.From, nil); err != nil {
		return all(to, err)
	}
	failed := make(map[string]error)
	var accepted []string
	for _, rcpt := range to {
		if err := client.Rcpt(rcpt, nil); err != nil {
			failed[rcpt] = err
		} else {
			accepted = append(accepted, rcpt)
		}
	}
	if len(accepted) > 0 {
		if err := sendData(client, m.Raw); err != nil {
			maps.Copy(failed, all(accepted, err))
		}
	}
	return failed
}

func all(to []string, err error) map[string]error {
	failed := make(map[string]error)
	for _, rcpt := range to {
		failed[rcpt] = err
	}
	return failed
}

func sendData(client *smtp.Client, raw []byte) error {
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(raw); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	client.Quit() // the message is the server's: what happens now is of no matter
	return nil
}
