package imaptest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/flagname"
	"github.com/go-mailtest/mailtest/memstore"
)

// Messages are the mailbox's messages in the order of their UIDs; none if
// there is no such mailbox.
func (m Mailbox) Messages() []memstore.Message {
	mbox, found := m.lookup()
	if !found {
		return nil
	}
	return m.seen(mbox)
}

// Message is the one message that meets every condition. None, or more than
// one, stops the test.
func (m Mailbox) Message(t TB, match ...Match) memstore.Message {
	t.Helper()
	if m.find(t) == nil {
		return memstore.Message{} // t.Fatalf of a fake TB returned
	}
	if wrong := wrongMatch(match); wrong != "" {
		m.account.srv.fatalf(t, "Message: %s", wrong)
		return memstore.Message{}
	}
	found := selectMatching(m.Messages(), match)
	if len(found) != 1 {
		got := fmt.Sprintf("%d messages", len(found))
		if len(found) == 0 {
			got = "none" + m.nearest(match)
		}
		m.account.srv.fatal(t, m.title(), gotWant(got, describe(match)), m, uidsOf(found)...)
		return memstore.Message{}
	}
	return found[0]
}

// count is how many messages there are; none if there is no such mailbox.
func (m Mailbox) count() int {
	mbox, found := m.lookup()
	if !found {
		return 0
	}
	return mbox.Status().Messages
}

// AssertCount checks the number of messages.
func (m Mailbox) AssertCount(t TB, n int) {
	t.Helper()
	if _, found := m.check(t); !found {
		return
	}
	if got := m.count(); got != n {
		m.account.srv.fail(t, m.title()+": count", gotWant(fmt.Sprint(got), fmt.Sprint(n)), m)
		return
	}
	m.held(fmt.Sprint(n))
}

// AssertExists checks that there is such a mailbox.
func (m Mailbox) AssertExists(t TB) {
	t.Helper()
	if !m.exists() {
		m.account.srv.fail(t, m.missing(), "", m)
		return
	}
	m.held()
}

// AssertMissing checks that there is no such mailbox.
func (m Mailbox) AssertMissing(t TB) {
	t.Helper()
	if _, found := m.account.srv.Store().User(m.account.name); !found {
		m.account.srv.fail(t, m.missing(), "", m)
		return
	}
	if m.exists() {
		m.account.srv.fail(t, m.title()+": the mailbox exists, want it missing", "", m)
		return
	}
	m.held()
}

// AssertFlags checks that a message has exactly these flags, in any order and
// case. \Recent does not count: it belongs to a session. A system flag without its
// backslash is an error: see [memstore.Keyword].
func (m Mailbox) AssertFlags(t TB, uid imap.UID, want ...imap.Flag) {
	t.Helper()
	mbox, found := m.check(t)
	if !found {
		return
	}
	want, err := flagname.ParseWanted(want)
	if err != nil {
		m.account.srv.errorf(t, "AssertFlags: %v", err)
		return
	}
	msg, found := m.seenMessage(mbox, uid)
	switch {
	case !found:
		m.account.srv.fail(t, m.noMessage(uid), "", m, uid)
		return
	case sameFlags(msg.Flags, want):
		m.held(formatUID(uid), formatFlags(want))
		return
	}
	title := fmt.Sprintf("%s, UID %d %q: flags", m.title(), uid, msg.Subject())
	m.account.srv.fail(t, title, gotWant(formatFlags(msg.Flags), formatFlags(want)), m, uid)
}

// AssertHas checks that some message meets every condition.
func (m Mailbox) AssertHas(t TB, match ...Match) {
	t.Helper()
	if _, found := m.check(t); !found {
		return
	}
	if wrong := wrongMatch(match); wrong != "" {
		m.account.srv.errorf(t, "AssertHas: %s", wrong)
		return
	}
	if len(selectMatching(m.Messages(), match)) == 0 {
		m.account.srv.fail(t, m.title(), gotWant("none"+m.nearest(match), describe(match)), m)
		return
	}
	m.held(describe(match))
}

// AssertLacks checks that no message meets every condition.
func (m Mailbox) AssertLacks(t TB, match ...Match) {
	t.Helper()
	if _, found := m.check(t); !found {
		return
	}
	if wrong := wrongMatch(match); wrong != "" {
		m.account.srv.errorf(t, "AssertLacks: %s", wrong)
		return
	}
	if found := selectMatching(m.Messages(), match); len(found) > 0 {
		m.account.srv.fail(t, m.title(), gotWant(plural(len(found), such(match)), "no "+describeOne(match)), m, uidsOf(found)...)
		return
	}
	m.held("no", describeOne(match))
}

// such is what meets conditions.
func such(match []Match) string {
	if len(match) == 0 {
		return "message"
	}
	return "such message"
}

// AssertSubjects checks the subjects of all messages in the order of their
// UIDs.
func (m Mailbox) AssertSubjects(t TB, want ...string) {
	t.Helper()
	if _, found := m.check(t); !found {
		return
	}
	messages := m.Messages()
	got := make([]string, len(messages))
	for i, msg := range messages {
		got[i] = msg.Subject()
	}
	if slices.Equal(got, want) {
		m.held(quoteAll(want))
		return
	}
	m.account.srv.fail(t, m.title()+": subjects", compareSubjects(got, want), m, notWanted(messages, got, want)...)
}

// notWanted are the messages with subjects that are not wanted, or not so often. Where there
// are none, they are those that are not in their places.
func notWanted(messages []memstore.Message, got, want []string) []imap.UID {
	left := make(map[string]int)
	for _, subject := range want {
		left[subject]++
	}
	var surplus []memstore.Message
	for i, subject := range got {
		if left[subject]--; left[subject] < 0 {
			surplus = append(surplus, messages[i])
		}
	}
	if len(surplus) > 0 || len(got) != len(want) {
		return uidsOf(surplus)
	}
	for i := range got {
		if got[i] != want[i] {
			surplus = append(surplus, messages[i])
		}
	}
	return uidsOf(surplus)
}

// maxSubjects is how many subjects a failure lists before it shows only those that
// differ.
const maxSubjects = 20

// compareSubjects is got and want, or what differs in long lists: "-" is missing, "+"
// not wanted.
func compareSubjects(got, want []string) string {
	if len(got) <= maxSubjects && len(want) <= maxSubjects {
		return gotWant(quoteAll(got), quoteAll(want))
	}
	text := func(subjects []string) string {
		var sb strings.Builder
		for _, subject := range subjects {
			sb.WriteString(strconv.Quote(subject) + "\n")
		}
		return sb.String()
	}
	diff := firstLines(udiff.Unified("want", "got", text(want), text(got)), shownDiffLines)
	return gotWant(plural(len(got), "message"), plural(len(want), "message")) + "\n    " + strings.ReplaceAll(strings.TrimRight(diff, "\n"), "\n", "\n    ")
}

// AssertMailboxes checks the names of all mailboxes of the first account, in
// any order.
func (s *Server) AssertMailboxes(t TB, want ...string) {
	t.Helper()
	s.first().AssertMailboxes(t, want...)
}

// AssertMailboxes checks the names of all the account's mailboxes, in any
// order.
func (a Account) AssertMailboxes(t TB, want ...string) {
	t.Helper()
	user, found := a.srv.Store().User(a.name)
	if !found {
		a.srv.errorf(t, "%s", a.missing())
		return
	}
	got := mailboxNames(user)
	want = slices.Sorted(slices.Values(want))
	if slices.Equal(slices.Sorted(slices.Values(got)), want) {
		a.srv.held(a.name, joinNames(want))
		return
	}
	var lines []string
	for _, name := range got {
		if !slices.Contains(want, name) {
			lines = append(lines, "not wanted: "+name)
		}
	}
	for _, name := range want {
		if !slices.Contains(got, name) {
			lines = append(lines, "missing:    "+name)
		}
	}
	detail := gotWant(joinNames(got), joinNames(want)) + "\n    " + strings.Join(lines, "\n    ")
	a.srv.fail(t, "mailboxes of "+a.name, detail, Mailbox{account: a})
}

func mailboxNames(user *memstore.User) []string {
	var out []string
	for _, mbox := range user.Mailboxes() {
		out = append(out, mbox.Name())
	}
	return out
}

// sameFlags compares flags as sets, without case and without \Recent.
func sameFlags(a, b []imap.Flag) bool { return slices.Equal(flagKeys(a), flagKeys(b)) }

func flagKeys(flags []imap.Flag) []string {
	var out []string
	for _, flag := range flags {
		if key := strings.ToLower(string(flag)); key != `\recent` {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func uidsOf(messages []memstore.Message) []imap.UID {
	var out []imap.UID
	for _, m := range messages {
		out = append(out, m.UID)
	}
	return out
}
