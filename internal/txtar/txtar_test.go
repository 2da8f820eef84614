package txtar_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/internal/txtar"
)

// The rules are those of the documentation of golang.org/x/tools/txtar: a marker begins
// with "-- " and ends in " --", white space around the name is none of it, a missing
// last LF is taken to be there, and there are no errors.
func TestParse(t *testing.T) {
	type files map[string]string
	for text, want := range map[string]struct {
		comment string
		files   files
	}{
		"":                                 {},
		"no file\n":                        {comment: "no file\n"},
		"no LF":                            {comment: "no LF\n"},
		"c\n-- a --\n1\n2\n-- b --\n":      {"c\n", files{"a": "1\n2\n", "b": ""}},
		"-- a --\n1":                       {"", files{"a": "1\n"}},
		"-- a --":                          {"", files{"a": ""}},
		"--   a b \t --\n1\n":              {"", files{"a b": "1\n"}},
		"-- a --\r\n1\r\n-- b --\r\n2\r\n": {"", files{"a": "1\r\n", "b": "2\r\n"}},
		"-- a --\n -- b --\n-- c--\n--d --\n-- e -- \n": {"", files{"a": " -- b --\n-- c--\n--d --\n-- e -- \n"}},
		"-- a --\n-- --\n--  --\n--   --\n":             {"", files{"a": "-- --\n--  --\n--   --\n"}}, // no name
		"-- -- --\nx\n":                                 {"", files{"--": "x\n"}},
	} {
		got := txtar.Parse([]byte(text))
		gotFiles := make(files)
		for _, f := range got.Files {
			gotFiles[f.Name] = string(f.Data)
		}
		if want.files == nil {
			want.files = files{}
		}
		if diff := cmp.Diff(want.files, gotFiles); diff != "" || string(got.Comment) != want.comment {
			t.Errorf("%q: comment %q, files -want +got\n%s", text, got.Comment, diff)
		}
	}
}

// Any archive comes back from its text, and any text has one.
func TestFormatComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SampledFrom([]string{"", "x", "-- a --", "--a--", "-- --", " -- b --", "\r", "-- c --\r", "-- \u00e9 --"})
		text := strings.Join(rapid.SliceOf(line).Draw(t, "lines"), "\n")
		want := txtar.Parse([]byte(text))
		if diff := cmp.Diff(want, txtar.Parse(txtar.Format(want))); diff != "" {
			t.Fatalf("%q: -want +got\n%s", text, diff)
		}
	})
}

// What is parsed does not reach into the file behind it.
func TestPartsAreApart(t *testing.T) {
	a := txtar.Parse([]byte("c\n-- a --\n1\n-- b --\n2\n"))
	a.Comment = append(a.Comment, "xxxxxxxxxxxx"...)
	a.Files[0].Data = append(a.Files[0].Data, "xxxxxxxxxxxx"...)
	if got := string(a.Files[1].Data); got != "2\n" || a.Files[1].Name != "b" {
		t.Errorf("got %q, %q", a.Files[1].Name, got)
	}
}

func TestFS(t *testing.T) {
	fsys, err := txtar.FS(txtar.Parse([]byte("-- b/2 --\ntwo\n-- a --\none\n-- b/c/3 --\n")))
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(fsys, "a", "b/2", "b/c/3"); err != nil {
		t.Error(err)
	}
	for op, err := range map[string]error{
		"a file that is not there":        errOf(fs.ReadFile(fsys, "b/3")),
		"a file that is not there opened": errOf(fsys.Open("c")),
	} {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", op, err)
		}
	}
	if _, err := fs.ReadFile(fsys, "b"); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a folder read: %v", err)
	}
}

func errOf[T any](_ T, err error) error { return err }

func TestFSErrors(t *testing.T) {
	for text, want := range map[string]string{
		"-- ../x --\n":              `"../x" is not the path of a file`,
		"-- /x --\n":                `"/x" is not the path of a file`,
		"-- . --\n":                 `"." is not the path of a file`,
		"-- a/ --\n":                `"a/" is not the path of a file`,
		"-- a --\n-- b --\n-- a --": `"a" is there twice`,
		"-- a --\n-- a/b --\n":      `"a" is a file, and the folder of "a/b"`,
		"-- a/b --\n-- a --\n":      `"a" is there twice`,
	} {
		if _, err := txtar.FS(txtar.Parse([]byte(text))); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestParseFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.txtar")
	if err := os.WriteFile(file, []byte("-- a --\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := txtar.ParseFile(file)
	if err != nil || len(a.Files) != 1 || string(a.Files[0].Data) != "1\n" {
		t.Errorf("got %v, %v", a, err)
	}
	if _, err := txtar.ParseFile(file + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}
