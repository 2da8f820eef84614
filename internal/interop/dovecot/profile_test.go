//go:build unix

package dovecot_test

import (
	"bufio"
	"net"
	"regexp"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
)

// The profiles of package provider that play a server which can be had are held to it: the
// same dialogues, and every line of the answers to the byte, but for numbers that are
// anybody's. What differs stands in a table, with its reason.
func TestProfileOfDovecot(t *testing.T) {
	t.Parallel()
	addr := startStockDovecot(t)
	dial := func() (net.Conn, error) { return net.DialTimeout("tcp", addr, patience) }
	holdProfile(t, provider.Dovecot, dial, dovecotProfile, "before", "wrong", "session")
}

func TestProfileOfCyrus(t *testing.T) {
	t.Parallel()
	addr := startCyrus(t)
	dial := func() (net.Conn, error) { return net.DialTimeout("tcp", addr, patience) }
	holdProfile(t, provider.Cyrus, dial, cyrusProfile, "before", "session")
}

func TestProfileOfCourier(t *testing.T) {
	t.Parallel()
	holdProfile(t, provider.Courier, startStockCourier(t), courierProfile, "courier")
}

func TestProfileOfCourierBeforeLogin(t *testing.T) {
	t.Parallel()
	holdProfile(t, provider.Courier, startCourierLogin(t), courierBefore, "courier_before")
}

// holdProfile holds dialogues with a server, and with the profile that plays it.
func holdProfile(t *testing.T, p imaptest.Profile, theirs func() (net.Conn, error), rows []difference, names ...string) {
	tables := newTables(rows)
	compareGreetings(t, p, theirs, tables)
	for _, name := range names {
		d, err := parseDialogue("testdata/profile/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		want, err := play(d, name, theirs)
		if err != nil {
			t.Fatal(err)
		}
		got, err := play(d, name, serve(t, d, p, imaptest.WithLimits(imaptest.Limits{})))
		if err != nil {
			t.Fatalf("this server: %v", err)
		}
		for i, a := range want {
			if diff := tables.compareBytes(name, a.tag, masked(got[i].responses), masked(a.responses)); diff != "" {
				t.Errorf("%s.txtar:%d: %s\n%s", name, a.step.line, a.step.text, diff)
			}
		}
	}
	for i, row := range tables.differences {
		if !tables.occurred[i] {
			t.Errorf("listed, but does not occur: %+v", row)
		}
	}
}

// compareGreetings compares what the two say first.
func compareGreetings(t *testing.T, p imaptest.Profile, theirs func() (net.Conn, error), tables *tables) {
	ours := serve(t, &dialogue{name: "greeting"}, p)
	if diff := tables.compareBytes("greeting", "*", masked(greeting(t, ours)), masked(greeting(t, theirs))); diff != "" {
		t.Errorf("greeting\n%s", diff)
	}
}

func greeting(t *testing.T, dial func() (net.Conn, error)) []string {
	t.Helper()
	nc, err := dial()
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	line, err := (&peer{nc: nc, r: bufio.NewReader(nc)}).read()
	if err != nil {
		t.Fatal(err)
	}
	return []string{line}
}

// compareBytes tells the difference between two answers that no row has, in their order.
func (t *tables) compareBytes(dialogue, tag string, ours, theirs []string) string {
	if strings.Join(ours, "\n") == strings.Join(theirs, "\n") {
		return ""
	}
	for i, d := range t.differences {
		if d.dialogue == dialogue && d.tags == tag && has(ours, d.ours) && has(theirs, d.theirs) {
			ours, theirs = remove(ours, d.ours), remove(theirs, d.theirs)
			t.occurred[i] = true
		}
	}
	if strings.Join(ours, "\n") == strings.Join(theirs, "\n") {
		return ""
	}
	return "    ours\n        " + strings.Join(ours, "\n        ") + "\n    theirs\n        " + strings.Join(theirs, "\n        ")
}

// masks are numbers and names that each server chooses.
var masks = []struct {
	pattern *regexp.Regexp
	replace string
}{
	{re(`(UIDVALIDITY|HIGHESTMODSEQ|APPENDUID|COPYUID) \d+`), "$1 N"},
	{re(`MAILBOXID \([^)]*\)`), "MAILBOXID (ID)"},
	{re(` \(\d+\.\d+( \+ \d+\.\d+)+ secs\)\.$`), " (T secs)."},
	{re(`\(\d+\.\d+ sec(s?)`), "(T sec$1"},
	{re(`(\d+ msgs in) \d+\.\d+ secs`), "$1 T secs"},
	{re(`SESSIONID=<[^>]*>`), "SESSIONID=<ID>"},
}

func masked(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		for _, m := range masks {
			line = m.pattern.ReplaceAllString(line, m.replace)
		}
		out[i] = line
	}
	return out
}

// dovecotProfile are the differences between Dovecot 2.3.19 and its profile.
var dovecotProfile = []difference{
	{"before", "p6", "p6 OK [CAPABILITY", "* CAPABILITY\np6 OK Logged in",
		"RFC 9051, section 7.1", "A client that has asked before is told the new list in a line of its own."},
	{"session", "a8", "* LSUB", "",
		"RFC 3501, section 6.3.9", "Accounts of this server are subscribed to INBOX."},
	{"session", "a9 d7", "[HIGHESTMODSEQ", "",
		"RFC 7162, section 3.1.2.1", "It is told once the client has used CONDSTORE; the RFC wants it always."},
	{"session", "b6", "b6 BAD Error in IMAP command FETCH:", "b6 BAD Error in IMAP command FETCH:",
		"RFC 9051, section 7.1", "The words of the parser."},
	{"session", "b7", `(FLAGS ($Foo \Recent))`, `(FLAGS (\Recent $Foo))`,
		"RFC 9051, section 2.3.2", "The order of flags."},
	{"session", "b8", "b8 BAD", "b8 BAD Error in IMAP command STORE: Invalid system flag",
		"RFC 9051, section 7.1", "The words of the parser, which name the flag in capitals."},
	{"session", "c9", "c9 BAD Error in IMAP command SEARCH:", "c9 BAD Error in IMAP command SEARCH:",
		"RFC 9051, section 7.1", "The words of the parser."},
	{"session", "d3", "", "* 0 RECENT",
		"RFC 3501, section 7.3.2", "RECENT is told when it falls, too."},
	{"session", "d4", "d4 OK Move completed", "d4 OK No messages found",
		"RFC 9051, section 7.1", "The words of a MOVE of nothing."},
	{"session", "f2", "f2 BAD Error in IMAP command STATUS:", "f2 BAD Error in IMAP command STATUS:",
		"RFC 9051, section 7.1", "The words of the parser."},
}

// cyrusProfile are the differences between Cyrus 3.6.1 and its profile.
var cyrusProfile = []difference{
	{"before", "p5", "* ID", "* ID",
		"RFC 2971, section 3.3", "It tells how it was built, and on which kernel it runs."},
	{"session", "a4", "* ID", "* ID",
		"RFC 2971, section 3.3", "The same."},
	{"session", "a6", "a6 OK Completed (T secs 1 calls)", "a6 OK Completed (T secs)",
		"RFC 9051, section 7.1", "The words of LIST when it lists nothing."},
	{"session", "b3", `(UID 1 FLAGS (\Recent))`, `(FLAGS (\Recent) UID 1)`,
		"RFC 9051, section 7.5.2", "The order of items."},
	{"session", "b6", "b6 BAD", "b6 BAD Invalid Fetch attribute",
		"RFC 9051, section 7.1", "The words of the parser."},
	{"session", "b7", `(FLAGS ($Foo \Recent))`, `(FLAGS (\Recent $Foo))`,
		"RFC 9051, section 2.3.2", "The order of flags."},
	{"session", "b8", "b8 BAD Invalid system flag in STORE command", "b8 BAD Invalid system flag in Store command",
		"RFC 9051, section 7.1", "How the command is spelled."},
	{"session", "d2", "", "* 1 FETCH",
		"RFC 9051, section 6.4.6", "What .SILENT asks for is no promise: Cyrus tells the flags once it has told a modseq."},
	{"session", "d3", "d3 OK Completed", "d3 OK [HIGHESTMODSEQ N] Completed",
		"RFC 7162, section 3.1.2.1", "The same: CONDSTORE is on after SELECT."},
	{"session", "e4", "", "* OK rename Fox Foz",
		"RFC 9051, section 7.1", "Each mailbox that is renamed is told."},
}

// courierProfile are the differences between Courier 5.0 and its profile.
var courierProfile = []difference{
	{"greeting", "*", "* OK", "* PREAUTH",
		"RFC 3501, section 7.1.4", "The session begins logged in."},
	{"courier", "login", "login OK", "login NO",
		"RFC 3501, section 6.2.3", "The session begins logged in."},
	{"courier", "a8", "* LSUB", "",
		"RFC 3501, section 6.3.9", "Accounts of this server are subscribed to INBOX."},
	{"courier", "b2 d7", "* 1 RECENT", "* 0 RECENT",
		"RFC 3501, section 2.3.2", "What a session appends or copies is not recent to any."},
	{"courier", "b3", `FLAGS (\Recent)`, "FLAGS ()",
		"RFC 3501, section 2.3.2", "The same."},
	{"courier", "c1", "c1 NO Invalid mailbox name.", "c1 NO INBOX already exists!",
		"RFC 9051, section 7.1", "The words of a CREATE of INBOX."},
	{"courier", "d3", "", "* 0 RECENT",
		"RFC 3501, section 7.3.2", "RECENT is told with EXISTS."},
	{"courier", "e1", "e1 NO", "e1 OK",
		"RFC 9051, section 6.3.6", "RENAME of a mailbox that is not there is a failure; Courier says OK."},
}

// courierBefore are those before login.
var courierBefore []difference
