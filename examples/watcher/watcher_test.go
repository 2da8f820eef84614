package watcher_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/examples/watcher"
	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// watch runs a watcher against the server until the test ends. What it tells
// comes out of the channel.
func watch(t testing.TB, srv *imaptest.Server) <-chan string {
	told := make(chan string, 100)
	w := &watcher.Watcher{
		Dial: func(ctx context.Context, options *imapclient.Options) (*imapclient.Client, error) {
			nc, err := srv.Dial(ctx)
			if err != nil {
				return nil, err
			}
			client := imapclient.New(nc, options)
			// A server that never answers must not hold us for ever.
			limit := time.AfterFunc(time.Minute, func() { client.Close() })
			defer limit.Stop()
			if err := client.Login(imaptest.DefaultUser, imaptest.DefaultPassword).Wait(); err != nil {
				client.Close()
				return nil, err
			}
			return client, nil
		},
		Mail: func(_ imap.UID, subject string) { told <- subject },
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { w.Run(ctx); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	return told
}

func letter(subject string) []byte {
	return fixtures.New().MessageID(strings.ReplaceAll(subject, " ", ".") + "@example.com").Subject(subject).Bytes()
}

// New mail is told of at once, and IDLE is renewed before 29 minutes: a day of
// it takes milliseconds.
func TestADayOfIdling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithAutologout(29*time.Minute))
		told := watch(t, srv)
		for hour := range 24 {
			time.Sleep(time.Hour)
			srv.Inbox().Deliver(t, letter(fmt.Sprint("hour ", hour)))
			if got, want := <-told, fmt.Sprint("hour ", hour); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		if n := srv.ConnsOpened(); n != 1 {
			t.Errorf("%d connections in a day, want one that is never logged out", n)
		}
	})
}

// Retries go from one second to five minutes, and mail that came meanwhile is told
// of once.
func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		told := watch(t, srv)
		srv.Inbox().WaitIdle(t)
		var tries []time.Duration
		start := time.Now()
		srv.OnConnect().Times(6).Where(func(*imaptest.Command) bool {
			tries = append(tries, time.Since(start).Round(time.Second))
			return true
		}).Drop()
		srv.DropConns()
		srv.Inbox().Deliver(t, letter("meanwhile"))
		if got := <-told; got != "meanwhile" {
			t.Errorf("got %s", got)
		}
		want := []time.Duration{1, 3, 7, 15, 31, 63, 127}
		for i := range want {
			want[i] *= time.Second
		}
		if !slices.Equal(tries, want) {
			t.Errorf("tries after %v, want %v", tries, want)
		}
		srv.Inbox().WaitIdle(t)
		if len(told) > 0 {
			t.Errorf("told twice: %s", <-told)
		}
	})
}

// Whatever breaks, and at whatever command, every message is told of, once and in
// order.
func TestWhateverBreaks(t *testing.T) {
	sweep.Run(t, func(t testing.TB, srv *imaptest.Server) string {
		told := watch(t, srv)
		srv.Inbox().WaitIdle(t)
		for i := range 2 {
			srv.Inbox().Deliver(t, letter(fmt.Sprint(i)))
			time.Sleep(17*time.Minute + 3*time.Second)
		}
		sweep.Calm(t)
		time.Sleep(2 * watcher.Renewal)
		var out []string
		for len(told) > 0 {
			out = append(out, <-told)
		}
		return strings.Join(out, "\n")
	}, sweep.Setup(func(t testing.TB, srv *imaptest.Server) { srv.Inbox().Deliver(t, letter("old")) }))
}
