package queue_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/examples/queue"
	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
)

// start is a server with n jobs, and a consumer that counts what it does.
func start(t *testing.T, n int) (*imaptest.Server, *queue.Consumer, map[string]int) {
	t.Helper()
	srv := imaptest.Start(t, imaptest.InMemory())
	if _, err := srv.Store().Users()[0].Create("Done"); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		srv.Inbox().Deliver(t, fixtures.New().MessageID(fmt.Sprintf("%d@example.com", i)).Subject(fmt.Sprint("job ", i)).Bytes())
	}
	did := make(map[string]int)
	return srv, &queue.Consumer{
		Done: make(map[string]bool),
		Do:   func(job queue.Job) error { did[job.ID]++; return nil },
		Dial: func(ctx context.Context) (*imapclient.Client, error) {
			nc, err := srv.Dial(ctx)
			if err != nil {
				return nil, err
			}
			client := imapclient.New(nc, nil)
			limit := time.AfterFunc(queue.Timeout, func() { client.Close() })
			defer limit.Stop()
			if err := client.Login(imaptest.DefaultUser, imaptest.DefaultPassword).Wait(); err != nil {
				client.Close()
				return nil, err
			}
			return client, nil
		},
	}, did
}

func TestDrain(t *testing.T) {
	srv, consumer, _ := start(t, 2)
	before := srv.Snapshot()
	if n, err := consumer.Drain(t.Context()); n != 2 || err != nil {
		t.Fatalf("did %d jobs, %v, want 2", n, err)
	}
	before.AssertDiff(t, "INBOX -1:2", `Done +1 "job 0"`, `Done +2 "job 1"`)
}

// A job that fails stays, and those behind it.
func TestFailedJob(t *testing.T) {
	srv, consumer, _ := start(t, 3)
	consumer.Do = func(job queue.Job) error {
		if job.Subject == "job 1" {
			return errors.New("no paper")
		}
		return nil
	}
	if _, err := consumer.Drain(t.Context()); err == nil {
		t.Error("want an error")
	}
	srv.Inbox().AssertSubjects(t, "job 1", "job 2")
	srv.Mailbox("Done").AssertSubjects(t, "job 0")
}

// The claim: whatever breaks at whatever command, each job is done once and its
// message ends in Done once. The hardest is the answer to MOVE that is lost: the
// message has gone and nobody knows, or it has not and the work was done.
func TestExactlyOnce(t *testing.T) {
	faults := map[string]func(*imaptest.Rule){
		"no":                func(r *imaptest.Rule) { r.No("[INUSE] later") },
		"drop":              func(r *imaptest.Rule) { r.Drop() },
		"drop before reply": func(r *imaptest.Rule) { r.DropBeforeReply() },
		"reset":             func(r *imaptest.Rule) { r.Reset() },
		"stall":             func(r *imaptest.Rule) { r.Stall() },
		"cut":               func(r *imaptest.Rule) { r.CutAfter(25) },
		"delay too long":    func(r *imaptest.Rule) { r.Delay(time.Hour) },
	}
	for _, command := range []string{"LOGIN", "SELECT", "UID FETCH", "UID MOVE"} {
		for name, fault := range faults {
			for nth := 1; nth <= 3; nth++ {
				t.Run(fmt.Sprintf("%s %s %d", command, name, nth), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						srv, consumer, did := start(t, 3)
						fault(srv.On(command).Nth(nth).Optional())
						for try := 1; len(srv.Inbox().Messages()) > 0; try++ {
							if _, err := consumer.Drain(t.Context()); err != nil && try == 5 {
								t.Fatalf("five tries: %v", err)
							}
							time.Sleep(time.Minute)
						}
						for i := range 3 {
							id := fmt.Sprintf("%d@example.com", i)
							if did[id] != 1 {
								t.Errorf("job %s was done %d times", id, did[id])
							}
							srv.Mailbox("Done").Message(t, imaptest.MessageID(id)) // exactly one
						}
					})
				})
			}
		}
	}
}

// Two consumers on one mailbox: one holds a MOVE while the other takes the
// message away. It is in Done once.
func TestTwoConsumers(t *testing.T) {
	srv, first, did := start(t, 1)
	second := &queue.Consumer{Dial: first.Dial, Do: first.Do, Done: first.Done}
	hold := srv.Hold("UID MOVE")
	ended := make(chan error)
	go func() {
		_, err := first.Drain(context.Background())
		ended <- err
	}()
	<-hold.Reached()
	if _, err := second.Drain(t.Context()); err != nil {
		t.Error(err)
	}
	hold.Release()
	<-ended
	srv.Inbox().AssertCount(t, 0)
	srv.Mailbox("Done").AssertCount(t, 1)
	if did["0@example.com"] != 1 {
		t.Errorf("the job was done %d times", did["0@example.com"])
	}
}
