package imapwire

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func TestNumSet(t *testing.T) {
	tests := []struct {
		text string
		max  uint32
		want []NumRange // nil and "error": see below
		bad  bool
	}{
		{text: "1", max: 9, want: []NumRange{{1, 1}}},
		{text: "2:4", max: 9, want: []NumRange{{2, 4}}},
		{text: "4:2", max: 9, want: []NumRange{{2, 4}}}, // either order (RFC 9051, section 9)
		{text: "*", max: 9, want: []NumRange{{9, 9}}},
		{text: "*:7", max: 9, want: []NumRange{{7, 9}}},
		{text: "12:*", max: 9, want: []NumRange{{9, 12}}}, // includes the last message
		{text: "1:3,2:5,7", max: 9, want: []NumRange{{1, 5}, {7, 7}}},
		{text: "7,1,2", max: 9, want: []NumRange{{1, 2}, {7, 7}}},
		{text: "*", max: 0, want: []NumRange{}},
		{text: "1:*", max: 0, want: []NumRange{}},
		{text: "4294967295", max: 9, want: []NumRange{{4294967295, 4294967295}}},
		{text: "0", bad: true}, {text: "1:0", bad: true}, {text: "", bad: true}, {text: "1,", bad: true},
		{text: "1:", bad: true}, {text: ":1", bad: true}, {text: "1-2", bad: true}, {text: "4294967296", bad: true},
		{text: "01", bad: true}, {text: "$,1", bad: true},
	}
	for _, test := range tests {
		set, err := parse(test.text, (*Parser).NumSet)
		switch {
		case test.bad:
			if err == nil {
				t.Errorf("%q: got %v, want an error", test.text, set)
			}
		case err != nil:
			t.Errorf("%q: %v", test.text, err)
		default:
			if got := set.Normalize(test.max); !reflect.DeepEqual(got, test.want) {
				t.Errorf("%q with %d: got %v, want %v", test.text, test.max, got, test.want)
			}
			if set.String() != test.text {
				t.Errorf("%q is written %q", test.text, set.String())
			}
		}
	}
	if set, err := parse("$", (*Parser).NumSet); err != nil || !set.Saved || set.String() != "$" {
		t.Errorf("$: got %v, %v", set, err)
	}
}

// Normalize keeps exactly the numbers that the ranges name.
func TestNormalizeKeepsNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const max = 20
		var set NumSet
		for range rapid.IntRange(1, 6).Draw(t, "ranges") {
			set.Ranges = append(set.Ranges, NumRange{rapid.Uint32Range(0, 25).Draw(t, "a"), rapid.Uint32Range(0, 25).Draw(t, "b")})
		}
		in := func(n uint32) bool {
			for _, r := range set.Ranges {
				a, b := orMax(r.First, max), orMax(r.Last, max)
				if min(a, b) <= n && n <= maxUint32(a, b) {
					return true
				}
			}
			return false
		}
		got := set.Normalize(max)
		for i, r := range got {
			if r.First > r.Last || (i > 0 && r.First <= got[i-1].Last+1) {
				t.Fatalf("%v is not ascending and disjoint", got)
			}
		}
		for n := uint32(1); n < 30; n++ {
			found := false
			for _, r := range got {
				found = found || (r.First <= n && n <= r.Last)
			}
			if found != in(n) {
				t.Fatalf("%v: number %d: got %v", set, n, found)
			}
		}
	})
}
