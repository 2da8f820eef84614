package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// duration is a time span as Go writes it: "1.5s".
type duration time.Duration

// UnmarshalText reads a duration.
func (d *duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	*d = duration(v)
	return err
}

// MarshalText writes one.
func (d duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// decode reads a request into a struct: what stands in the path, and then the JSON object
// of the body or, where there is no such body, the query. A body of the type that a field
// names by its tag "body" is that field's value.
func decode(r *http.Request, in reflect.Value) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return wrong("Content-Type: %v", err)
	}
	switch field, raw := bodyField(in, kind, r.ContentLength); {
	case raw:
		err = readRaw(r.Body, field.value)
		if err == nil {
			err = decodeQuery(r.URL.Query(), in, field.name)
		}
	case kind == "application/json":
		err = decodeJSON(r, in)
	case r.ContentLength == 0 || kind == "" && rawKinds(in) == "":
		err = decodeQuery(r.URL.Query(), in, "")
	default:
		return &Error{Status: http.StatusUnsupportedMediaType, Text: "Content-Type " + kind + ": want application/json" + rawKinds(in)}
	}
	if err != nil {
		return err
	}
	for _, f := range fields(in) {
		if name := f.tag("path"); name != "" {
			f.value.SetString(r.PathValue(name))
		}
	}
	return nil
}

func readRaw(body io.Reader, field reflect.Value) error {
	b, err := io.ReadAll(body)
	if err != nil {
		return bodyError(err)
	}
	if field.Kind() == reflect.String {
		field.SetString(string(b))
	} else {
		field.SetBytes(b)
	}
	return nil
}

// decodeJSON reads the object of a body. Names are exact, and each is there once.
func decodeJSON(r *http.Request, in reflect.Value) error {
	if r.URL.RawQuery != "" {
		return wrong("a query beside a JSON object: put %q into the object", r.URL.RawQuery)
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields() // of objects in it
	first, err := dec.Token()
	switch {
	case errors.Is(err, io.EOF):
		return require(in, nil) // as if it were {}
	case err != nil:
		return bodyError(err)
	case first != json.Delim('{'):
		return wrong("want a JSON object: {…}")
	}
	known, said := fieldsByName(in), make(map[string]bool)
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return bodyError(err)
		}
		name := token.(string) // as all keys are
		field, ok := known[name]
		switch {
		case !ok:
			return unknownField(name, known)
		case said[name]:
			return wrong("%s: said twice", name)
		}
		said[name] = true
		if err := dec.Decode(field.Addr().Interface()); err != nil {
			return fieldError(name, err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return bodyError(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return wrong("more than one JSON object")
	}
	return require(in, said)
}

// require wants what cannot be left out.
func require(in reflect.Value, said map[string]bool) error {
	for _, f := range fields(in) {
		if f.isRequired() && !said[f.name] {
			return wrong("%s: it is missing", f.name)
		}
	}
	return nil
}

// isRequired says whether a field cannot be left out.
func (f field) isRequired() bool {
	return f.tag("path") == "" && f.name != "-" && !strings.Contains(f.tag("json"), ",omit")
}

// fieldsByName are those that an object or a query may have.
func fieldsByName(in reflect.Value) map[string]reflect.Value {
	known := make(map[string]reflect.Value)
	for _, f := range fields(in) {
		if f.tag("path") == "" {
			known[f.name] = f.value
		}
	}
	return known
}

func unknownField(name string, known map[string]reflect.Value) error {
	have := oneOf(slices.Sorted(maps.Keys(known)))
	return wrong("unknown field %q (have %s)", name, cmp.Or(have, "none"))
}

// fieldError says what is wrong with a value, in words that are not Go's.
func fieldError(name string, err error) error {
	var kind *json.UnmarshalTypeError
	if !errors.As(err, &kind) {
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) || endsEarly(err) {
			return bodyError(err)
		}
		text := err.Error()
		for _, prefix := range []string{"json: ", "time: "} {
			text = strings.TrimPrefix(text, prefix)
		}
		return wrong("%s: %s", name, text)
	}
	if kind.Field != "" {
		name += "." + kind.Field
	}
	return wrong("%s: got %s, want %s", name, kind.Value, typeName(kind.Type, &[]reflect.Type{}))
}

func bodyError(err error) error {
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return &Error{Status: http.StatusRequestEntityTooLarge, Text: "more than " + strconv.FormatInt(tooLarge.Limit, 10) + " bytes"}
	}
	if endsEarly(err) {
		return wrong("JSON: it ends too early")
	}
	return wrong("JSON: %s", strings.TrimPrefix(err.Error(), "json: "))
}

func endsEarly(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// decodeQuery reads a query. The body is a field that has been read.
func decodeQuery(query url.Values, in reflect.Value, body string) error {
	known, said := fieldsByName(in), map[string]bool{body: true}
	for name, values := range query {
		field, ok := known[name]
		if !ok {
			return unknownField(name, known)
		}
		if err := setField(field, values); err != nil {
			return fieldError(name, err)
		}
		said[name] = true
	}
	return require(in, said)
}

// setField sets a field to what a query says; a list is said by saying it again.
func setField(field reflect.Value, values []string) error {
	if field.Kind() == reflect.Slice {
		list := reflect.MakeSlice(field.Type(), len(values), len(values))
		for i, value := range values {
			if err := setField(list.Index(i), []string{value}); err != nil {
				return err
			}
		}
		field.Set(list)
		return nil
	}
	if len(values) > 1 {
		return errors.New("said twice")
	}
	if text, ok := field.Addr().Interface().(interface{ UnmarshalText([]byte) error }); ok {
		return text.UnmarshalText([]byte(values[0]))
	}
	switch field.Kind() {
	case reflect.String:
		field.SetString(values[0])
		return nil
	case reflect.Bool, reflect.Int, reflect.Uint32:
		return json.Unmarshal([]byte(values[0]), field.Addr().Interface())
	default:
		return errors.New("only in a JSON object")
	}
}

// field is a field of a request or of an answer.
type field struct {
	name  string
	typ   reflect.StructField
	value reflect.Value
}

func (f field) tag(key string) string { return f.typ.Tag.Get(key) }

// fields are those of a struct, with those of the structs in it that have no name.
func fields(v reflect.Value) (all []field) {
	for i := range v.NumField() {
		typ := v.Type().Field(i)
		if typ.Anonymous {
			all = append(all, fields(v.Field(i))...)
			continue
		}
		name, _, _ := strings.Cut(typ.Tag.Get("json"), ",")
		all = append(all, field{name: name, typ: typ, value: v.Field(i)})
	}
	return all
}

// bodyField is the field that takes a body of this type as it stands: a file whose type a
// browser does not know has none.
func bodyField(in reflect.Value, kind string, length int64) (field, bool) {
	for _, f := range fields(in) {
		if raw := f.tag("body"); raw != "" && (raw == kind || kind == "" && length != 0) {
			return f, true
		}
	}
	return field{}, false
}

func rawKinds(in reflect.Value) (kinds string) {
	for _, f := range fields(in) {
		if kind := f.tag("body"); kind != "" {
			kinds += ", or " + kind
		}
	}
	return kinds
}
