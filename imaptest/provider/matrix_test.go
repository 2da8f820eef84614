package provider

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/go-mailtest/mailtest/imaptest"
)

// fakeT is a test that may fail without failing this one.
type fakeT struct {
	testing.TB
	said []string
}

func (f *fakeT) Error(args ...any) { f.said = append(f.said, fmt.Sprint(args...)) }
func (f *fakeT) Errorf(format string, args ...any) {
	f.said = append(f.said, fmt.Sprintf(format, args...))
}
func (f *fakeT) Skip(...any)         { runtime.Goexit() }
func (f *fakeT) Log(...any)          {}
func (f *fakeT) Logf(string, ...any) {}

// A test that fails in each way that tests have, and what the matrix says of it.
func TestMatrix(t *testing.T) {
	m := newMatrix([]MatrixOption{
		Over(Gmail, Yahoo, ICloud, Dovecot, Cyrus, Courier, Zimbra, QQ, GMX),
		Known("cyrus", "its names"), Known("courier", "nothing"), Known("nobody", "a typing error"),
	})
	f := &fakeT{TB: t}
	for _, p := range m.profiles {
		m.play(f, p, func(t testing.TB, srv *imaptest.Server) {
			switch p.Name() {
			case "gmail":
				srv.Mailbox("INBOX").AssertCount(t, 0)
			case "yahoo":
				t.Errorf("got %d mails, want 3\nand more", 2)
				t.Errorf("this comes too late for the table")
			case "icloud":
				srv.Mailbox("INBOX").AssertCount(t, 7)
			case "dovecot":
				t.Fatal("it cannot go", "on")
				t.Errorf("and does not")
			case "cyrus":
				t.Errorf("a mailbox has another name")
			case "zimbra":
				t.FailNow()
			case "qq":
				t.Skip("it has", "no keywords")
			case "gmx":
				t.SkipNow()
			}
		})
	}
	want, err := os.ReadFile("testdata/matrix.golden")
	if err != nil {
		t.Fatal(err)
	}
	got := m.table() + "\n" + strings.Join(m.wrong, "\n") + "\n"
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	for _, said := range f.said {
		if strings.Contains(said, "another name") {
			t.Errorf("what is known to fail fails the test: %s", said)
		}
	}
	if all := strings.Join(f.said, "\n"); !strings.Contains(all, "this comes too late") || !strings.Contains(all, "it passes, though Known says that it does not: nothing") {
		t.Errorf("the test does not say all that failed:\n%s", all)
	}
}

// A test that panics does so where it is known for which profile.
func TestMatrixPanics(t *testing.T) {
	defer func() {
		if why := fmt.Sprint(recover()); !strings.HasPrefix(why, "boom\n") || !strings.Contains(why, "matrix_test.go") {
			t.Errorf("got %s", why)
		}
	}()
	newMatrix([]MatrixOption{Over(Gmail)}).play(&fakeT{TB: t}, Gmail, func(testing.TB, *imaptest.Server) { panic("boom") })
	t.Error("it goes on")
}

// A matrix of nothing is a mistake, and no success.
func TestMatrixOfNothing(t *testing.T) {
	if m := newMatrix([]MatrixOption{Over()}); len(m.wrong) != 1 {
		t.Errorf("got %q", m.wrong)
	}
}

// The servers are ended before the next one begins, and what was to be cleaned up is.
func TestMatrixCleansUp(t *testing.T) {
	m := newMatrix([]MatrixOption{Over(Gmail, Yahoo)})
	var order []string
	for _, p := range m.profiles {
		m.play(t, p, func(t testing.TB, srv *imaptest.Server) {
			t.Cleanup(func() { order = append(order, "first of "+p.Name()) })
			t.Cleanup(func() { order = append(order, "second of "+p.Name()) })
		})
	}
	want := []string{"second of gmail", "first of gmail", "second of yahoo", "first of yahoo"}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Error(diff)
	}
}
