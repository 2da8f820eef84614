package sweep

import (
	"slices"
	"strings"
)

// Group is a kind of disturbances.
type Group string

// The groups.
const (
	Breaks  Group = "Breaks"  // connections that end, servers that restart
	Answers Group = "Answers" // NO, BAD, BYE, and replies of SMTP
	Slow    Group = "Slow"    // answers that come late, in pieces, or never
	Rivals  Group = "Rivals"  // another client that changes the mail
)

// Disturbance is something that happens at a point, once. It is a value, and a team can
// make its own:
//
//	sweep.Also(sweep.Disturbance{
//		Name: "Maintenance", Group: sweep.Answers, Go: `Bye("[UNAVAILABLE] maintenance")`,
//		At: func(p sweep.Point) bool { return p.Kind == sweep.Command },
//		Do: func(e *sweep.Env) { e.Rule().Bye("[UNAVAILABLE] maintenance") },
//	})
type Disturbance struct {
	Name  string // in subtests: letters, digits and dots
	Group Group
	Go    string               // the verb of the rule as Go
	Code  func(p Point) string // the same where it depends on the point; or nil
	At    func(p Point) bool   // whether it fits a point
	Do    func(e *Env)         // makes the rule
}

// String is the verb of the rule as Go: No("[UNAVAILABLE] later").
func (d Disturbance) String() string { return d.Go }

// code is the whole rule at a point.
func (d Disturbance) code(p Point) string {
	if d.Code != nil {
		return p.Rule() + "." + d.Code(p)
	}
	return p.Rule() + "." + d.Go
}

// Disturbances are those that every sweep has, unless options leave some out.
func Disturbances() []Disturbance {
	return slices.Concat(breaks(), answers(), slow(), rivals(), atLiterals(), atConnections(), atHandshakes(), atSteps())
}

// run is a disturbance at a point.
type run struct {
	point Point
	Disturbance
}

// name is what the run is called in subtests.
func (r *run) name() string { return r.point.String() + "/" + r.Name }

// class parts what faults do from what rivals do: they have other remedies.
func (r *run) class() string {
	if r.Group == Rivals {
		return "rival"
	}
	return "fault"
}

// runs are all that there are, or a sample of them, and how many all are.
func (sw *sweep) runs() (chosen []*run, all int) {
	var out []*run
	list := append(Disturbances(), sw.also...)
	for _, p := range sw.points {
		for _, d := range list {
			if sw.wants(d) && d.At(p) {
				out = append(out, &run{p, d})
			}
		}
	}
	if sw.sample > 0 && !isFiltered(sw.t) {
		return sample(out, sw.sample), len(out)
	}
	return out, len(out)
}

// sample chooses n runs: first those that bring a command or a disturbance that is not yet
// among them, and then some in even steps. They stay in their order.
func sample(runs []*run, n int) []*run {
	if n >= len(runs) {
		return runs
	}
	taken := make([]bool, len(runs))
	left := n
	have := make(map[string]bool)
	for i := range runs { // from both ends, so that the late points have their share
		r := runs[i*7919%len(runs)]
		if left > 0 && (!have[r.point.String()] || !have[r.Name]) {
			have[r.point.String()], have[r.Name] = true, true
			taken[i*7919%len(runs)] = true
			left--
		}
	}
	for i := 0; i < len(runs) && left > 0; i += max(len(runs)/n, 1) {
		if !taken[i] {
			taken[i] = true
			left--
		}
	}
	for i := 0; i < len(runs) && left > 0; i++ {
		if !taken[i] {
			taken[i] = true
			left--
		}
	}
	var out []*run
	for i, r := range runs {
		if taken[i] {
			out = append(out, r)
		}
	}
	return out
}

// isCommand and the others are for At.
func isCommand(p Point) bool { return p.Kind == Command }

// named says that a command has one of the names, by UID or not.
func named(p Point, names ...string) bool {
	return p.Kind == Command && slices.Contains(names, strings.TrimPrefix(p.Name, "UID "))
}
