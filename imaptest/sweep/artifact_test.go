package sweep_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReportOfFinding: where go test is called with -artifacts, the subtest of a finding has a
// report of its run: with the rule that made it and the finding as the failure; and so has one
// that is run by itself. Without -artifacts there is none.
func TestReportOfFinding(t *testing.T) {
	line := regexp.MustCompile(`-run '([^']*)'`).FindStringSubmatch(child(t, "-test.run=^TestOneRun$"))
	if line == nil {
		t.Fatal("no finding")
	}
	for name, run := range map[string]string{"all": "^TestOneRun$", "alone": line[1]} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			out := child(t, "-test.v", "-test.artifacts", "-test.outputdir="+dir, "-test.run="+run)
			var pages []string
			if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if strings.HasSuffix(path, ".html") {
					pages = append(pages, path)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if len(pages) == 0 || !strings.Contains(out, "report: "+pages[0]) {
				t.Fatalf("got %q, and\n%s", pages, out)
			}
			page, err := os.ReadFile(pages[0])
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{"TestOneRun/at/", "DOUBLED", "letter 1", "UID COPY", "failed"} {
				if !strings.Contains(string(page), want) {
					t.Errorf("the report lacks %q", want)
				}
			}
		})
	}
}
