package imaptest_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
)

// With -artifacts a test that fails leaves a report, which its output names, and a test that
// passes leaves none, though a TB of its own has seen failures. Verified on the real thing:
// tests in a process of their own.
func TestReportsAmongArtifacts(t *testing.T) {
	const inside = "IMAPTEST_ARTIFACTS"
	if os.Getenv(inside) != "" {
		inbox := func(t *testing.T, opts ...imaptest.Option) imaptest.Mailbox {
			return imaptest.Start(t, append(opts, imaptest.InMemory())...).Mailbox("INBOX")
		}
		t.Run("passes", func(t *testing.T) { inbox(t).AssertCount(t, 0) })
		t.Run("expects", func(t *testing.T) { inbox(t).AssertCount(&fakeTB{TB: t}, 1) })
		t.Run("asks", func(t *testing.T) { inbox(t, imaptest.WithReport()) })
		t.Run("asserts", func(t *testing.T) { inbox(t).AssertCount(t, 1) })
		t.Run("errs", func(t *testing.T) { inbox(t); t.Error("a reason of its own") })
		t.Run("two", func(t *testing.T) { inbox(t); inbox(t).AssertCount(t, 1) })
		return
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.artifacts", "-test.outputdir="+dir)
	cmd.Env = append(os.Environ(), inside+"=1")
	out, _ := cmd.CombinedOutput()
	folders := make(map[string]string)
	for _, line := range regexp.MustCompile(`=== ARTIFACTS \S+/(\w+) (.+)`).FindAllStringSubmatch(string(out), -1) {
		folders[strings.TrimSpace(line[2])] = line[1]
	}
	left := make(map[string]int)
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".html" {
			return err
		}
		left[folders[filepath.Dir(path)]]++
		if info, err := d.Info(); err != nil || info.Size() == 0 || !strings.Contains(string(out), "report: "+path) {
			t.Errorf("%s is empty, or told nowhere", path)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"": 0, "passes": 0, "expects": 0, "asks": 1, "asserts": 1, "errs": 1, "two": 2} {
		if left[name] != want {
			t.Errorf("%q: got %d reports, want %d", name, left[name], want)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}
