package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"path"
	"regexp"
	"slices"
	"strings"
)

//go:embed page
var files embed.FS

// frame is what is the same in every report.
var frame = newFrame()

type frameParts struct {
	page   *template.Template
	style  template.CSS
	boot   string // runs before anything is painted; if the script fails, the plain document is shown
	script string // all of page/*.js in the order of their names
}

func newFrame() frameParts {
	return frameParts{
		page:   template.Must(template.New("page.html").Funcs(template.FuncMap{"mark": markPath}).ParseFS(files, "page/*.html")),
		style:  template.CSS(squeezed("page/page.css", "page/plain.css")),
		boot:   "document.documentElement.className='js';onerror=()=>document.documentElement.className=''",
		script: squeezed(scripts()...),
	}
}

// scripts are those of the page.
func scripts() []string {
	entries, err := files.ReadDir("page")
	if err != nil {
		panic(err) // embedded
	}
	var out []string
	for _, entry := range entries {
		if path.Ext(entry.Name()) == ".js" {
			out = append(out, "page/"+entry.Name())
		}
	}
	slices.Sort(out)
	return out
}

// comments are those that begin a line, and types in the midst of one.
var comments = regexp.MustCompile(`(?ms)^\s*/\*.*?\*/|/\*\* @.*?\*/ ?`)

// squeezed is the text of files without comments and indentation: they are read here, and
// not in every report.
func squeezed(names ...string) string {
	var out strings.Builder
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			panic(err) // embedded
		}
		for line := range strings.Lines(comments.ReplaceAllString(string(data), "")) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
				out.WriteString(line + "\n")
			}
		}
	}
	return out.String()
}

// policy is the Content-Security-Policy of the page: no script but its own, and nothing
// from anywhere.
func policy(live bool) string {
	out := "default-src 'none'; script-src '" + hashOf(frame.boot) + "' '" + hashOf(frame.script) + "'; style-src 'unsafe-inline'; img-src data:; " +
		"frame-src 'none'; form-action 'none'; base-uri 'none'"
	if live {
		out += "; connect-src 'self'"
	}
	return out
}

func hashOf(script string) string {
	sum := sha256.Sum256([]byte(script))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
