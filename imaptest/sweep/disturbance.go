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
	Odd     Group = "Odd"     // answers that are odd but legal, or lack something, as some servers' do
	Rivals  Group = "Rivals"  // another client that changes the mail
	Kills   Group = "Kills"   // a Program that is killed, and started again
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
	if p.Kind == Mark {
		return p.Rule() + ": " + d.Go
	}
	if d.Code != nil {
		return p.Rule() + "." + d.Code(p)
	}
	return p.Rule() + "." + d.Go
}

// Disturbances are those that every sweep has, unless options leave some out.
func Disturbances() []Disturbance {
	return slices.Concat(breaks(), answers(), expiries(), slow(), odd(), rivals(), kills(),
		atLiterals(), atPushes(), atConnections(), atHandshakes(), atSteps())
}

// isCommand and the others are for At.
func isCommand(p Point) bool { return p.Kind == Command }

// named says that a command has one of the names, by UID or not.
func named(p Point, names ...string) bool {
	return p.Kind == Command && slices.Contains(names, strings.TrimPrefix(p.Name, "UID "))
}
