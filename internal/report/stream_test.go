package report_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/report/sample"
)

// A stream says all at first, then what has changed, and nothing when nothing has; who
// applies its messages has what a new stream would say, however much is cut.
func TestStream(t *testing.T) {
	for _, o := range []report.Options{{}, {Limit: 20_000}, {Limit: 15_000}, {Limit: 10_000, WithoutBodies: true}} {
		t.Run(fmt.Sprint(o.Limit), func(t *testing.T) { testStream(t, o) })
	}
}

func testStream(t *testing.T, o report.Options) {
	s := report.Stream{Options: o}
	got := make(map[string]any)
	whole := sample.All["race"]()
	sizes := []int{}
	for n := range len(whole.Events) + 1 {
		part := *whole
		part.Events = whole.Events[:n]
		if n < len(whole.Events) {
			part.Failures = nil
		}
		if n < 10 {
			part.Changes = nil
		}
		if n == 12 {
			part.Messages = nil // as after a reset
			part.Start, part.Changes = nil, nil
		}
		message, err := s.Next(&part)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(message))
		apply(t, got, message)
		fresh := report.Stream{Options: o}
		all, err := fresh.Next(&part)
		if err != nil {
			t.Fatal(err)
		}
		want := make(map[string]any)
		apply(t, want, all)
		if g, w := text(t, got), text(t, want); g != w {
			t.Fatalf("after %d events (-want +got)\n%s", n, cmp.Diff(w, g))
		}
		if again, err := s.Next(&part); again != nil || err != nil {
			t.Fatalf("again: %s %v", again, err)
		}
	}
	if said := strings.Contains(text(t, got), "Kept small"); said != (o.Limit > 0) {
		t.Errorf("that something was cut is said: %v", said)
	}
	if sizes[5] > sizes[0] {
		t.Errorf("one event more takes %d bytes, the first message %d", sizes[5], sizes[0])
	}
}

// apply does what the page does.
func apply(t *testing.T, to map[string]any, message []byte) {
	t.Helper()
	var news map[string]any
	if err := json.Unmarshal(message, &news); err != nil {
		t.Fatal(err)
	}
	for name, part := range news {
		patch, _ := part.(map[string]any)
		if _, isPatch := patch["n"]; !isPatch {
			if part == nil {
				delete(to, name)
			} else {
				to[name] = part
			}
			continue
		}
		list, _ := to[name].([]any)
		n := int(patch["n"].(float64))
		list = append(append([]any{}, list...), make([]any, max(0, n-len(list)))...)[:n]
		put, _ := patch["put"].(map[string]any)
		for i, element := range put {
			var index int
			if err := json.Unmarshal([]byte(i), &index); err != nil {
				t.Fatal(err)
			}
			list[index] = element
		}
		to[name] = list
	}
}

func text(t *testing.T, v any) string {
	t.Helper()
	data, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
