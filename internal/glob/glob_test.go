package glob

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/internal/growth"
)

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"a", "a", true}, {"a", "ab", false}, {"*", "", true}, {"*", "abc", true},
		{"a*", "a", true}, {"a*", "ab", true}, {"a*", "ba", false}, {"*a", "ba", true}, {"*a", "ab", false},
		{"a*c", "abc", true}, {"a*c", "ac", true}, {"a*c", "abcd", false}, {"a*b*c", "a1b2b3c", true}, {"a*b*c", "acb", false},
		{"1:*", "1:*", true}, {"**", "x", true}, {"bob@*", "bob@example.com", true},
	} {
		if got := Match(test.pattern, test.text); got != test.want {
			t.Errorf("%q and %q: got %v, want %v", test.pattern, test.text, got, test.want)
		}
	}
}

// The same answers as of the definition, written down as it is.
func TestMatchIsWhatItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringOfN(rapid.SampledFrom([]rune("ab*")), 0, 8, -1).Draw(t, "pattern")
		text := rapid.StringOfN(rapid.SampledFrom([]rune("ab*")), 0, 10, -1).Draw(t, "text")
		if got, want := Match(pattern, text), defined(pattern, text); got != want {
			t.Fatalf("%q and %q: got %v, want %v", pattern, text, got, want)
		}
	})
}

// defined tries every text that a star can stand for.
func defined(pattern, text string) bool {
	switch {
	case pattern == "":
		return text == ""
	case pattern[0] == '*':
		for i := range len(text) + 1 {
			if defined(pattern[1:], text[i:]) {
				return true
			}
		}
		return false
	}
	return text != "" && pattern[0] == text[0] && defined(pattern[1:], text[1:])
}

var growths = []growth.Case{
	{Name: "stars", Size: 50_000, Prepare: func(tb testing.TB, n int) func() {
		text := strings.Repeat("a", 4*n)
		return func() { Match(strings.Repeat("a*", n)+"b", text) }
	}},
	{Name: "stars that begin alike", Size: 50_000, Prepare: func(tb testing.TB, n int) func() {
		text := strings.Repeat("ab", 4*n)
		return func() { Match(strings.Repeat("*abab", n)+"c", text) }
	}},
}

func TestGrowth(t *testing.T)      { growth.Test(t, growths) }
func BenchmarkGrowth(b *testing.B) { growth.Benchmark(b, growths) }
