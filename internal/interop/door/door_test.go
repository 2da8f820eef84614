package door

import (
	"bufio"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/go-mailtest/mailtest/internal/interop/program"
)

// server is the program, built once.
func server(t *testing.T) string {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// goBuild builds the program into a folder.
func goBuild(dir string, env, flags []string) (string, error) {
	path := filepath.Join(dir, "server")
	cmd := exec.Command("go", append(append([]string{"build"}, flags...), "-o", path, "../../../examples/server")...)
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
}

var built string // the folder that TestMain takes away

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		os.RemoveAll(built)
	}
	os.Exit(code)
}

var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "mailtest-door")
	if err != nil {
		return "", err
	}
	built = dir
	return goBuild(dir, nil, nil)
})

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = "../../../examples/server/clients"
	cmd.Env = append(os.Environ(), "MAILTEST_SERVER="+server(t), "PYTHONDONTWRITEBYTECODE=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

func TestPytest(t *testing.T) {
	t.Parallel()
	pytest, err := program.Program{Name: "pytest-3", Probe: []string{"--version"}, Shows: []string{"pytest"}}.Find() // Debian's name
	if err != nil {
		pytest = program.Need(t, program.Program{Name: "pytest", Probe: []string{"--version"}, Shows: []string{"pytest"}})
	}
	run(t, pytest, "-q", "-p", "no:cacheprovider")
}

func TestNode(t *testing.T) {
	t.Parallel()
	node := program.Need(t, program.Program{Name: "node", Probe: []string{"-p", "'imapflow ' + require('imapflow/package.json').version"}, Shows: []string{"imapflow"}})
	run(t, node, "--test", "mail.test.mjs")
}

// The program of an image that has nothing beside it needs no library, no file and no
// setting. It is built as the Containerfile builds it, which takes a while.
func TestAlone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" || os.Getenv("CI") != "true" {
		t.Skip("for CI: it builds all of Go's library that the program has, without cgo")
	}
	path, err := goBuild(t.TempDir(), []string{"CGO_ENABLED=0"}, []string{"-trimpath", "-ldflags=-s"})
	if err != nil {
		t.Fatal(err)
	}
	file, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, part := range file.Progs {
		if part.Type == elf.PT_INTERP {
			t.Error("it wants a loader of libraries")
		}
	}
	cmd := exec.Command(path, "-page", "127.0.0.1:0")
	cmd.Dir, cmd.Env = t.TempDir(), []string{}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "page ") {
	}
	if err := lines.Err(); err != nil {
		t.Error(err)
	}
	cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); err != nil {
		t.Errorf("after an interrupt: %v", err)
	}
}
