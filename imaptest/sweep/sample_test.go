package sweep

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// A sample has n runs in their order, with every point and every disturbance among them
// where that can be.
func TestSample(t *testing.T) {
	var runs []*run
	for point := range 40 {
		for disturbance := range 30 {
			runs = append(runs, &run{[]act{{Point{Name: "NOOP", N: point + 1}, Disturbance{Name: fmt.Sprint("D", disturbance)}}}})
		}
	}
	for _, n := range []int{1, 39, 70, 200, 1199, 1200, 5000} {
		got := sample(runs, n)
		if want := min(n, len(runs)); len(got) != want {
			t.Errorf("%d: got %d runs, want %d", n, len(got), want)
		}
		points, names, at := make(map[string]bool), make(map[string]bool), 0
		for _, r := range got {
			for runs[at] != r { // panics where the order is another
				at++
			}
			points[r.point().String()], names[r.acts[0].Name] = true, true
		}
		if n >= 70 && (len(points) != 40 || len(names) != 30) {
			t.Errorf("%d: %d points and %d disturbances, want 40 and 30", n, len(points), len(names))
		}
	}
	first, dice := sample(runs, 70), rand.New(rand.NewPCG(1, 1))
	for range 20 {
		shuffled := slices.Clone(runs)
		dice.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for _, r := range sample(shuffled, 70) {
			if !slices.Contains(first, r) {
				t.Errorf("in another order %s is chosen", r.name())
			}
		}
	}
	for length := 1; length < 500; length++ { // every run can be met first, whatever the length
		if got := sample(runs[:length], length-1); length > 1 && len(got) != length-1 {
			t.Errorf("%d of %d: got %d", length-1, length, len(got))
		}
	}
}
