package transcript

import (
	"testing"

	"pgregory.net/rapid"
)

// The oldest are dropped and new ones added in any order, wherever a page ends: those that are
// left are the last that were added.
func TestPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ps pieces
		dropped, added := 0, 0
		for range rapid.IntRange(1, 12).Draw(t, "turns") {
			for range rapid.IntRange(0, 2*piecePage).Draw(t, "added") {
				ps.add(piece{off: added})
				added++
			}
			for range rapid.IntRange(0, added-dropped).Draw(t, "dropped") {
				ps.drop()
				dropped++
			}
			if ps.len() != added-dropped {
				t.Fatalf("%d pieces, want %d", ps.len(), added-dropped)
			}
			for i := range ps.len() {
				if got := ps.at(i).off; got != dropped+i {
					t.Fatalf("piece %d is the one that was added as number %d, want %d", i, got, dropped+i)
				}
			}
			if most := 2 + ps.len()/piecePage; len(ps.pages) > most {
				t.Fatalf("%d pages for %d pieces, want at most %d", len(ps.pages), ps.len(), most)
			}
		}
	})
}
