package api

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// schema is a JSON schema, or the part of OpenAPI that is like one.
type schema map[string]any

// OpenAPI is the description of the operations, OpenAPI 3.1, indented.
func OpenAPI() []byte {
	paths, schemas := schema{}, schema{}
	for _, op := range Operations() {
		path, _ := paths["/api"+op.Path].(schema)
		if path == nil {
			path = schema{}
			paths["/api"+op.Path] = path
		}
		path[strings.ToLower(op.Method)] = op.describe(schemas)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	enc.Encode(schema{
		"openapi":    "3.1.0",
		"info":       schema{"title": "mailtest", "version": "1", "description": "A mail server for tests, from outside: what package imaptest has, as JSON over HTTP."},
		"servers":    []any{schema{"url": "http://127.0.0.1:8025"}},
		"paths":      paths,
		"components": schema{"schemas": schemas, "securitySchemes": schema{"token": schema{"type": "http", "scheme": "bearer"}}},
		"security":   []any{schema{}, schema{"token": []any{}}},
	})
	return b.Bytes()
}

// describe is the operation's part of the description. It adds the types that it names to
// schemas.
func (op Operation) describe(schemas schema) schema {
	d := schema{"summary": op.Summary, "operationId": op.id(), "responses": schema{
		"default": schema{
			"description": "What it came to instead, in the words that a test in Go would be told.",
			"content":     schema{"application/json": schema{"schema": refTo(reflect.TypeFor[Error](), schemas)}},
		},
	}}
	responses := d["responses"].(schema)
	if kind := kindOf(op.out); kind == "" {
		responses["204"] = schema{"description": "Done."}
	} else {
		responses["200"] = schema{"description": "Done.", "content": schema{kind: schema{"schema": answerSchema(op.out, schemas)}}}
	}
	if parameters := op.parameters(schemas); len(parameters) > 0 {
		d["parameters"] = parameters
	}
	if op.takesBody() {
		content := schema{"application/json": schema{"schema": refTo(op.in, schemas)}}
		for _, f := range fields(reflect.New(op.in).Elem()) {
			if kind := f.tag("body"); kind != "" {
				content[kind] = schema{"schema": schema{"type": "string", "description": "as it stands; the other fields stand in the query"}}
			}
		}
		d["requestBody"] = schema{"content": content}
	}
	return d
}

// id is the operation's name for programs that make clients: postHoldsIdRelease.
func (op Operation) id() string {
	id := strings.ToLower(op.Method)
	for _, word := range strings.FieldsFunc(op.Path, func(r rune) bool { return strings.ContainsRune("/{}._", r) }) {
		id += strings.ToUpper(word[:1]) + word[1:]
	}
	return id
}

// takesBody says whether the operation takes an object, and not what stands in its path and
// query alone.
func (op Operation) takesBody() bool {
	if op.Method == "GET" || op.Method == "DELETE" {
		return false
	}
	for _, f := range fields(reflect.New(op.in).Elem()) {
		if f.tag("path") == "" {
			return true
		}
	}
	return false
}

func (op Operation) parameters(schemas schema) (parameters []any) {
	for _, f := range fields(reflect.New(op.in).Elem()) {
		switch name := f.tag("path"); {
		case name != "":
			parameters = append(parameters, schema{"name": name, "in": "path", "required": true, "schema": schema{"type": "string"}})
		case !op.takesBody():
			parameters = append(parameters, schema{"name": f.name, "in": "query", "schema": fieldSchema(f, schemas)})
		}
	}
	return parameters
}

// kindOf is the type of an answer's body, "" for none.
func kindOf(out reflect.Type) string {
	switch out {
	case reflect.TypeFor[none]():
		return ""
	case reflect.TypeFor[text]():
		return "text/plain"
	case reflect.TypeFor[mail]():
		return "message/rfc822"
	case reflect.TypeFor[page]():
		return "text/html"
	default:
		return "application/json"
	}
}

func answerSchema(out reflect.Type, schemas schema) schema {
	switch {
	case kindOf(out) != "application/json":
		return schema{"type": "string"}
	case out == reflect.TypeFor[json.RawMessage]():
		return schema{"type": "object"}
	default:
		return refTo(out, schemas)
	}
}

// refTo names a struct's schema, and adds it to schemas.
func refTo(t reflect.Type, schemas schema) schema {
	if _, done := schemas[t.Name()]; !done {
		schemas[t.Name()] = nil
		properties, required := schema{}, []string{}
		for _, f := range fields(reflect.New(t).Elem()) {
			if f.tag("path") != "" || f.name == "-" {
				continue
			}
			properties[f.name] = fieldSchema(f, schemas)
			if f.isRequired() {
				required = append(required, f.name)
			}
		}
		s := schema{"type": "object", "properties": properties, "additionalProperties": false}
		if len(required) > 0 {
			s["required"] = required
		}
		schemas[t.Name()] = s
	}
	return schema{"$ref": "#/components/schemas/" + t.Name()}
}

func fieldSchema(f field, schemas schema) schema {
	s := typeSchema(f.typ.Type, schemas)
	if doc := f.tag("doc"); doc != "" {
		s["description"] = doc
	}
	switch enum := f.tag("enum"); enum {
	case "":
	case "verbs":
		s["enum"] = allVerbs()
	default:
		s["enum"] = strings.Fields(enum)
	}
	return s
}

func typeSchema(t reflect.Type, schemas schema) schema {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return schema{"type": "string", "format": "date-time"}
	case t == reflect.TypeFor[duration]():
		return schema{"type": "string", "examples": []any{"2.5s"}}
	case t == reflect.TypeFor[[]byte]():
		return schema{"type": "string", "contentEncoding": "base64"}
	}
	switch t.Kind() {
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.String:
		return schema{"type": "string"}
	case reflect.Slice:
		return schema{"type": "array", "items": typeSchema(t.Elem(), schemas)}
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": typeSchema(t.Elem(), schemas)}
	case reflect.Struct:
		return refTo(t, schemas)
	default:
		return schema{"type": "integer"}
	}
}

// allVerbs are those of rules at any point.
func allVerbs() []string {
	seen := make(map[string]bool)
	for _, p := range points {
		for _, v := range p.verbs {
			seen[v] = true
		}
	}
	return sorted(seen)
}

func (c *call) openAPI(none) (json.RawMessage, error) { return OpenAPI(), nil }
