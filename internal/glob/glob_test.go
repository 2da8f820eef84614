package glob

import "testing"

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
