package sweep_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// weary looks at what becomes of a COPY, and at that of its second try no more.
func weary(t testing.TB, srv *imaptest.Server) string {
	refused := 0
	sweep.Retry(t, 3, func() error {
		return session(t.Context(), srv, func(c *client, uids []string) error {
			for _, uid := range uids {
				if _, err := c.cmd("UID COPY %s Archive", uid); err != nil {
					if refused++; refused < 2 {
						return err
					}
				}
				if _, err := c.cmd(`UID STORE %s +FLAGS (\Deleted)`, uid); err != nil {
					return err
				}
				if _, err := c.cmd("UID EXPUNGE %s", uid); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return ""
}

// thirdTime says so when NOOP has been refused three times.
func thirdTime(t testing.TB, srv *imaptest.Server) string {
	refused := 0
	sweep.Retry(t, 3, func() error {
		c, err := dial(t.Context(), srv, timeout)
		if err != nil {
			return err
		}
		defer c.close()
		if _, err = c.cmd("NOOP"); err != nil {
			refused++
		}
		return err
	})
	if refused > 2 {
		return "refused three times"
	}
	return ""
}

// What two disturbances do and one does not is found by Pairs, and what three do by Random;
// each is said with the fewest that it takes, all of its rules, and a line that does it again.
func TestSeveral(t *testing.T) {
	if inChild() {
		t.Run("two", func(t *testing.T) {
			sweep.Run(t, weary, letters(1), sweep.Only(sweep.Answers), sweep.Except("No.UNAVAILABLE", "No.LIMIT", "No.OVERQUOTA", "No.TRYCREATE", "No.INUSE", "Bye"), sweep.Unchecked(sweep.NoDuplicates, sweep.SameState), sweep.Pairs())
		})
		t.Run("fallback", func(t *testing.T) {
			sweep.Run(t, func(t testing.TB, srv *imaptest.Server) string {
				sweep.Retry(t, 3, func() error { return archive(t.Context(), dialer(srv)) })
				return ""
			}, letters(1), sweep.Only(sweep.Answers, sweep.Odd), sweep.Unchecked(sweep.NoDuplicates, sweep.SameState), sweep.Sample(120),
				sweep.Except("Bad", "Bye", "Omit", "OmitLine", "OmitItem", "OmitCode", "Unasked", "Empty", "Stale", "NoModSeq"), sweep.Pairs())
		})
		t.Run("three", func(t *testing.T) {
			sweep.Run(t, thirdTime, sweep.Only(sweep.Breaks, sweep.Slow), sweep.Random(150, 7))
		})
		return
	}
	out := child(t, "-test.run=^TestSeveral$")
	compare(t, "testdata/several.txt", normal(out))
	lines := regexp.MustCompile(`-run '([^']*)'`).FindAllStringSubmatch(out, -1)
	if len(lines) != 3 {
		t.Fatalf("%d findings, want 3", len(lines))
	}
	for i, want := range []string{`LOST "letter 1" is nowhere`, `LOST "letter 1" is nowhere`, "RESULT - \n"} {
		shown := child(t, "-test.v", "-test.run="+lines[i][1])
		if !strings.Contains(shown, want) || strings.Count(shown, "rule srv.On(") != 1 || !strings.Contains(shown, "transcript\n") {
			t.Errorf("%s: got\n%s", lines[i][1], shown)
		}
	}
}

// A client with which nothing is wrong survives whatever comes together.
func TestCarefulWithSeveral(t *testing.T) {
	sweep.Run(t, careful, letters(2), sweep.Sample(several()), sweep.Pairs(), sweep.Random(several(), 1))
}
