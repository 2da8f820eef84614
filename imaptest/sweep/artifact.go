package sweep

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
)

// A subtest that fails has a report of imaptest in its folder of artifacts, where go test was
// called with -artifacts: of its run, with its findings as failures.

// reportAgain does a run once more, for its report.
func (r *report) reportAgain(t *testing.T, one *run) {
	t.Helper()
	if artifactDir(t) == "" {
		return
	}
	r.keepServers = true
	defer func() { r.keepServers = false }()
	r.saveReport(t, one, r.once(one))
}

// artifactDir is the folder of a test's artifacts, "" if it is not kept.
func artifactDir(t *testing.T) string {
	t.Helper()
	dirs, ok := any(t).(interface{ ArtifactDir() string })
	if !ok || flagValue("test.artifacts") != "true" {
		return ""
	}
	return dirs.ArtifactDir()
}

// saveReport writes the report of a run.
func (sw *sweep) saveReport(t *testing.T, r *run, o *outcome) {
	t.Helper()
	dir := artifactDir(t)
	if dir == "" || o.srv == nil {
		return
	}
	path := filepath.Join(dir, "imap-report.html")
	page, err := sw.reportOf(t, r, o)
	if err == nil {
		err = os.WriteFile(path, page, 0o644)
	}
	if err != nil {
		t.Logf("report: %v", err)
		return
	}
	t.Logf("report: %s", path)
}

// reportOf is the page of a run, of which the findings are failures.
func (sw *sweep) reportOf(t testing.TB, r *run, o *outcome) ([]byte, error) {
	to := newRecorder(t, sw.t.Name()+"/"+r.root()+"/"+r.name())
	for _, f := range sw.findings(r, o) {
		if sw.knows(f.kind, r) == nil {
			o.srv.Errorf(to, "%s %s", f.kind, f.text)
		}
	}
	var page bytes.Buffer
	err := o.srv.WriteReport(&page)
	return page.Bytes(), err
}

// keep keeps the server of a run of which a report is wanted.
func (sw *sweep) keep(o *outcome, srv *imaptest.Server) {
	if sw.keepServers || sw.detailed {
		o.srv = srv
	}
}
