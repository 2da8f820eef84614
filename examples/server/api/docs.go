package api

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Docs is API.md: the operations for people, made of the same table as [OpenAPI].
func Docs() []byte {
	var b strings.Builder
	b.WriteString(intro)
	types := []reflect.Type{}
	b.WriteString("## Operations\n\n| | | takes | gives |\n|---|---|---|---|\n")
	for _, op := range Operations() {
		fmt.Fprintf(&b, "| `%s /api%s` | %s | %s | %s |\n", op.Method, op.Path, op.Summary, op.takes(&types), gives(op.out, &types))
	}
	b.WriteString("\n## Objects\n")
	for i := 0; i < len(types); i++ { // it grows while it is read
		describeType(&b, types[i], &types)
	}
	describeVerbs(&b)
	return []byte(b.String())
}

const intro = `# The door: a mailtest server for tests in any language

Made from the code; openapi.json beside it says the same to programs, and so does
` + "`GET /api/openapi.json`" + `.

` + "```" + `
go run ./examples/server -page 127.0.0.1:8025
curl http://127.0.0.1:8025/api/health
curl -H 'Content-Type: message/rfc822' --data-binary @mail.eml 'http://127.0.0.1:8025/api/deliver?mailbox=INBOX'
curl -H 'Content-Type: application/json' -d '{"on": "UID MOVE", "do": [{"verb": "dropBeforeReply"}]}' http://127.0.0.1:8025/api/rules
` + "```" + `

What an operation takes is a JSON object in the body, or for GET and DELETE the query. An
answer is a JSON object; 204 has none. An error is ` + "`{\"error\": \"…\"}`" + ` with the text that a test
in Go would be told: 409 for what a helper of imaptest reports, a wait in vain among it, 404
for an id that there is not, 400 for what cannot be meant, 403 for a request from a page of
another site, 401 for one without the token of -public.

`

// takes is what an operation takes, for the table.
func (op Operation) takes(types *[]reflect.Type) string {
	switch all := fields(reflect.New(op.in).Elem()); {
	case op.takesBody():
		return link(op.in, types)
	case len(all) == 0 || all[0].tag("path") != "":
		return ""
	default:
		names := make([]string, len(all))
		for i, f := range all {
			names[i] = "`" + f.name + "`"
		}
		return strings.Join(names, ", ")
	}
}

func gives(out reflect.Type, types *[]reflect.Type) string {
	switch kind := kindOf(out); {
	case kind != "application/json":
		return kind
	case out.Kind() != reflect.Struct:
		return kind
	default:
		return link(out, types)
	}
}

// link names a type, and has it described once.
func link(t reflect.Type, types *[]reflect.Type) string {
	if !slices.Contains(*types, t) {
		*types = append(*types, t)
	}
	return "[" + t.Name() + "](#" + strings.ToLower(t.Name()) + ")"
}

func describeType(b *strings.Builder, t reflect.Type, types *[]reflect.Type) {
	fmt.Fprintf(b, "\n### %s\n\n| field | type | |\n|---|---|---|\n", t.Name())
	for _, f := range fields(reflect.New(t).Elem()) {
		if f.name == "-" {
			continue
		}
		doc := f.tag("doc")
		if enum := f.tag("enum"); enum != "" && enum != "verbs" {
			doc += ": " + strings.Join(strings.Fields(enum), ", ")
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", f.name, typeName(f.typ.Type, types), doc)
	}
}

func typeName(t reflect.Type, types *[]reflect.Type) string {
	s := typeSchema(t, schema{})
	switch {
	case s["contentEncoding"] != nil:
		return "base64"
	case s["format"] != nil:
		return "time, RFC 3339"
	case s["examples"] != nil:
		return "duration"
	case t.Kind() == reflect.Slice:
		return "list of " + typeName(t.Elem(), types)
	case t.Kind() == reflect.Map:
		return "object of " + typeName(t.Elem(), types)
	case t.Kind() == reflect.Struct:
		return link(t, types)
	default:
		return s["type"].(string)
	}
}

func describeVerbs(b *strings.Builder) {
	b.WriteString("\n## Verbs of rules\n\n| point | verb | takes |\n|---|---|---|\n")
	for _, name := range pointNames() {
		for _, v := range points[name].verbs {
			takes, _ := points[name].needs(v)
			for i, f := range takes {
				takes[i] = "`" + strings.TrimSuffix(f, "?") + "`"
				if strings.HasSuffix(f, "?") {
					takes[i] += " or not"
				}
			}
			fmt.Fprintf(b, "| %s | `%s` | %s |\n", name, v, strings.Join(takes, ", "))
		}
	}
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
