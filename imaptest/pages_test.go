package imaptest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The Go code of these pages stands in a test, which compiles and runs: each run of lines
// between two empty ones, whatever its indentation.
func TestCodeOfPages(t *testing.T) {
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, filepath.Join("..", "examples", "everywhere", "everywhere_test.go"))
	var code []string
	for _, file := range files {
		code = append(code, flat(read(t, file)))
	}
	all := "\n" + strings.Join(code, "\n") + "\n"
	for _, page := range []string{filepath.Join("..", "README.md"), "GO-IMAP.md"} {
		blocks := goBlock.FindAllStringSubmatch(read(t, page), -1)
		if len(blocks) < 2 {
			t.Errorf("%s has %d blocks of code", page, len(blocks))
		}
		for _, block := range blocks {
			for _, lines := range strings.Split(block[1], "\n\n") {
				if lines = strings.TrimSpace(lines); strings.HasPrefix(lines, "package ") {
					continue
				}
				if !strings.Contains(all, "\n"+flat(lines)+"\n") {
					t.Errorf("%s: this stands in no test:\n%s", page, lines)
				}
			}
		}
	}
}

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// flat is text without indentation and empty lines.
func flat(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
