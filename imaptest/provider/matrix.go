package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Matrix runs a test on a server of each profile of the catalogue, as a subtest with the
// profile's name, and logs a table of what passed where and what each failure was:
//
//	provider.Matrix(t, func(t testing.TB, srv *imaptest.Server) {
//		n, err := importer.Import(srv.Addr(), imaptest.DefaultUser, imaptest.DefaultPassword)
//		…
//	}, provider.Known("yahoo", "moves by sequence number"))
//
// The servers are those of [imaptest.Start]. The test is given a testing.TB of its own, so that
// the table can have the words of a failure. FailNow may be called from the test's own
// goroutine.
func Matrix(t *testing.T, test func(t testing.TB, srv *imaptest.Server), opts ...MatrixOption) {
	t.Helper()
	m := newMatrix(opts)
	for _, wrong := range m.wrong {
		t.Errorf("Matrix: %s", wrong)
	}
	for _, p := range m.profiles {
		t.Run(p.Name(), func(t *testing.T) {
			t.Helper()
			m.play(t, p, test)
		})
	}
	t.Logf("\n%s", m.table())
}

// MatrixOption changes what Matrix does.
type MatrixOption func(*matrix)

// Over has the test run over these profiles alone.
func Over(profiles ...imaptest.Profile) MatrixOption {
	return func(m *matrix) { m.profiles = slices.Clone(profiles) }
}

// Starting starts the servers with these options besides the profile.
func Starting(opts ...imaptest.Option) MatrixOption {
	return func(m *matrix) { m.opts = append(m.opts, opts...) }
}

// Known says that the test fails with a profile, and why: that is no failure then, and it is
// one if it passes.
func Known(profile, why string) MatrixOption {
	return func(m *matrix) { m.known[profile] = why }
}

// matrix is a run over profiles.
type matrix struct {
	profiles []imaptest.Profile
	opts     []imaptest.Option
	known    map[string]string
	results  []result
	wrong    []string // options that mean nothing
}

// result is what came of one profile.
type result struct {
	profile string
	failure string // the first line of the first failure
	skipped string
	known   string
}

func newMatrix(opts []MatrixOption) *matrix {
	m := &matrix{profiles: All(), known: map[string]string{}}
	for _, opt := range opts {
		opt(m)
	}
	for name := range m.known {
		if !slices.ContainsFunc(m.profiles, func(p imaptest.Profile) bool { return p.Name() == name }) {
			m.wrong = append(m.wrong, fmt.Sprintf("Known(%q): there is no such profile in this run", name))
		}
	}
	slices.Sort(m.wrong)
	if len(m.profiles) == 0 {
		m.wrong = append(m.wrong, "Over: there is no profile to run over")
	}
	return m
}

// play runs the test with one profile.
func (m *matrix) play(t testing.TB, p imaptest.Profile, test func(t testing.TB, srv *imaptest.Server)) {
	t.Helper()
	why, known := m.known[p.Name()]
	own := &witness{TB: t, silent: known}
	defer func() { m.results = append(m.results, result{p.Name(), own.first, own.skipped, why}) }() // also of who skips
	own.run(func() {
		own.Helper()
		test(own, imaptest.Start(own, append([]imaptest.Option{p}, m.opts...)...))
	})
	if known && !own.Failed() && own.skipped == "" {
		t.Errorf("it passes, though Known says that it does not: %s", why)
		own.first = "it passes, though it is known to fail"
	}
}

// table has a line a profile, and how many passed.
func (m *matrix) table() string {
	width, passed := 0, 0
	for _, r := range m.results {
		width = max(width, len(r.profile))
	}
	var sb strings.Builder
	for _, r := range m.results {
		switch {
		case r.failure == "" && r.skipped != "":
			fmt.Fprintf(&sb, "%-*s  skipped: %s\n", width, r.profile, r.skipped)
		case r.failure == "":
			passed++
			fmt.Fprintf(&sb, "%-*s  ok\n", width, r.profile)
		case r.known != "":
			fmt.Fprintf(&sb, "%-*s  known: %s: %s\n", width, r.profile, r.known, r.failure)
		default:
			fmt.Fprintf(&sb, "%-*s  FAILED: %s\n", width, r.profile, r.failure)
		}
	}
	fmt.Fprintf(&sb, "%d of %d profiles passed", passed, len(m.results))
	return sb.String()
}
