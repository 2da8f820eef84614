package provider_test

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/go-mailtest/mailtest/"

// The package is data: what it imports of this module is imaptest alone.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for path := range strings.FieldsSeq(string(out)) {
		if strings.HasPrefix(path, module) && path != module+"imaptest" {
			t.Errorf("it imports %s", path)
		}
	}
}

// The engine, the store and what they stand on know no provider: none is named but in
// comments, which say where something comes from.
func TestInternalKnowsNoProvider(t *testing.T) {
	names := []string{"gmail", "google", "outlook", "microsoft", "icloud", "yahoo", "fastmail", "zimbra", "zoho", "netease", "coremail", "proton", "yandex", "mail.ru", "stalwart", "purelymail", "mailfence", "strato"}
	for _, dir := range []string{"imapd", "store", "imapwire", "search", "serve", "saslserver", "mimetree", "thread"} {
		err := fs.WalkDir(os.DirFS("../../internal/"+dir), ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile("../../internal/" + dir + "/" + path)
			for _, word := range code(text) {
				if word == "GmailID" || word == "GmailThreadID" {
					continue // the numbers of X-GM-EXT-1
				}
				for _, name := range names {
					if strings.Contains(strings.ToLower(word), name) {
						t.Errorf("internal/%s/%s says %s", dir, path, word)
					}
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// code are the words of a Go file without its comments.
func code(text []byte) []string {
	var s scanner.Scanner
	files := token.NewFileSet()
	s.Init(files.AddFile("", -1, len(text)), text, nil, 0)
	var out []string
	for {
		_, tok, word := s.Scan()
		if tok == token.EOF {
			return out
		}
		out = append(out, word)
	}
}
