package sweep

import (
	"strconv"
	"strings"

	"github.com/go-mailtest/mailtest/imaptest"
)

// pointsAfter are the points of a run that come after its last disturbance: those of the
// second try, as a rule, which is not the same as the first.
func (sw *sweep) pointsAfter(r *run, o *outcome) (out []Point) {
	last := r.acts[len(r.acts)-1].point
	count, after, conn := make(map[string]int), last.Kind == Handshake, 0
	for _, cmd := range o.commands {
		count[cmd.Name]++
		if after && cmd.Name != "" {
			out = append(out, sw.pointsLike(cmd, count[cmd.Name])...)
		}
		switch last.Kind {
		case Connect:
			after = after || cmd.Conn >= last.N
			conn = last.N
		case Command, Literal, Push:
			if cmd.Name == last.Name && count[cmd.Name] == last.N {
				after, conn = true, cmd.Conn
			}
		}
	}
	for n := conn + 1; conn > 0 && n <= o.conns; n++ {
		out = append(out, Point{Kind: Connect, Name: "connect", N: n, Killable: last.Killable})
	}
	return append(out, sw.laterSteps(last, o)...)
}

// laterSteps are the steps of SMTP and the marks that come after one of their kind.
func (sw *sweep) laterSteps(last Point, o *outcome) (out []Point) {
	count, after := make(map[string]int), false
	for _, step := range o.steps {
		count[step.Stage]++
		p := Point{Kind: Step, Name: step.Stage, N: count[step.Stage], Step: step, Killable: last.Killable}
		if after {
			out = append(out, p)
		}
		after = after || p.String() == last.String()
	}
	after = false
	for _, name := range o.marks {
		count["mark "+name]++
		p := Point{Kind: Mark, Name: name, N: count["mark "+name], Killable: true}
		if after {
			out = append(out, p)
		}
		after = after || p.String() == last.String()
	}
	return out
}

// pointsLike are the points of a command of a disturbed run. What it is answered is not
// known; it is taken for what the same command is answered undisturbed.
func (sw *sweep) pointsLike(cmd imaptest.Command, n int) (out []Point) {
	var same, named []Point
	for _, p := range sw.points {
		switch {
		case p.Name != cmd.Name || p.Kind != Command && p.Kind != Literal:
		case p.Command.Args == cmd.Args:
			same = append(same, p)
		default:
			named = append(named, p)
		}
	}
	if len(same) == 0 {
		same = named
	}
	for _, p := range same {
		if p.N == same[0].N {
			p.N = n
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return []Point{{Kind: Command, Name: cmd.Name, N: n, Command: cmd}}
	}
	return out
}

// actsAfter are all that can be done after the last disturbance of a run.
func (sw *sweep) actsAfter(r *run, o *outcome) (out []act) {
	for _, p := range sw.pointsAfter(r, o) {
		out = append(out, sw.actsAt(p)...)
	}
	return out
}

// pointNamed finds a point by its name: one that comes after the disturbances of a run, or
// an undisturbed one, or else one that is made of the name.
func (sw *sweep) pointNamed(name string, r *run) Point {
	points := sw.points
	if len(r.acts) > 0 {
		points = append(sw.pointsAfter(r, sw.once(r)), points...)
	}
	var like Point
	for _, p := range points {
		switch {
		case p.String() == name:
			return p
		case uncounted(p.String()) == uncounted(name):
			like = p
		}
	}
	if like.Name == "" {
		head, _, _ := strings.Cut(name, "#")
		like.Name = strings.ReplaceAll(head, "_", " ")
	}
	like.N = numberOf(name)
	return like
}

// uncounted is a point's name without its count.
func uncounted(name string) string {
	head, rest, _ := strings.Cut(name, "#")
	return head + "#" + strings.TrimLeft(rest, "0123456789")
}

func numberOf(name string) int {
	_, rest, _ := strings.Cut(name, "#")
	n, _ := strconv.Atoi(rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))])
	return n
}
