//go:build unix

package dovecot_test

import (
	"bufio"
	"context"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
)

// TestDovecot holds the dialogues of testdata with Dovecot and with this
// module's server.
func TestDovecot(t *testing.T) {
	addr := startDovecot(t)
	// Accounts are made by logging in, so that each dialogue finds empty ones.
	dovecot := func() (net.Conn, error) { return net.DialTimeout("tcp", addr, patience) }
	theirCaps := capabilities(t, dovecot, "probe")
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dialogues: %v", err)
	}
	tables := newTables(permitted, lenient, dovecotIsWrong)
	var toAnyone []*dialogue // what one grants to anyone, all accounts of Dovecot see: they come last, one by one
	t.Run("dialogues", func(t *testing.T) {
		for _, file := range files {
			d, err := parseDialogue(file)
			if err != nil {
				t.Fatal(err)
			}
			if d.says(" anyone") {
				toAnyone = append(toAnyone, d)
				continue
			}
			t.Run(d.name, func(t *testing.T) {
				t.Parallel()
				hold(t, d, dovecot, theirCaps, tables)
			})
		}
	})
	for _, d := range toAnyone {
		t.Run("dialogues/"+d.name, func(t *testing.T) { hold(t, d, dovecot, theirCaps, tables) })
	}
	tables.checkStale(t, files)
}

// hold holds one dialogue with both servers and compares.
func hold(t *testing.T, d *dialogue, dovecot func() (net.Conn, error), theirCaps []string, tables *tables) {
	if lacks := d.lacks(theirCaps); lacks != "" {
		if os.Getenv("CI") == "true" { // the Dovecot that is installed there has all of it
			t.Fatalf("Dovecot has no %s", lacks)
		}
		t.Skipf("Dovecot has no %s", lacks)
	}
	everything := serve(t, d)
	ourCaps := capabilities(t, everything, d.name)
	if lacks := d.lacks(ourCaps); lacks != "" {
		t.Fatalf("this server has no %s", lacks)
	}
	// What only this server has would show in its answers.
	ours := serve(t, d, without(ourCaps, theirCaps), theirQuota())

	want, err := play(d, d.name, dovecot)
	if err != nil {
		t.Fatalf("Dovecot: %v", err)
	}
	got, err := play(d, d.name, ours)
	if err != nil {
		t.Fatalf("this server: %v", err)
	}
	wantLines, gotLines := normalise(d, want), normalise(d, got)
	for i := range want {
		if diff := tables.compare(d.name, want[i].tag, want[i].step.text, gotLines[i], wantLines[i]); diff != "" {
			t.Errorf("%s.txtar:%d: %s: %s\n%s", d.name, want[i].step.line, want[i].step.conn, want[i].step.text, diff)
		}
	}
	tables.done(d.name, len(want))
}

// theirQuota is the root that the others give to each account, by testdata/dovecot.conf and
// testdata/cyrus/imapd.conf.
func theirQuota() imaptest.Option {
	return imaptest.WithQuota(fixtures.Quota{Root: "user", Limits: map[imap.QuotaResourceType]int64{
		imap.QuotaResourceStorage: 10240, imap.QuotaResourceMessage: 50,
	}})
}

// serve starts this server with the accounts of a dialogue and gives the way in.
func serve(t *testing.T, d *dialogue, opts ...imaptest.Option) func() (net.Conn, error) {
	t.Helper()
	opts = append(opts, imaptest.InMemory(), imaptest.WithoutDefaultMailboxes(), imaptest.WithUser(d.name, "password"))
	if slices.Contains(d.needs, "ANNOTATE-EXPERIMENT-1") {
		opts = append(opts, imaptest.With("ANNOTATE-EXPERIMENT-1"))
	}
	for _, name := range d.people {
		opts = append(opts, imaptest.WithUser(d.account(name, d.name), "password"))
	}
	srv, err := imaptest.New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	return func() (net.Conn, error) { return srv.Dial(context.Background()) }
}

// without takes away the capabilities that only we have.
func without(ours, theirs []string) imaptest.Option {
	var only []imap.Cap
	for _, name := range ours {
		if !slices.Contains(theirs, name) {
			// Advertised with its value, but named without.
			if _, ok := strings.CutPrefix(name, "APPENDLIMIT="); ok {
				name = "APPENDLIMIT"
			}
			only = append(only, imap.Cap(name))
		}
	}
	return imaptest.Without(only...)
}

// capabilities are those after login.
func capabilities(t *testing.T, dial func() (net.Conn, error), user string) []string {
	nc, err := dial()
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	p := &peer{nc: nc, r: bufio.NewReader(nc), tag: "c"}
	if err := p.send("b LOGIN " + user + " password\r\nc CAPABILITY\r\n"); err != nil {
		t.Fatal(err)
	}
	got, err := p.readAnswer()
	if err != nil || len(got) < 2 {
		t.Fatalf("CAPABILITY: %q, %v", got, err)
	}
	names := strings.Fields(strings.TrimPrefix(got[len(got)-2], "* CAPABILITY "))
	for i, name := range names {
		if strings.HasPrefix(name, "RIGHTS=") {
			names[i] = "RIGHTS" // whose letters are in any order, and may be more (RFC 4314, section 5.1.1)
		}
	}
	return names
}

// lacks is what a dialogue needs and a server does not have, "" for nothing.
func (d *dialogue) lacks(have []string) string {
	for _, want := range d.needs {
		if !slices.Contains(have, want) {
			return want
		}
	}
	return ""
}
