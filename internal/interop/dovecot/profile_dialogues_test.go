//go:build unix

package dovecot_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
)

// All dialogues of this package are held with the servers that can be had and with the
// profiles that play them, too. What the server has not, the profile must refuse.
func TestDialoguesOfDovecotsProfile(t *testing.T) {
	t.Parallel()
	dial := dialTCP(startStockDovecot(t))
	a := &actor{profile: provider.Dovecot, theirs: func(*testing.T) func() (net.Conn, error) { return dial }, rows: dovecotDialogues}
	a.hold(t, permitted, lenient, dovecotIsWrong)
}

func TestDialoguesOfCyrusProfile(t *testing.T) {
	t.Parallel()
	dial := dialTCP(startCyrus(t))
	a := &actor{profile: provider.Cyrus, theirs: func(*testing.T) func() (net.Conn, error) { return dial }, opts: []imaptest.Option{theirQuota()}, rows: cyrusDialogues, rules: cyrusAlways, omits: cyrusOmits}
	a.hold(t, outvoted())
}

func TestDialoguesOfCouriersProfile(t *testing.T) {
	t.Parallel()
	a := &actor{profile: provider.Courier, theirs: startStockCourier, rows: courierDialogues, rules: courierAlways, cannot: courierStops, omits: courierOmits, own: "courier", alone: true, patient: 5}
	a.hold(t)
}

func dialTCP(addr string) func() (net.Conn, error) {
	return func() (net.Conn, error) { return net.DialTimeout("tcp", addr, patience) }
}

// actor is a profile, and the server that it plays.
type actor struct {
	profile imaptest.Profile
	theirs  func(*testing.T) func() (net.Conn, error)
	opts    []imaptest.Option
	rows    []difference
	rules   []rule
	cannot  map[string]string // dialogues that cannot be held, and why
	omits   []omission
	own     string // a folder with dialogues that take the place of those of the same name
	alone   bool   // the server has one account
	patient int    // refusals in a row that it puts up with
}

// omission are steps of a dialogue that are left out with a server, and why.
type omission struct{ dialogue, tags, why string }

// hold holds all dialogues with both. The rows of others are those of differences that are this server's
// whatever it plays.
func (a *actor) hold(t *testing.T, others ...[]difference) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dialogues: %v", err)
	}
	tables := newTables(append([][]difference{a.rows}, others...)...)
	tables.own = a.rules
	tables.sayings = readSayings(t, a.profile.Name())
	var toAnyone []*dialogue // as in TestDovecot
	t.Run("dialogues", func(t *testing.T) {
		for _, file := range files {
			d := a.dialogue(t, file)
			if d == nil {
				continue
			}
			if d.says(" anyone") {
				toAnyone = append(toAnyone, d)
				continue
			}
			t.Run(d.name, func(t *testing.T) {
				t.Parallel()
				a.compare(t, d, tables)
			})
		}
	})
	for _, d := range toAnyone {
		t.Run("dialogues/"+d.name, func(t *testing.T) { a.compare(t, d, tables) })
	}
	tables.sayings.close(t, tables.played)
	t.Logf("%d dialogues of %d, %d commands", len(tables.played), len(files), tables.commands)
	for i, row := range newTables(a.rows).differences {
		if tables.played[row.dialogue] && !tables.occurred[i] {
			t.Errorf("listed, but does not occur: %+v", row)
		}
	}
	for _, r := range a.rules {
		if len(tables.played) > 0 && !tables.rules[r.pattern] {
			t.Errorf("rule without effect: %s (%s)", r.pattern, r.why)
		}
	}
}

// dialogue is that of a file as it is held with this server, or nil.
func (a *actor) dialogue(t *testing.T, file string) *dialogue {
	if a.own != "" {
		own := filepath.Join("testdata", a.own, filepath.Base(file))
		if _, err := os.Stat(own); err == nil {
			file = own
		}
	}
	d, err := parseDialogue(file)
	if err != nil {
		t.Fatal(err)
	}
	if a.cannot[d.name] != "" {
		return nil
	}
	for _, o := range a.omits {
		if o.dialogue == d.name {
			if missing := d.omit(strings.Fields(o.tags)...); len(missing) > 0 {
				t.Errorf("%s has no %q to be left out", file, missing)
			}
		}
	}
	d.ranks, d.sync, d.patient = false, a.alone, a.patient
	return d
}

// compare holds one.
func (a *actor) compare(t *testing.T, d *dialogue, tables *tables) {
	want, err := play(d, d.name, a.theirs(t))
	got, ourErr := play(d, d.name, serve(t, d, append(a.opts, a.profile, imaptest.WithLimits(imaptest.Limits{}))...))
	if len(want) != len(got) || (err == nil) != (ourErr == nil) {
		t.Errorf("%v, this server: %v", err, ourErr)
	}
	n := min(len(want), len(got))
	want, got = want[:n], got[:n]
	wantLines, gotLines := normalise(d, want), normalise(d, got)
	for i, answer := range want {
		if diff := tables.compare(d.name, answer.tag, answer.step.text, gotLines[i], wantLines[i]); diff != "" {
			t.Errorf("%s.txtar:%d: %s: %s\n%s", d.name, answer.step.line, answer.step.conn, answer.step.text, diff)
		}
	}
	tables.done(d.name, n)
}
