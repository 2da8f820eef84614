package imaptest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// saveArtifacts writes the whole transcript and the state beside a failed test,
// where the TB has a folder for that (testing.T.ArtifactDir, Go 1.26).
func (s *Server) saveArtifacts(t TB) {
	t.Helper()
	dirs, ok := t.(interface{ ArtifactDir() string })
	if !ok {
		return
	}
	dir := dirs.ArtifactDir()
	for _, file := range []struct{ name, text string }{
		{"imap-transcript", s.Transcript()},
		{"imap-state", s.State()},
	} {
		path := freeName(dir, file.name, ".txt")
		err := os.WriteFile(path, []byte(file.text), 0o644)
		switch {
		case !artifactsKept(): // another server's cleanup may have removed the folder
		case err != nil:
			t.Logf("imaptest: %v", err)
		default:
			t.Logf("%s: %s", file.name, path)
		}
	}
}

// artifactsKept says that go test was called with -artifacts: without it the
// folder is removed after the test, and there is no use in naming it.
func artifactsKept() bool {
	f := flag.Lookup("test.artifacts")
	return f != nil && f.Value.String() == "true"
}

// freeName numbers the files of a test that has several servers.
func freeName(dir, name, ext string) string {
	path := filepath.Join(dir, name+ext)
	for i := 2; ; i++ {
		if _, err := os.Stat(path); err != nil {
			return path
		}
		path = filepath.Join(dir, fmt.Sprintf("%s-%d%s", name, i, ext))
	}
}
