package compare

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	_ "embed"
)

// pageFile is the page, seen from this package's folder; pictures lie beside it.
const pageFile = "../../imaptest/PERFORMANCE.md"

// pageTop is what the page begins with.
const pageTop = `# Performance

How much work this server does in a second, beside others and by itself. The figures are written by
a program, which measures all of it anew:

    cd internal/compare
    go test -run '^$' -bench . -write .

Without ` + "`-write`" + ` it prints the tables. ` + "`-bench Work`" + `, ` + "`-bench Growth`" + ` and ` + "`-bench Large`" + ` are
the parts. Every server is a process of its own, and the client one more: the time of the processor is
the server's alone, and says more than the clock, which counts what else the machine does. A plain
` + "`go test .`" + ` there fails if a ratio to imapserver has fallen by more than a third, whether the machine is busy or not.
`

// parts are the names of what the page has, in order. Each is measured by itself, and
// written when it is.
var parts = []string{"work", "growth", "large"}

// writePart puts a part into a page, in place of what it said before.
func writePart(page, name, text string) string {
	var sb strings.Builder
	sb.WriteString(pageTop)
	for _, part := range parts {
		body := text
		if part != name {
			body = readPart(page, part)
		}
		if body != "" {
			fmt.Fprintf(&sb, "\n%s\n%s\n%s\n", mark(part), strings.TrimSpace(body), mark("end of "+part))
		}
	}
	return sb.String()
}

// readPart is what a page has of a part; nothing if it has none.
func readPart(page, name string) string {
	_, rest, _ := strings.Cut(page, mark(name))
	body, _, found := strings.Cut(rest, mark("end of "+name))
	if !found {
		return ""
	}
	return strings.TrimSpace(body)
}

// mark is a line that readers do not see.
func mark(name string) string { return "<!-- " + name + " -->" }

// savePart writes a part of the page, and its pictures beside it.
func savePart(name, text string, pictures map[string]string) error {
	page, err := os.ReadFile(pageFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	errs := []error{os.WriteFile(pageFile, []byte(writePart(string(page), name, text)), 0o644)}
	for file, svg := range pictures {
		errs = append(errs, os.WriteFile(filepath.Join(filepath.Dir(pageFile), file), []byte(svg), 0o644))
	}
	return errors.Join(errs...)
}

// machine says when and on what something was measured.
func machine() string {
	return fmt.Sprintf("Measured on %s with %s on %s/%s, %d cores%s.",
		time.Now().UTC().Format("2 January 2006"), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), model())
}

// model is the processor's name, where Linux tells it.
func model() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(string(text), "model name")
	line, _, _ := strings.Cut(rest, "\n")
	_, name, found := strings.Cut(line, ": ")
	if !found {
		return ""
	}
	return " (" + name + ")"
}

//go:embed go.mod
var goMod string

// version is that of a module that is compared.
func version(module string) string {
	_, rest, _ := strings.Cut(goMod, module+" ")
	version, _, _ := strings.Cut(rest, "\n")
	return version
}
