package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/go-mailtest/mailtest/"

// README.md says which room imports which, and nothing else does.
func TestRooms(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	said, did := arrowsSaid(t, string(readme)), arrowsOf(t, os.DirFS(".."))
	for _, room := range slices.Sorted(maps.Keys(did)) {
		if !slices.Equal(said[room], did[room]) {
			t.Errorf("%s\n got %v\nwant %v, as README.md has it", room, did[room], said[room])
		}
		if !strings.Contains(string(readme), "`"+room+"`") && !strings.HasPrefix(room, "examples/") && !strings.HasPrefix(room, "internal/interop/") {
			t.Errorf("README.md does not say what %s is for", room)
		}
	}
	for room := range said {
		if did[room] == nil {
			t.Errorf("README.md has a room %s, and there is none", room)
		}
	}
}

// Every file that README.md points to is there.
func TestLinks(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(string(readme), -1)
	if len(links) == 0 {
		t.Error("README.md points to no file")
	}
	for _, link := range links {
		if _, err := os.Stat(link[1]); err != nil {
			t.Error(err)
		}
	}
}

// arrowsSaid are the lines "room -> room room" of the block "rooms".
func arrowsSaid(t *testing.T, readme string) map[string][]string {
	_, block, found := strings.Cut(readme, "```rooms\n")
	block, _, closed := strings.Cut(block, "```")
	if !found || !closed {
		t.Fatal("README.md has no block of rooms")
	}
	out := make(map[string][]string)
	for line := range strings.Lines(block) {
		if from, to, found := strings.Cut(strings.TrimSpace(line), " -> "); found {
			out[from] = append(out[from], strings.Fields(to)...)
			slices.Sort(out[from])
		}
	}
	return out
}

// arrowsOf are the imports of all packages, tests aside.
func arrowsOf(t *testing.T, tree fs.FS) map[string][]string {
	out := make(map[string][]string)
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name != "." && strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		room := path.Dir(name)
		out[room] = append(out[room], []string{}...)
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if other, ours := strings.CutPrefix(imported, module); ours {
				out[room] = append(out[room], other)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room, others := range out {
		slices.Sort(others)
		out[room] = slices.Compact(others)
	}
	return out
}
