package sweep

import "strings"

// act is a disturbance at a point.
type act struct {
	point Point
	Disturbance
}

// String is what the act is called in subtests.
func (a act) String() string { return a.point.String() + "/" + a.Name }

// run is the scenario with one disturbance, or with several.
type run struct{ acts []act }

// point is where the first one comes.
func (r *run) point() Point { return r.acts[0].point }

// name is what the run is called in subtests, below its root.
func (r *run) name() string {
	names := make([]string, len(r.acts))
	for i, a := range r.acts {
		names[i] = a.String()
	}
	return strings.Join(names, "/")
}

// root is the subtest that the run is in.
func (r *run) root() string {
	if len(r.acts) > 1 {
		return "together"
	}
	return "at"
}

// verbs are its disturbances as Go.
func (r *run) verbs() string {
	verbs := make([]string, len(r.acts))
	for i, a := range r.acts {
		verbs[i] = a.Go
	}
	return strings.Join(verbs, " with ")
}

// code is its rules as Go, one a line.
func (r *run) code() string {
	rules := make([]string, len(r.acts))
	for i, a := range r.acts {
		rules[i] = a.code(a.point)
	}
	return strings.Join(rules, "\n")
}

// class parts what faults do from what rivals do and what comes of being killed: they
// have other remedies.
func (r *run) class() string {
	class := ""
	for _, a := range r.acts {
		switch {
		case a.Group == Kills:
			return " when it is killed"
		case a.Group == Rivals:
			class = " under a rival"
		}
	}
	return class
}

// runs are all that there are, or a sample of them, and how many all are.
func (sw *sweep) runs() (chosen []*run, all int) {
	var out []*run
	for _, p := range sw.points {
		for _, a := range sw.actsAt(p) {
			out = append(out, &run{[]act{a}})
		}
	}
	if sw.sample > 0 && !isFiltered(sw.t) {
		return sample(out, sw.sample), len(out)
	}
	return out, len(out)
}

// actsAt are the disturbances that fit a point.
func (sw *sweep) actsAt(p Point) (out []act) {
	for _, d := range sw.list {
		if sw.wants(d) && d.At(p) {
			out = append(out, act{p, d})
		}
	}
	return out
}
