package thread

import (
	"testing"

	"pgregory.net/rapid"
)

// TestTop holds the link-cut tree to walking up, on any history of linking and
// cutting.
func TestTop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := make([]container, 12)
		parents := make(map[*container]*container)
		walk := func(c *container) *container {
			for parents[c] != nil {
				c = parents[c]
			}
			return c
		}
		pick := func(label string) *container { return &all[rapid.IntRange(0, len(all)-1).Draw(t, label)] }
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			c, other := pick("c"), pick("other")
			if rapid.Bool().Draw(t, "cut") {
				c.cut()
				parents[c] = nil
			} else if parents[c] == nil && other.top() != c {
				c.hang(other)
				parents[c] = other
			}
			for i := range all {
				if got, want := all[i].top(), walk(&all[i]); got != want {
					t.Fatalf("the top is wrong")
				}
			}
		}
	})
}
