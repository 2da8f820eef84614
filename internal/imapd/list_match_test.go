package imapd_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// A pattern of LIST gives the answers of its definition, written down as it is (RFC
// 3501, section 6.3.8), also where it is longer than a word of its automaton has bits.
func TestListPattern(t *testing.T) {
	for _, pad := range []int{0, 1, 60, 63, 64, 65, 130} {
		rapid.Check(t, func(t *rapid.T) {
			letters := rapid.SampledFrom([]rune("ab/é"))
			name := rapid.StringOfN(letters, 0, 8, -1).Draw(t, "name")
			pattern := rapid.StringOfN(rapid.SampledFrom([]rune("ab/é*%")), 0, 8, -1).Draw(t, "pattern")
			want := definedMatch([]rune(pattern), []rune(name))
			front := strings.Repeat("x", pad)
			if got := imapd.ListMatches(front+pattern, front+name, '/'); got != want {
				t.Fatalf("%d letters before %q and %q: got %v, want %v", pad, pattern, name, got, want)
			}
			if got := imapd.ListMatches(pattern+front, name+front, '/'); got != want {
				t.Fatalf("%d letters behind %q and %q: got %v, want %v", pad, pattern, name, got, want)
			}
		})
	}
	for _, spelling := range []string{"INBOX", "inbox", "InB%", "*box"} {
		if !imapd.ListMatches(spelling, "INBOX", '/') {
			t.Errorf("%s does not match INBOX", spelling)
		}
	}
}

func definedMatch(pattern, name []rune) bool {
	switch {
	case len(pattern) == 0:
		return len(name) == 0
	case pattern[0] == '*' || pattern[0] == '%':
		for i := range len(name) + 1 {
			if definedMatch(pattern[1:], name[i:]) {
				return true
			}
			if i < len(name) && pattern[0] == '%' && name[i] == '/' {
				return false
			}
		}
		return false
	}
	return len(name) > 0 && pattern[0] == name[0] && definedMatch(pattern[1:], name[1:])
}
