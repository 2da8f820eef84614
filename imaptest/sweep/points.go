package sweep

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// pointsOf are the points of an undisturbed run in the order in which they were reached
// within their kind. What was answered BAD is none: it may be no command at all.
func pointsOf(o *outcome) []Point {
	var out []Point
	for n := range o.conns {
		out = append(out, Point{Kind: Connect, Name: "connect", N: n + 1})
	}
	for n := range o.handshakes {
		out = append(out, Point{Kind: Handshake, Name: "TLS", N: n + 1})
	}
	count, known, byToken := make(map[string]int), make(map[string]bool), make(map[int]bool)
	for i, cmd := range o.commands {
		if cmd.Name == "" {
			continue
		}
		count[cmd.Name]++
		said := at(o.said, i)
		if said != nil {
			cmd = said.whole(cmd)
		}
		if cmd.Status == imap.StatusResponseTypeBad {
			continue
		}
		p := Point{Kind: Command, Name: cmd.Name, N: count[cmd.Name], Command: cmd, byToken: noteToken(byToken, cmd)}
		if said != nil {
			p.Answer, p.unasked = said.lines, said.unasked
			p.news = newsIn(cmd, said.lines, known)
		}
		out = append(out, p)
		out = append(out, within(p)...)
	}
	stages := make(map[string]int)
	for _, step := range o.steps {
		stages[step.Stage]++
		out = append(out, Point{Kind: Step, Name: step.Stage, N: stages[step.Stage], Step: step})
	}
	marks := make(map[string]int)
	for _, name := range o.marks {
		marks[name]++
		out = append(out, Point{Kind: Mark, Name: name, N: marks[name]})
	}
	for i := range out {
		out[i].Killable = o.processes > 0
	}
	return out
}

// answeredBad are the commands that are no points, each with how often.
func answeredBad(o *outcome) []string {
	counts := make(map[string]int)
	for _, cmd := range o.commands {
		if cmd.Name == "" || cmd.Status == imap.StatusResponseTypeBad {
			counts[clip(cmd.String(), 40)]++
		}
	}
	var out []string
	for _, text := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, fmt.Sprintf("%q (%d)", text, counts[text]))
	}
	return out
}

// within are the points in a command: its literals, and what IDLE pushes.
func within(p Point) (out []Point) {
	for sub := range p.Command.Literals {
		p.Kind, p.Sub = Literal, sub+1
		out = append(out, p)
	}
	if p.Name != "IDLE" {
		return out
	}
	for i, line := range p.Answer {
		if p.Kind, p.Sub = Push, i+1; strings.HasPrefix(line, "* ") {
			out = append(out, p)
		}
	}
	return out
}

var uidItem = regexp.MustCompile(`[( ]UID ([0-9]+)`)

// newsIn are the lines of an answer that tell of a message of which no answer has told
// before. known has the messages that were told of.
func newsIn(cmd imaptest.Command, lines []string, known map[string]bool) (news []int) {
	mailbox := mailboxOf(&cmd)
	for i, line := range lines {
		if m := uidItem.FindStringSubmatch(withoutLiterals(line)); isFetch(line) && m != nil && !known[mailbox+" "+m[1]] {
			known[mailbox+" "+m[1]] = true
			news = append(news, i)
		}
	}
	return news
}

var fetchLine = regexp.MustCompile(`^\* [0-9]+ FETCH \(`)

func isFetch(line string) bool { return fetchLine.MatchString(line) }
