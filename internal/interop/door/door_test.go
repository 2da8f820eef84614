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
	path := filepath.Join(dir, "server")
	if out, err := exec.Command("go", "build", "-o", path, "../../../examples/server").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
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

// The program of an image that has nothing beside it is built as the Containerfile says, of what
// that copies alone, and needs no library, no file and no setting. It takes a while.
func TestAlone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" || os.Getenv("CI") != "true" {
		t.Skip("for CI: it builds all of Go's library that the program has, without cgo")
	}
	path := buildImage(t)
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
	page, found := "", false
	for lines := bufio.NewScanner(out); !found && lines.Scan(); {
		page, found = strings.CutPrefix(lines.Text(), "page http://")
	}
	if out, err := exec.Command(path, "-health", strings.TrimSuffix(page, "/")).CombinedOutput(); err != nil {
		t.Errorf("it is not well at %q: %v\n%s", page, err, out)
	}
	cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); err != nil {
		t.Errorf("after an interrupt: %v", err)
	}
}

// buildImage does what the first stage of the Containerfile says, in a folder, and gives the
// program that comes of it.
func buildImage(t *testing.T) string {
	t.Helper()
	const root = "../../.."
	text, err := os.ReadFile(root + "/examples/server/Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	src, program := t.TempDir(), filepath.Join(t.TempDir(), "server")
	stage, _, _ := strings.Cut(string(text), "\nFROM scratch")
	for line := range strings.Lines(stage) {
		instruction, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch words := strings.Fields(rest); instruction {
		case "COPY":
			for _, name := range words[:len(words)-1] {
				copyTo(t, filepath.Join(src, name), filepath.Join(root, name))
			}
		case "RUN":
			cmd := exec.Command("sh", "-c", strings.ReplaceAll(rest, " /server ", " "+program+" "))
			cmd.Dir = src
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", line, err, out)
			}
		}
	}
	return program
}

// copyTo copies a file or a folder.
func copyTo(t *testing.T, to, from string) {
	t.Helper()
	info, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	if info.IsDir() {
		err = os.CopyFS(to, os.DirFS(from))
	} else if data, readErr := os.ReadFile(from); readErr != nil {
		err = readErr
	} else {
		err = os.WriteFile(to, data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
