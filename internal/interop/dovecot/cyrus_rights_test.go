//go:build unix

package dovecot_test

import (
	"fmt"
	"net"
	"path/filepath"
	"testing"
)

// TestCyrusRights holds the dialogues about rights and URLs, and those that Dovecot cannot
// hold, with Cyrus and with this module's server.
func TestCyrusRights(t *testing.T) {
	addr := startCyrus(t)
	cyrus := func() (net.Conn, error) { return net.DialTimeout("tcp", addr, patience) }
	files, err := filepath.Glob("testdata/cyrus/dialogues/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dialogues: %v", err)
	}
	for _, name := range []string{"acl", "acl_others", "catenate", "urlauth", "urlauth_binary"} {
		files = append(files, "testdata/"+name+".txtar")
	}
	rowsSayWhy(t, cyrusDiffers, cyrusURLs, cyrusAnnotations)
	tables := newTables(cyrusDiffers, cyrusURLs, cyrusAnnotations)
	theirs := capabilities(t, cyrus, "probe")
	for _, file := range files {
		d, err := parseDialogue(file)
		if err != nil {
			t.Fatal(err)
		}
		if lacks := d.lacks(theirs); lacks != "" {
			t.Fatalf("Cyrus has no %s", lacks)
		}
		compareWith(t, d, cyrus, theirs, tables)
	}
	for i, row := range tables.differences {
		if !tables.occurred[i] {
			t.Errorf("listed, but does not occur: %+v", row)
		}
	}
	for _, r := range cyrusRules {
		if !tables.rules[r.pattern] {
			t.Errorf("rule without effect: %s (%s)", r.pattern, r.why)
		}
	}
}

// compareWith holds one dialogue with another server, which has these capabilities, and
// with this one.
func compareWith(t *testing.T, d *dialogue, other func() (net.Conn, error), theirs []string, tables *tables) {
	t.Helper()
	want, err := play(d, d.name, other)
	if err != nil {
		t.Fatal(err)
	}
	got, err := play(d, d.name, serve(t, d, without(capabilities(t, serve(t, d), d.name), theirs)))
	if err != nil {
		t.Fatalf("this server: %v", err)
	}
	wantLines, gotLines := normalise(d, want), normalise(d, got)
	for i, a := range want {
		ours, theirs := gotLines[i], wantLines[i]
		for _, r := range cyrusRules {
			if r.command != nil && !r.command.MatchString(a.step.text) {
				continue
			}
			before := fmt.Sprint(ours, theirs)
			ours, theirs = r.rewrite(ours), r.rewrite(theirs)
			tables.rules[r.pattern] = tables.rules[r.pattern] || fmt.Sprint(ours, theirs) != before
		}
		if diff := tables.compare(d.name, a.tag, a.step.text, ours, theirs); diff != "" {
			t.Errorf("%s.txtar:%d: %s: %s\n%s", d.name, a.step.line, a.step.conn, a.step.text, diff)
		}
	}
}

// cyrusRules are choices of Cyrus that come up everywhere.
var cyrusRules = []rule{
	{pattern: re(`^(\S+ NO) \[NOPERM\]$`), replace: `$1`,
		rfc: "RFC 5530, section 3", why: "The codes of a NO are advice."},
	{pattern: re(`^\* OK \[ANNOTATIONS .*\]$`),
		rfc: "RFC 5257, section 4.1", why: "The longest value is a server's choice, and the code is told where annotations can be."},
	{pattern: re(`acdeiklnprstwx`), replace: `acdeiklprstwx`,
		rfc: "RFC 5257, section 4.1", why: "n is the right for annotations."},
	{pattern: re(`(LISTRIGHTS .*) 0 1 2 3 4 5 6 7 8 9 (.*) n p `), replace: `$1 $2 p `,
		rfc: "RFC 4314, section 2", why: "The same, and digits, which are a server's own."},
	{command: re(`^\S+ STORE .* ANNOTATION `), pattern: re(`^\* \d+ FETCH FLAGS \(.*\)$`),
		rfc: "RFC 5257, section 4.5", why: "STORE of an annotation is silent; Cyrus tells the flags."},
	{command: re(`^\S+ URLFETCH `), pattern: re(`^\* NO$`),
		rfc: "RFC 3501, section 7.1.2", why: "A text that says why a URL is NIL."},
	{pattern: re(`("TEXT" "PLAIN") \("CHARSET" "us-ascii"\)`), replace: `$1 NIL`,
		rfc: "RFC 2045, section 5.2", why: "The charset of a part that names none: told, or left to the client."},
	{pattern: re(`^\* \d+ RECENT$`),
		rfc: "RFC 3501, section 2.3.2", why: "Cyrus has \\Recent for each account."},
	{pattern: re(`( FETCH FLAGS \(.*?) ?\\Recent`), replace: `$1`,
		rfc: "RFC 3501, section 2.3.2", why: "The same."},
	{pattern: re(`LIST \(\\Has(No)?Children ?`), replace: `LIST (`,
		rfc: "RFC 5258, section 4", why: "They may be told unasked."},
}

// cyrusDiffers are the other differences between this server and Cyrus 3.6 in what rights are
// for.
var cyrusDiffers = []difference{
	{"acl", "a14", "-bob=", "-ann=",
		"RFC 4314, section 3.1", "Whether an identifier without rights keeps its entry."},
	{"acl", "a32", "BAD", "NO",
		"RFC 4314, section 3", "An identifier of which nothing is left MUST be refused with BAD."},
	{"acl", "b6", "", "* OK",
		"RFC 3501, section 7.1.1", "A text about each mailbox that is renamed."},
	{"acl_others", "a74", "", "[UNSEEN 1]",
		"RFC 4314, section 5.2", "\\Seen is an account's own, as here with SeenPerUser."},
	{"acl_others", "a75", "* 1 FETCH\n* 2 FETCH", "* 1 FETCH\n* 2 FETCH",
		"RFC 4314, section 5.2", "The same."},
	{"acl_others", "b111", "OK", "OK [HIGHESTMODSEQ",
		"RFC 7162, section 3.2.7", "HIGHESTMODSEQ without QRESYNC."},
	{"acl_others", "b121", "NO", "{*}",
		"RFC 6851, section 4.2", "MOVE takes what UID STORE, UID COPY and UID EXPUNGE take: t too."},
	{"list_myrights", "a11", `LIST () "/" "Team"`, `\NonExistent`,
		"RFC 5258, section 3.5", "The mailbox exists; it is listed for what is below it."},
	{"list_metadata", "a7", `LIST () "/" "Team"`, `\NonExistent`,
		"RFC 5258, section 3.5", "The same."},
	{"list_myrights", "b3", `\Noselect`, "Team/Below\"",
		"RFC 5819, section 2", "Without r there MUST be no STATUS, and \\NoSelect."},
}
