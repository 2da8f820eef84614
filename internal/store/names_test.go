package store

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Names are in the order of their levels: INBOX first in each, and else that of their
// bytes.
func TestSortNames(t *testing.T) {
	for _, delim := range []string{"/", ".", "·"} {
		u := &User{store: New(WithDelimiter([]rune(delim)[0]))}
		level := rapid.SampledFrom([]string{"a", "ab", "a!", "INBOX", "INBOX2", "A", "é", "~", "0"})
		rapid.Check(t, func(t *rapid.T) {
			names := make([]string, rapid.IntRange(0, 12).Draw(t, "names"))
			for i := range names {
				names[i] = strings.Join(rapid.SliceOfN(level, 1, 4).Draw(t, "levels"), delim)
			}
			want := slices.Clone(names)
			slices.SortFunc(want, func(a, b string) int {
				return slices.CompareFunc(strings.Split(a, delim), strings.Split(b, delim), compareLevels)
			})
			u.sortNames(names)
			if !slices.Equal(names, want) {
				t.Fatalf("got  %q\nwant %q", names, want)
			}
		})
	}
}

func compareLevels(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == inbox:
		return -1
	case b == inbox:
		return 1
	}
	return strings.Compare(a, b)
}
