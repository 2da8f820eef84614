package imaptest_test

import (
	"encoding/json"
	"strings"
	"testing"

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
