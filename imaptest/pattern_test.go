package imaptest

import (
	"testing"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// What a pattern matches is written down by hand here.
func TestPatterns(t *testing.T) {
	tests := []struct {
		pattern, name, args string
		want                bool
	}{
		{"FETCH", "FETCH", "1:* (UID)", true},
		{"FETCH", "UID FETCH", "1:* (UID)", false}, // another command
		{"fetch", "FETCH", "1 (UID)", true},
		{"UID FETCH", "UID FETCH", "1", true},
		{"UID FETCH", "FETCH", "1", false},
		{"UID *", "UID FETCH", "1", true},
		{"UID *", "UID STORE", "1 +FLAGS (\\Seen)", true},
		{"UID *", "FETCH", "1", false},
		{"*", "NOOP", "", true},
		{"NOOP", "NOOP", "", true},
		{"SELECT INBOX", "SELECT", "INBOX", true},
		{"SELECT INBOX", "SELECT", `"INBOX"`, true},
		{"SELECT INBOX", "SELECT", "inbox", true},
		{"SELECT INBOX", "SELECT", "{5+}\r\nINBOX", true},
		{"SELECT INBOX", "SELECT", "INBOX (CONDSTORE)", false},
		{"SELECT INBOX*", "SELECT", "INBOX (CONDSTORE)", true},
		{"SELECT INBOX", "SELECT", "Archive", false},
		{"SELECT Gelöscht", "SELECT", "Gel&APY-scht", true},
		{"SELECT Gel&APY-scht", "SELECT", "Gel&APY-scht", true},
		{`SELECT "Sent Items"`, "SELECT", `"Sent Items"`, true},
		{`SELECT "Sent Items"`, "SELECT", "{10}\r\nSent Items", true},
		{`SELECT "A\"B"`, "SELECT", `"A\"B"`, true},
		{"UID SEARCH *", "UID SEARCH", "ALL", true},
		{"UID FETCH 1:* (FLAGS)", "UID FETCH", "1:* (FLAGS)", true},
		{"UID FETCH 1:* (FLAGS)", "UID FETCH", "1:* (UID)", false},
		{"UID FETCH 1:* (UID FLAGS)", "UID FETCH", "1:* (FLAGS UID)", true}, // the order means nothing (RFC 9051, section 6.4.5)
		{"FETCH * (uid flags)", "FETCH", "1:3 (FLAGS UID)", true},
		{"UID FETCH 1:* (UID FLAGS)", "UID FETCH", "1:* (FLAGS)", false},
		{"UID FETCH 1:* (FLAGS)", "UID FETCH", "1:* (FLAGS UID)", false},
		{"UID FETCH 1:* (FLAGS FLAGS)", "UID FETCH", "1:* (FLAGS UID)", false},
		{"UID FETCH 1:* (UID *)", "UID FETCH", "1:* (FLAGS ENVELOPE UID)", true},
		{"UID FETCH 1:* (UID *)", "UID FETCH", "1:* (FLAGS ENVELOPE)", false},
		{"UID FETCH 1:* (UID BODY.PEEK[*])", "UID FETCH", "1:* (BODY.PEEK[HEADER.FIELDS (From To)] UID)", true},
		{"UID FETCH 1:* (UID BODY.PEEK[*])", "UID FETCH", "1:* (BODY[] UID)", false},
		{"UID FETCH 1:* (PREVIEW (LAZY) UID)", "UID FETCH", "1:* (UID PREVIEW (LAZY))", true},
		{"UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 5)", "UID FETCH", "1:* (FLAGS UID) (CHANGEDSINCE 5)", true},
		{"UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 5)", "UID FETCH", "1:* (FLAGS UID) (CHANGEDSINCE 6)", false},
		{"UID FETCH 2 (UID FLAGS)", "UID FETCH", "1 (FLAGS UID)", false},
		{"STORE 1 +FLAGS (\\Seen $Work)", "STORE", "1 +FLAGS ($Work \\Seen)", true},
		{"STORE 1 * (\\Seen $Work)", "STORE", "1 (UNCHANGEDSINCE 5) +FLAGS.SILENT ($Work \\Seen)", false},
		{"STORE 1 *FLAGS* (\\Seen $Work)", "STORE", "1 (UNCHANGEDSINCE 5) +FLAGS.SILENT ($Work \\Seen)", false},
		{"STORE 1 (UNCHANGEDSINCE 5) +FLAGS.SILENT (\\Seen $Work)", "STORE", "1 (UNCHANGEDSINCE 5) +FLAGS.SILENT ($Work \\Seen)", true},
		{"STORE 1 +FLAGS (\\Seen $Work)", "STORE", "1 -FLAGS ($Work \\Seen)", false},
		{"STATUS \"Sent Items\" (MESSAGES UNSEEN)", "STATUS", "{10}\r\nSent Items (UNSEEN MESSAGES)", true},
		{"STATUS INBOX (MESSAGES UNSEEN)", "STATUS", "Archive (UNSEEN MESSAGES)", false},
		{"UID SEARCH RETURN (MIN PARTIAL 1:10) UNSEEN", "UID SEARCH", "RETURN (PARTIAL 1:10 MIN) UNSEEN", true},
		{"UID SEARCH RETURN (MIN PARTIAL 1:10) UNSEEN", "UID SEARCH", "RETURN (PARTIAL MIN 1:10) UNSEEN", false},
		{"LIST \"\" * RETURN (STATUS (MESSAGES UNSEEN))", "LIST", "\"\" * RETURN (STATUS (UNSEEN MESSAGES))", true},
		{"UID STORE 3 +FLAGS (\\Seen)", "UID STORE", "3 +flags (\\SEEN)", true},
		{"UID STORE 3 *", "UID STORE", "30 +FLAGS (\\Seen)", false},
		{"COPY * Archive", "COPY", "1:3 \"Archive\"", true},
		{"COPY * Archive", "COPY", "1:3 Archive2", false},
		{"APPEND INBOX *", "APPEND", "INBOX (\\Seen) {3}\r\nabc", true},
		{"LOGIN user *", "LOGIN", "user ***", true},
		{"  SELECT   INBOX ", "SELECT", "INBOX", true},
	}
	for _, test := range tests {
		cmd := Command{Name: test.name, Args: test.args}
		if got := newPattern(test.pattern).matches(cmd); got != test.want {
			t.Errorf("%q and %q: got %v, want %v", test.pattern, cmd.String(), got, test.want)
		}
	}
}

func TestMatchCommands(t *testing.T) {
	commands := func(names ...string) []Command {
		var out []Command
		for _, name := range names {
			out = append(out, Command{Name: name})
		}
		return out
	}
	tests := []struct {
		commands []Command
		patterns []string
		ok       bool
		reached  int
	}{
		{commands(), nil, true, 0},
		{commands(), []string{"…"}, true, 0},
		{commands(), []string{"NOOP"}, false, 0},
		{commands("LOGIN"), nil, false, 0},
		{commands("LOGIN", "NOOP"), []string{"LOGIN", "NOOP"}, true, 2},
		{commands("LOGIN", "NOOP"), []string{"LOGIN"}, false, 1},
		{commands("LOGIN"), []string{"LOGIN", "NOOP"}, false, 1},
		{commands("LOGIN", "NOOP"), []string{"NOOP", "LOGIN"}, false, 0},
		{commands("LOGIN", "NOOP", "SELECT", "LOGOUT"), []string{"LOGIN", "...", "LOGOUT"}, true, 4},
		{commands("LOGIN", "LOGOUT"), []string{"LOGIN", "…", "LOGOUT"}, true, 2},
		{commands("LOGIN", "LOGOUT", "LOGIN", "LOGOUT"), []string{"LOGIN", "…", "LOGOUT"}, true, 4},
		{commands("A", "B", "A", "C"), []string{"…", "A", "C"}, true, 4}, // the first A is no dead end
		{commands("A", "B", "A", "C"), []string{"…", "A", "D"}, false, 4},
		{commands("A", "B"), []string{"…", "A", "…", "B", "…"}, true, 2},
		{commands("A", "X", "B"), []string{"A", "B"}, false, 1},
	}
	for _, test := range tests {
		ok, reached, _ := matchCommands(test.commands, newPatterns(test.patterns))
		if ok != test.ok || reached != test.reached {
			t.Errorf("%v and %v: got %v, %d, want %v, %d", test.commands, test.patterns, ok, reached, test.ok, test.reached)
		}
	}
}

// The mailbox that a command names is known however the client writes it (RFC 9051, section 9:
// astring), and whatever follows it.
func TestDestination(t *testing.T) {
	for _, c := range []struct{ name, args, want string }{
		{"APPEND", "Archive (\\Seen) {3}\r\nxyz", "Archive"},
		{"APPEND", "inbox {3}\r\nxyz", "INBOX"},
		{"APPEND", "{6}\r\nMy Box {3}\r\nxyz", "My Box"},
		{"APPEND", "{6+}\r\nMy Box (\\Seen) {3}\r\nxyz", "My Box"},
		{"STATUS", `"My Box" (MESSAGES)`, "My Box"},
		{"STATUS", `"a \"b\"" (MESSAGES)`, `a "b"`},
		{"RENAME", `A "B C"`, "A"},
		{"DELETE", "&AOQ-", "\u00e4"},
		{"DELETE", "", ""},
		{"COPY", "1,3:5 Archive", "Archive"},
		{"UID MOVE", `1:* "My Box"`, "My Box"},
		{"REPLACE", "4 Drafts (\\Seen) {3}\r\nxyz", "Drafts"},
		{"SELECT", "Archive", ""},
	} {
		if got := destination(&imapd.Command{Name: c.name, Line: "t " + c.name + " " + c.args}); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.name, c.args, got, c.want)
		}
	}
	for args, want := range map[string]string{`user pw`: "user", `"a b" pw`: "a b", "{3}\r\na b pw": "a b", `""`: ""} {
		if got := userOf(&Command{Name: "LOGIN", Args: args}); got != want {
			t.Errorf("LOGIN %s: got %q, want %q", args, got, want)
		}
	}
}
