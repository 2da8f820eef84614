package queue_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/examples/queue"
	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// mail makes the mailbox Done and delivers n jobs.
func mail(n int) func(t testing.TB, srv *imaptest.Server) {
	return func(t testing.TB, srv *imaptest.Server) {
		t.Helper()
		srv.Mailbox("Done").Create(t)
		for i := range n {
			srv.Inbox().Deliver(t, fixtures.New().MessageID(fmt.Sprintf("%d@example.com", i)).Subject(fmt.Sprint("job ", i)).Bytes())
		}
	}
}

// newConsumer is a consumer, and how often it has done each job.
func newConsumer(srv *imaptest.Server) (*queue.Consumer, map[string]int) {
	did := make(map[string]int)
	return &queue.Consumer{
		Done: make(map[string]bool),
		Do:   func(job queue.Job) error { did[job.ID]++; return nil },
		Dial: dialer(srv.Dial),
	}, did
}

// dialer connects and logs in.
func dialer(connect func(ctx context.Context) (net.Conn, error)) func(ctx context.Context) (*imapclient.Client, error) {
	return func(ctx context.Context) (*imapclient.Client, error) {
		nc, err := connect(ctx)
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
	}
}

// start is a server with n jobs, and a consumer that counts what it does.
func start(t *testing.T, n int) (*imaptest.Server, *queue.Consumer, map[string]int) {
	t.Helper()
	srv := imaptest.Start(t, imaptest.InMemory())
	mail(n)(t, srv)
	consumer, did := newConsumer(srv)
	return srv, consumer, did
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

// The claim: whatever breaks at whatever command, and wherever the program is killed, each
// job is done once and its message ends in Done once. The hardest is the answer to MOVE that is
// lost: the message has gone and nobody knows, or it has not and the work was done.
func TestExactlyOnce(t *testing.T) {
	sweep.Run(t, exactlyOnce, sweep.Setup(mail(3)))
}

// The same is so whatever comes together.
func TestExactlyOnceWithSeveral(t *testing.T) {
	n := 50
	if os.Getenv("SWEEP") == "whole" {
		n = 2000
	}
	sweep.Run(t, exactlyOnce, sweep.Setup(mail(2)), sweep.Sample(n), sweep.Pairs(), sweep.Random(n, 1))
}

// exactlyOnce is a program that has nothing but its database: the jobs that it did.
func exactlyOnce(t testing.TB, srv *imaptest.Server) string {
	did, done := make(map[string]int), make(map[string]bool)
	drain := func() {
		sweep.Program(t, srv, 3, func(p *sweep.Process) error {
			consumer := &queue.Consumer{Dial: dialer(p.Dial), Done: done, Do: func(job queue.Job) error { did[job.ID]++; return nil }}
			_, err := consumer.Drain(t.Context())
			return err
		})
	}
	drain()
	sweep.Calm(t)
	drain()
	return fmt.Sprint(did)
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
