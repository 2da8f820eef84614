package store

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

// Names are the same when every letter is in any of its cases, as unicode.SimpleFold has
// them: the Kelvin sign is a k, the long s is an s. Others are not.
func TestFoldName(t *testing.T) {
	of := make(map[string]rune)
	for r := rune(0); r <= 0x1ffff; r++ { // there are no cases behind that
		if !utf8.ValidRune(r) {
			continue
		}
		least, folded := r, foldName(string(r))
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
			if got := foldName(string(other)); got != folded {
				t.Errorf("%q folds to %q, and %q to %q", r, folded, other, got)
			}
		}
		if first, seen := of[folded]; seen && first != least {
			t.Errorf("%q and %q fold to %q", first, r, folded)
		}
		of[folded] = least
	}
}
