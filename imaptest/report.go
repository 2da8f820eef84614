package imaptest

import (
	"io"
	"os"
	"strings"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/report"
)

// WithReport has the test end with a report, whether it fails or not: one HTML file in which
// to see what the clients, the test and the server did to each other, in order, and what became
// of the mail. It is in the folder of the test's artifacts, where go test was called with
// -artifacts, or else in a temporary file; the log says where, and so does a failure. With
// -artifacts a test that fails has one without this option.
//
// The server then remembers more of a long test, at the cost of memory: see
// [Server.WriteReport].
func WithReport() Option {
	return optionFunc(func(c *config) error { c.report = true; return nil })
}

// ReportWithoutBodies leaves what messages say out of reports, in the dialogue too.
func ReportWithoutBodies() Option {
	return optionFunc(func(c *config) error { c.reportWithoutBodies = true; return nil })
}

// WriteReport writes the report of [WithReport] as it would be now. Passwords, tokens and SASL
// responses are not in it: they are recorded nowhere.
//
// It tells of the last 20,000 commands and 10,000 changes of the mail, of a megabyte of
// dialogue and 8 MiB of messages that are gone; with WithReport or -artifacts of 60,000
// commands, 200,000 changes, 16 MiB of dialogue and 128 MiB of such messages.
func (s *Server) WriteReport(w io.Writer) error {
	return report.Write(w, s.tell(), report.Options{WithoutBodies: s.cfg.reportWithoutBodies})
}

// reportAsked says that a report may be wanted when the test ends.
func (c *config) reportAsked() bool { return c.report || artifactsKept() }

// reportedFailures is how many failures of a test name their place in the report.
const reportedFailures = 10

// reportLink is where the report will tell of the failure that was recorded last, "" if there
// will be no report.
func (s *Server) reportLink() string {
	s.mu.Lock()
	s.failures++
	n := s.failures
	s.mu.Unlock()
	path := s.reportPath()
	if path == "" || n > reportedFailures {
		return ""
	}
	d := s.tell()
	if len(d.Failures) > 0 {
		d.Failures = d.Failures[len(d.Failures)-1:]
	}
	return "report: " + path + report.Fragment(d)
}

// reportPath is where the report of the test will be: nowhere, if none is wanted.
func (s *Server) reportPath() string {
	if s.test == "" || !s.cfg.reportAsked() {
		return ""
	}
	s.reportOnce.Do(func() { s.reportFile = s.newReportFile(s.t) })
	return s.reportFile
}

// newReportFile makes the file, so that no other server of the test takes its name.
func (s *Server) newReportFile(t TB) string {
	dirs, ok := t.(interface{ ArtifactDir() string })
	switch {
	case ok && artifactsKept():
		path := freeName(dirs.ArtifactDir(), "imap-report", ".html")
		if err := os.WriteFile(path, nil, 0o644); err == nil {
			return path
		}
	case s.cfg.report:
		name := strings.Map(fileLetter, t.Name())
		if f, err := os.CreateTemp("", "mailtest-"+name+"-*.html"); err == nil {
			f.Close()
			return f.Name()
		}
	}
	return ""
}

// fileLetter is a letter that may stand in the name of a file.
func fileLetter(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
		return r
	}
	return '_'
}

// saveReport writes the report of a test that is over, if one is wanted.
func (s *Server) saveReport(t TB) {
	t.Helper()
	if !t.Failed() && !s.cfg.report {
		s.dropReport()
		return
	}
	path := s.reportPath()
	if path == "" {
		return
	}
	s.mu.Lock()
	unknown := t.Failed() && s.firstFailure == 0
	s.mu.Unlock()
	if unknown {
		const text = "the test has failed for a reason of its own; its output says which"
		s.rec.history.Come(history.Act{Kind: history.Fail, Name: "Errorf", Args: text, Bad: true, Failure: &history.Failure{Title: text, Text: text}})
	}
	d := s.tell()
	err := writeFile(path, func(w io.Writer) error {
		return report.Write(w, d, report.Options{WithoutBodies: s.cfg.reportWithoutBodies})
	})
	if err != nil {
		t.Logf("imaptest: %v", err)
		return
	}
	t.Logf("report: %s%s", path, report.Fragment(d))
	if attrs, ok := t.(interface{ Attr(key, value string) }); ok {
		attrs.Attr("mailtest-report", path)
	}
}

// dropReport removes the file to which the failures of somebody else pointed, as those that a
// test expects of a [TB] of its own: the test has not failed, and there is no report.
func (s *Server) dropReport() {
	s.reportOnce.Do(func() {}) // none is made from now on
	if s.reportFile != "" {
		os.Remove(s.reportFile)
	}
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
