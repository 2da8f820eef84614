package sweep

import (
	"math/rand/v2"
	"slices"
)

// several are runs with more than one disturbance.
type several struct {
	pairs  bool
	random int
	seed   uint64
}

// most is how many disturbances a run of Random has at most.
const most = 4

// runsOfSeveral are the runs with more than one disturbance that the options ask for, each
// with its outcome. They begin with runs that went well.
func (sw *sweep) runsOfSeveral(runs []*run, outcomes []*outcome) (list []*run, made []*outcome) {
	var good []int
	if sw.left.tooMany() {
		return nil, nil
	}
	for i, r := range runs {
		if outcomes[i].reached && outcomes[i].acted && len(sw.unknown(r, outcomes[i])) == 0 {
			good = append(good, i)
		}
	}
	if len(good) == 0 {
		return nil, nil
	}
	if sw.several.pairs {
		list = sw.pairsOf(runs, outcomes, good)
		made = sw.runAll(list)
	}
	walks := make([]walk, sw.several.random)
	sw.parallel(len(walks), func(i int) {
		from := good[rand.New(rand.NewPCG(sw.several.seed, uint64(i))).IntN(len(good))]
		walks[i] = sw.walk(runs[from], outcomes[from], rand.New(rand.NewPCG(uint64(i), sw.several.seed)))
	})
	for _, w := range walks {
		list, made = append(list, w.runs...), append(made, w.outcomes...)
	}
	return list, made
}

// pairsOf are the good runs, each with every disturbance at every point that comes after
// the first: in what the program does then, its second try.
func (sw *sweep) pairsOf(runs []*run, outcomes []*outcome, good []int) (out []*run) {
	total, step := 0, 1
	for _, i := range good {
		total += len(sw.actsAfter(runs[i], outcomes[i]))
	}
	if sw.sample > 0 {
		step = max(total/sw.sample, 1)
	}
	n := 0
	for _, i := range good {
		for _, a := range sw.actsAfter(runs[i], outcomes[i]) {
			if n++; n%step == 0 {
				out = append(out, &run{append(slices.Clone(runs[i].acts), a)})
			}
		}
	}
	return out
}

// walk is what Random does: a run, and again with one disturbance more, until one fails.
type walk struct {
	runs     []*run
	outcomes []*outcome
}

func (sw *sweep) walk(r *run, o *outcome, dice *rand.Rand) (w walk) {
	for size := 2 + dice.IntN(most-1); len(r.acts) < size && !sw.left.tooMany(); {
		points := sw.pointsAfter(r, o)
		if len(points) == 0 {
			return w
		}
		acts := sw.actsAt(points[dice.IntN(len(points))])
		if len(acts) == 0 {
			return w
		}
		r = &run{append(slices.Clone(r.acts), acts[dice.IntN(len(acts))])}
		o = sw.once(r)
		w.runs, w.outcomes = append(w.runs, r), append(w.outcomes, o)
		if !o.reached || len(sw.unknown(r, o)) > 0 {
			return w
		}
	}
	return w
}

// unknown are the findings of a run that are not known.
func (sw *sweep) unknown(r *run, o *outcome) []finding {
	return slices.DeleteFunc(sw.findings(r, o), func(f finding) bool { return sw.knows(f.kind, r) != nil })
}

// reduce leaves out of a run what a finding does not need.
func (sw *sweep) reduce(r *run, o *outcome, f finding) (*run, *outcome, finding) {
	for again := true; again && len(r.acts) > 1; {
		again = false
		for i := range r.acts {
			less := &run{slices.Delete(slices.Clone(r.acts), i, i+1)}
			made := sw.once(less)
			found := sw.findings(less, made)
			if j := slices.IndexFunc(found, func(other finding) bool { return other.what == f.what }); j >= 0 {
				r, o, f, again = less, made, found[j], true
				break
			}
		}
	}
	return r, o, f
}
