package imaptest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// assertions are all that there are, as they hold of a server with a message, a client that
// has logged in, and a message that was sent; by what a report says of them.
func assertions(t *testing.T, srv *imaptest.Server) map[string]func(t imaptest.TB) {
	dir := t.TempDir()
	state, dialogue := filepath.Join(dir, "state.txt"), filepath.Join(dir, "dialogue.txt")
	t.Setenv("IMAPTEST_UPDATE", "1")
	srv.AssertState(t, state)
	srv.AssertTranscript(t, dialogue)
	t.Setenv("IMAPTEST_UPDATE", "")
	start := srv.Snapshot()
	inbox, user, bob := srv.Inbox(), srv.User("user"), srv.User("bob").Inbox()
	mailboxes := []string{"INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"}
	return map[string]func(t imaptest.TB){
		`AssertCount INBOX 1`:                                 func(t imaptest.TB) { inbox.AssertCount(t, 1) },
		`AssertCount bob: INBOX 0`:                            func(t imaptest.TB) { bob.AssertCount(t, 0) },
		`AssertExists Archive`:                                func(t imaptest.TB) { srv.Mailbox("Archive").AssertExists(t) },
		`AssertMissing Nonesuch`:                              func(t imaptest.TB) { srv.Mailbox("Nonesuch").AssertMissing(t) },
		`AssertFlags INBOX 1 \Seen`:                           func(t imaptest.TB) { inbox.AssertFlags(t, 1, imap.FlagSeen) },
		`AssertHas INBOX a message with Subject "Lunch?"`:     func(t imaptest.TB) { inbox.AssertHas(t, imaptest.Subject("Lunch?")) },
		`AssertLacks INBOX no message with Subject "Dinner?"`: func(t imaptest.TB) { inbox.AssertLacks(t, imaptest.Subject("Dinner?")) },
		`AssertSubjects INBOX "Lunch?"`:                       func(t imaptest.TB) { inbox.AssertSubjects(t, "Lunch?") },
		`AssertRights INBOX user lrswipkxtea`:                 func(t imaptest.TB) { inbox.AssertRights(t, "user", "lrswipkxtea") },
		`AssertMetadata INBOX /shared/comment "hi"`:           func(t imaptest.TB) { inbox.AssertMetadata(t, "/shared/comment", []byte("hi")) },
		`AssertMetadata the server /private/comment NIL`:      func(t imaptest.TB) { user.AssertMetadata(t, "/private/comment", nil) },
		`AssertQuota user r MESSAGE 1/9`:                      func(t imaptest.TB) { user.AssertQuota(t, "r", "MESSAGE 1/9") },
		`AssertMailboxes user Archive, Drafts, INBOX`:         func(t imaptest.TB) { srv.AssertMailboxes(t, mailboxes...) },
		`AssertCommands LOGIN, …`:                             func(t imaptest.TB) { srv.AssertCommands(t, "LOGIN", "…") },
		`AssertNoCommand EXPUNGE`:                             func(t imaptest.TB) { srv.AssertNoCommand(t, "EXPUNGE") },
		`AssertDiff `:                                         func(t imaptest.TB) { start.AssertDiff(t) },
		`AssertState state.txt`:                               func(t imaptest.TB) { srv.AssertState(t, state) },
		`AssertTranscript dialogue.txt`:                       func(t imaptest.TB) { srv.AssertTranscript(t, dialogue) },
		`AssertCount 1 message`:                               func(t imaptest.TB) { srv.SMTP().AssertCount(t, 1) },
		`AssertSent a message with Subject "Lunch?"`:          func(t imaptest.TB) { srv.SMTP().AssertSent(t, smtpsink.Subject("Lunch?")) },
		`AssertNotSent no message with Subject "Dinner?"`:     func(t imaptest.TB) { srv.SMTP().AssertNotSent(t, smtpsink.Subject("Dinner?")) },
	}
}

// heldIn are the assertions that a report says have held.
func heldIn(t *testing.T, srv *imaptest.Server) (held []string, failures int) {
	t.Helper()
	var page strings.Builder
	if err := srv.WriteReport(&page); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(page.String(), `<script type="application/json" id="d">`)
	text, _, _ := strings.Cut(rest, "</script>")
	var data struct {
		Events []struct{ Kind, Name, Args, Note, Where string } `json:"ev"`
	}
	if err := json.Unmarshal([]byte(text), &data); err != nil {
		t.Fatal(err)
	}
	for _, e := range data.Events {
		switch e.Kind {
		case "fail":
			failures++
		case "assert":
			held = append(held, e.Name+" "+e.Args)
			if e.Note != "held" || !strings.Contains(e.Where, "report_assert_test.go:") {
				t.Errorf("of %s %s it says %q, and where: %q", e.Name, e.Args, e.Note, e.Where)
			}
		}
	}
	return held, failures
}

// Assertions that held are events of a report, each with what was wanted and where; those that
// did not are failures alone.
func TestReportTellsOfAssertions(t *testing.T) {
	tb := newReportTB(t, "TestAssertions")
	srv := imaptest.Start(tb, imaptest.InMemory(), imaptest.WithUser("user", "password"), imaptest.WithUser("bob", "secret"), imaptest.WithSMTP(),
		imaptest.WithQuota(fixtures.Quota{Root: "r", Limits: map[imap.QuotaResourceType]int64{imap.QuotaResourceMessage: 9}}))
	srv.Inbox().SetMetadata(t, "/shared/comment", []byte("hi"))
	sendInMemory(t, srv, "user", "Subject: Lunch?\r\n\r\n")
	srv.Inbox().AddFlags(t, 1, imap.FlagSeen)
	reportClient(t, srv)
	all := assertions(t, srv)
	for _, do := range all {
		do(t)
	}
	held, _ := heldIn(t, srv)
	for want := range all {
		if !slices.ContainsFunc(held, func(got string) bool { return strings.HasPrefix(got, want) }) {
			t.Errorf("the report lacks %s", want)
		}
	}
	if len(held) != len(all) || t.Failed() {
		t.Errorf("%d of %d have held:\n%s", len(held), len(all), strings.Join(held, "\n"))
	}
	srv.User("bob").Inbox().Deliver(t, []byte("Subject: For Bob\r\n\r\n"))
	sendInMemory(t, srv, "user", "Subject: Dinner?\r\n\r\n")
	srv.Inbox().AssertCount(tb, 7)
	srv.Inbox().AssertFlags(tb, 1)
	srv.Inbox().AssertLacks(tb, imaptest.Subject("Lunch?"))
	srv.SMTP().AssertNothingSent(tb)
	if now, failures := heldIn(t, srv); len(now) != len(held) || failures != 4 {
		t.Errorf("%d have held, want %d, and %d failed, want 4", len(now), len(held), failures)
	}
	tb.end()
}

// Every assertion that there is is among those.
func TestAllAssertions(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithSMTP())
	file, err := os.ReadFile("report_assert_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range []any{srv, srv.Inbox(), srv.User("user"), srv.Snapshot(), srv.SMTP()} {
		for i := range reflect.TypeOf(of).NumMethod() {
			name := reflect.TypeOf(of).Method(i).Name
			if strings.HasPrefix(name, "Assert") && !strings.Contains(string(file), "."+name+"(") {
				t.Errorf("%T.%s is not tried here", of, name)
			}
		}
	}
}
