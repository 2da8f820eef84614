package sweep_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// archive is the code under test: it moves the mail in INBOX to Archive.
func archive(ctx context.Context, dial func(ctx context.Context) (*imapclient.Client, error)) error {
	client, err := dial(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	inbox, err := client.Select("INBOX", nil).Wait()
	if err != nil || inbox.NumMessages == 0 {
		return err
	}
	_, err = client.Move(imap.UIDSet{{Start: 1, Stop: 0}}, "Archive").Wait()
	return err
}

// A server without MOVE: go-imap's client sends COPY, STORE and EXPUNGE in its place, and
// looks at none of the answers before it sends the next.
func ExampleRun() {
	test(func(t *testing.T) {
		sweep.Run(t, func(t testing.TB, srv *imaptest.Server) string {
			sweep.Retry(t, 3, func() error { return archive(t.Context(), dialer(srv)) })
			return ""
		},
			sweep.Server(imaptest.Without(imap.CapMove)),
			sweep.Setup(func(t testing.TB, srv *imaptest.Server) {
				srv.Inbox().Deliver(t, fixtures.New().Subject("letter").Bytes())
			}),
			sweep.Only(sweep.Answers))
	})
	// Output:
	// sweep: 6 points, 10 disturbances: 33 runs in TIME (RATE/s)
	//   33 disturbed the scenario, 0 found nothing to disturb, 0 were not reached
	//   18 runs failed, 2 findings:
	//
	//   1. LOST "letter" is nowhere
	//      at   UID_COPY#1 (UID COPY 1:* "Archive" -> 0 lines, OK [COPYUID 6 1 1] UID COPY completed)
	//      in   6 runs: UID COPY (6); No("no"), No("[UNAVAILABLE] later"), No("[LIMIT] too much") and 3 others
	//      rule srv.On("UID COPY").Nth(1).No("no")
	//      run  go test -run '^TestArchive$/^at$/^UID_COPY#1$/^No$'
	//
	//   2. DOUBLED "letter" is there 2 times, undisturbed 1
	//      at   UID_STORE#1 (UID STORE 1:* +FLAGS.SILENT (\Deleted) -> 0 lines, OK UID STORE completed)
	//      in   12 runs: UID EXPUNGE (6), UID STORE (6); No("no"), No("[UNAVAILABLE] later"), No("[LIMIT] too much") and 3 others
	//      rule srv.On("UID STORE").Nth(1).No("no")
	//      run  go test -run '^TestArchive$/^at$/^UID_STORE#1$/^No$'
}

// dialer gives a client that is logged in.
func dialer(srv *imaptest.Server) func(ctx context.Context) (*imapclient.Client, error) {
	return func(ctx context.Context) (*imapclient.Client, error) {
		nc, err := srv.Dial(ctx)
		if err != nil {
			return nil, err
		}
		client := imapclient.New(nc, nil)
		if err := client.Login(imaptest.DefaultUser, imaptest.DefaultPassword).Wait(); err != nil {
			client.Close()
			return nil, err
		}
		return client, nil
	}
}

// test runs a test, and prints what go test shows of it, but for its times and names.
func test(f func(t *testing.T)) {
	stdout := os.Stdout
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	shown := make(chan string)
	go func() {
		out, _ := io.ReadAll(r)
		shown <- string(out)
	}()
	os.Stdout = w
	var once sync.Once // whatever -count and -cpu say
	testing.RunTests(func(string, string) (bool, error) { return true, nil }, []testing.InternalTest{{Name: "TestArchive", F: func(t *testing.T) { once.Do(func() { f(t) }) }}})
	os.Stdout = stdout
	w.Close()
	for line := range strings.Lines(normal(<-shown)) {
		line = strings.TrimPrefix(line, "\x16") // with which a line of -json begins
		line = strings.TrimPrefix(strings.TrimPrefix(strings.TrimRight(line, " \n"), "    "), "    ")
		if strings.Contains(line, "--- ") || strings.HasPrefix(line, "=== ") {
			continue
		}
		fmt.Println(line)
	}
}
