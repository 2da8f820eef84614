package api

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
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
		err = readRaw(r.Body, field)
		if err == nil {
			err = decodeQuery(r.URL.Query(), in)
		}
	case kind == "application/json":
		err = decodeJSON(r, in)
	case r.ContentLength == 0 || kind == "" && rawKinds(in) == "":
		err = decodeQuery(r.URL.Query(), in)
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

func decodeJSON(r *http.Request, in reflect.Value) error {
	if r.URL.RawQuery != "" {
		return wrong("a query beside a JSON object: put %q into the object", r.URL.RawQuery)
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	err := dec.Decode(in.Addr().Interface())
	switch {
	case errors.Is(err, io.EOF):
		return nil // as if it were {}
	case err != nil:
		return bodyError(err)
	case dec.More():
		return wrong("more than one JSON object")
	}
	return nil
}

func bodyError(err error) error {
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return &Error{Status: http.StatusRequestEntityTooLarge, Text: "more than " + strconv.FormatInt(tooLarge.Limit, 10) + " bytes"}
	}
	return wrong("%s", strings.TrimPrefix(err.Error(), "json: "))
}

func decodeQuery(query url.Values, in reflect.Value) error {
	known := make(map[string]reflect.Value)
	for _, f := range fields(in) {
		known[f.name] = f.value
	}
	for name, values := range query {
		field, ok := known[name]
		if !ok {
			return wrong("unknown field %q", name)
		}
		if err := setField(field, values); err != nil {
			return wrong("%s: %v", name, err)
		}
	}
	return nil
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
func bodyField(in reflect.Value, kind string, length int64) (reflect.Value, bool) {
	for _, f := range fields(in) {
		if raw := f.tag("body"); raw != "" && (raw == kind || kind == "" && length != 0) {
			return f.value, true
		}
	}
	return reflect.Value{}, false
}

func rawKinds(in reflect.Value) (kinds string) {
	for _, f := range fields(in) {
		if kind := f.tag("body"); kind != "" {
			kinds += ", or " + kind
		}
	}
	return kinds
}
