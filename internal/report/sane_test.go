package report_test

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/report/sample"
)

// Whatever is wrong in a record, the report is written.
func TestWrongRecords(t *testing.T) {
	t.Parallel()
	names := []string{"import", "watcher", "cut", "race", "bounce", "sweep"}
	for seed := range uint64(120) {
		random := rand.New(rand.NewPCG(seed, 0))
		d := sample.All[names[seed%uint64(len(names))]]()
		spoil(random, reflect.ValueOf(d).Elem())
		var out bytes.Buffer
		if err := report.Write(&out, d, report.Options{}); err != nil {
			t.Fatal(err)
		}
	}
}

// A change of a mailbox is of no message, and there may be none at all.
func TestChangesWithoutMessages(t *testing.T) {
	t.Parallel()
	d := &report.Data{Changes: []report.Change{{Seq: 1, Op: report.Renewed, Account: "user", Mailbox: "INBOX", Number: 7}}}
	var out bytes.Buffer
	if err := report.Write(&out, d, report.Options{}); err != nil || out.Len() == 0 {
		t.Errorf("%d bytes, %v", out.Len(), err)
	}
}

// spoil changes one in fifty of the values that a value consists of.
func spoil(random *rand.Rand, v reflect.Value) {
	wrong := random.IntN(50) == 0
	switch v.Kind() {
	case reflect.Pointer:
		spoil(random, v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			spoil(random, v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(random, v.Index(i))
		}
		if wrong && v.Len() > 0 {
			v.Set(v.Slice(0, random.IntN(v.Len())))
		}
	case reflect.Int, reflect.Int64:
		if wrong {
			v.SetInt(random.Int64N(40) - 10)
		}
	case reflect.Uint32, reflect.Uint64:
		if wrong {
			v.SetUint(random.Uint64N(40))
		}
	case reflect.String:
		if wrong {
			v.SetString([]string{"", "* 7 FETCH (UID", "UID FETCH", "\xff\xfe", "FETCH"}[random.IntN(5)])
		}
	}
}
