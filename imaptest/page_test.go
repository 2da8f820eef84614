package imaptest_test

import (
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/go-mailtest/mailtest/imaptest"
)

// A page has its buttons, and its stream says what has changed, and nothing where nothing
// has.
func TestPage(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	var page strings.Builder
	err := srv.WritePage(&page, imaptest.Page{Stream: "/stream", Actions: []imaptest.PageAction{{Label: "Deliver <a file>", URL: "/put", File: true}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`data-live="/stream"`, `data-post="/put"`, "Deliver &lt;a file&gt;"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	next := srv.PageUpdates()
	if message, err := next(); err != nil || !json.Valid(message) {
		t.Errorf("the first message: got %q, %v", message, err)
	}
	if message, err := next(); err != nil || message != nil {
		t.Errorf("when nothing has happened: got %q, %v", message, err)
	}
	srv.Inbox().Deliver(t, []byte("Subject: Lunch?\r\n\r\n"))
	if message, err := next(); err != nil || !strings.Contains(string(message), "Lunch?") {
		t.Errorf("after Deliver: got %q, %v, want the message in it", message, err)
	}
}

// What a page is told bit by bit is what it would be told if it were opened now: messages are
// the same that come over SMTP, are copied, cut, expunged and brought back.
func TestPageFollows(t *testing.T) {
	for _, opts := range [][]imaptest.Option{nil, {imaptest.ReportWithoutBodies()}} {
		synctest.Test(t, func(t *testing.T) { // so that what is opened later is no older
			srv := imaptest.Start(t, append(opts, imaptest.InMemory(), imaptest.WithSMTP(), imaptest.WithUser("ann", "secret"))...)
			inbox := srv.User("ann").Inbox()
			next := srv.PageUpdates()
			start := srv.Snapshot()
			got := make(map[string]any)
			var uid imap.UID
			for i, act := range []func(){
				func() {},
				func() { uid = inbox.Deliver(t, []byte("Subject: Lunch?\r\n\r\nAt noon?\r\n")) },
				func() { inbox.AddFlags(t, uid, imap.FlagSeen) },
				func() { send(t, srv, "Subject: Sent\r\n\r\nTwice.\r\n") },
				func() { send(t, srv, "Subject: Sent\r\n\r\nTwice.\r\n") },
				func() { send(t, srv, "") },
				func() { inbox.Move(t, "Archive", uid) },
				func() { srv.Restore(start) },
				func() { srv.Reset(t) },
				func() { inbox.Deliver(t, []byte("Subject: Lunch?\r\n\r\n")) },
			} {
				act()
				synctest.Wait()
				message, err := next()
				if err != nil || message == nil {
					t.Fatalf("after act %d: got %q, %v", i, message, err)
				}
				takeIn(t, got, message)
				var page strings.Builder
				if err := srv.WritePage(&page, imaptest.Page{}); err != nil {
					t.Fatal(err)
				}
				want := reportData(t, page.String())
				for _, part := range []string{"ev", "changes", "msgs", "start", "sent", "story"} {
					if diff := cmp.Diff(want[part], got[part], cmpopts.EquateEmpty()); diff != "" {
						t.Errorf("after act %d: %s (-opened now +followed)\n%s", i, part, diff)
					}
				}
			}
		})
	}
}

func send(t *testing.T, srv *imaptest.Server, raw string) {
	t.Helper()
	c := dialSMTP(t, srv)
	for _, step := range []func() error{
		func() error { return c.Mail("bob@example.com") },
		func() error { return c.Rcpt("ann@example.com") },
		func() error {
			w, err := c.Data()
			if err != nil {
				return err
			}
			if _, err := io.WriteString(w, raw); err != nil {
				return err
			}
			return w.Close()
		},
		c.Quit,
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
}

// reportData is what the script of a page is given.
func reportData(t *testing.T, page string) map[string]any {
	t.Helper()
	_, rest, _ := strings.Cut(page, `<script type="application/json" id="d">`)
	text, _, _ := strings.Cut(rest, "</script>")
	var out map[string]any
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// takeIn does with a message what the page does.
func takeIn(t *testing.T, to map[string]any, message []byte) {
	t.Helper()
	var news map[string]any
	if err := json.Unmarshal(message, &news); err != nil {
		t.Fatal(err)
	}
	for name, part := range news {
		patch, _ := part.(map[string]any)
		n, isPatch := patch["n"].(float64)
		switch {
		case isPatch:
			list, _ := to[name].([]any)
			list = append(slices.Clone(list), make([]any, max(0, int(n)-len(list)))...)[:int(n)]
			put, _ := patch["put"].(map[string]any)
			for i, element := range put {
				at, err := strconv.Atoi(i)
				if err != nil {
					t.Fatal(err)
				}
				list[at] = element
			}
			to[name] = list
		case part == nil:
			delete(to, name)
		default:
			to[name] = part
		}
	}
}
