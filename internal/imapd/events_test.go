package imapd

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// saidByOthers are events that the engine's files do not name: those of the owner of the
// hooks, families, and what only a profile says.
var saidByOthers = []Event{
	"ok", "no", "bad", "greeting", "connect.conns", "bye.logins",
	"mailbox.reserved", "mailbox.whitespace", "mailbox.prefix", "message.none", "append.failed",
	"limit.rate", "command.many", "command.errors", "server.down", "bye.session", "bye.token",
}

// Every answer but OK has an event, and every event is of an answer.
func TestEvents(t *testing.T) {
	said := map[Event]bool{}
	for _, row := range storeCodes {
		said[row.event] = true
	}
	files := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := goparser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, isCall := n.(*ast.CallExpr)
			if !isCall {
				return true
			}
			at := files.Position(call.Pos())
			switch f := call.Fun.(type) {
			case *ast.Ident:
				if slices.Contains([]string{"no", "bad", "bye"}, f.Name) {
					if event, named := literal(call.Args[0]); named {
						said[Event(event)] = true
					} else if !slices.Contains([]string{"errors.go", "answer.go", "act_clock.go"}, name) {
						t.Errorf("%v: %s without an event", at, f.Name)
					}
				}
			case *ast.SelectorExpr:
				if len(call.Args) == 0 {
					return true
				}
				first, isText := literal(call.Args[0])
				switch {
				case isText && (f.Sel.Name == "say" || f.Sel.Name == "note"):
					said[Event(first)] = true
				case name == "cmd_select.go", name == "flags.go": // the lines of SELECT are a plan, and no events
				case isText && f.Sel.Name == "Raw" && isStatusLine(first):
					t.Errorf("%v: %q has no event", at, first)
				}
			}
			return true
		})
	}
	for _, event := range saidByOthers {
		said[event] = true
	}
	for _, row := range events {
		if !said[row.Event] {
			t.Errorf("event %s is of no answer", row.Event)
		}
		delete(said, row.Event)
	}
	for event := range said {
		t.Errorf("event %q is not in the table", event)
	}
}

func literal(e ast.Expr) (text string, ok bool) {
	lit, isLit := e.(*ast.BasicLit)
	if !isLit || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// isStatusLine says of the beginning of a line that a text for people follows.
func isStatusLine(text string) bool {
	word, _, _ := strings.Cut(strings.TrimPrefix(text, "* "), " ")
	return strings.HasPrefix(text, "+ ") || strings.HasPrefix(text, "* ") && isStatus(word)
}
