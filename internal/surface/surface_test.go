package surface_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/surface"
)

const root = "../.."

// most is how many names a package may show whose business is settled: what only a
// server asks of the store is internal/store's.
var most = map[string]int{"memstore": 136}

// publicPackages are the folders of which users can import the package.
func publicPackages(t *testing.T) []string {
	var out []string
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.IsDir():
			return err
		case path == "internal" || path == "examples" || d.Name() == "testdata" || path != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		}
		if files, _ := filepath.Glob(filepath.Join(root, path, "*.go")); len(files) > 0 {
			out = append(out, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func parse(t *testing.T, dir string) *surface.Package {
	t.Helper()
	p, err := surface.Parse(filepath.Join(root, dir))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What users can see is counted.
func TestNames(t *testing.T) {
	total := 0
	for _, dir := range publicPackages(t) {
		names := parse(t, dir).Names()
		total += len(names)
		t.Logf("%s: %d names", dir, len(names))
		if limit, held := most[dir]; held && len(names) > limit {
			t.Errorf("%s shows %d names, more than %d:\n%s", dir, len(names), limit, strings.Join(names, "\n"))
		}
	}
	t.Logf("%d names in all", total)
}

// No user sees a type that only the module can name.
func TestLeaks(t *testing.T) {
	for _, dir := range publicPackages(t) {
		for _, leak := range parse(t, dir).Leaks() {
			t.Errorf("%s: %s", dir, leak)
		}
	}
}

// The names and leaks of a package that has one of each kind.
func TestKinds(t *testing.T) {
	p, err := surface.Parse("testdata/kinds")
	if err != nil {
		t.Fatal(err)
	}
	for what, test := range map[string]struct{ got, want []string }{
		"names": {p.Names(), []string{"Alias", "C1", "C2", "Defined", "Defined.Use", "F", "Face", "Face.M", "Func", "S", "S.A", "S.B", "V"}},
		"leaks": {p.Leaks(), []string{"Alias shows core.T", "Defined.Use shows core.T", "F shows core.T", "Face.M shows core.T", "Func shows core.T", "S shows core.T", "S.B shows core.T", "V shows core.T"}},
	} {
		if got, want := strings.Join(test.got, "\n"), strings.Join(test.want, "\n"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", what, got, want)
		}
	}
}
