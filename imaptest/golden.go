package imaptest

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// updateEnv rewrites golden files when it is 1.
const updateEnv = "IMAPTEST_UPDATE"

// updating says whether golden files are to be rewritten: by the environment,
// or by a flag -update that the test binary has registered itself.
func updating() bool {
	if os.Getenv(updateEnv) == "1" {
		return true
	}
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

// assertGolden compares text with a file, which is named from the folder of the
// test. wire is the end of what was said, for the failure.
func (s *Server) assertGolden(t TB, what, file, got, wire string) {
	t.Helper()
	if updating() {
		if err := writeGolden(file, got); err != nil {
			s.fatalf(t, "%s: %v", what, err)
		}
		t.Logf("%s: wrote %s", what, file)
		return
	}
	want, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.errorf(t, "%s: there is no file %s; %s=1 writes it\n%s", what, file, updateEnv, firstLines(got, shownGoldenLines))
	case err != nil:
		s.errorf(t, "%s: %v", what, err)
	case string(want) != got:
		diff := firstLines(udiff.Unified("want", "got", string(want), got), shownDiffLines)
		s.errorf(t, "%s differs from %s (%s=1 rewrites it)\n%s", what, file, updateEnv, strings.TrimRight(diff+s.above.Once(t.Name(), wire), "\n"))
	default:
		s.held(filepath.Base(file))
	}
}

// shownDiffLines is how much of a difference is shown.
const shownDiffLines = 100

// shownGoldenLines is how much is shown of what has no file yet.
const shownGoldenLines = 60

func firstLines(text string, n int) string {
	lines := strings.SplitAfter(text, "\n")
	if len(lines) <= n+1 {
		return text
	}
	return strings.Join(lines[:n], "") + fmt.Sprintf("… %d more lines\n", len(lines)-1-n)
}

func writeGolden(file, text string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return fmt.Errorf("cannot write the golden file: %w", err)
	}
	return nil
}
