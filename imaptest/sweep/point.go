package sweep

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// Kind is what there is at a point.
type Kind int

// The kinds of points.
const (
	Command   Kind = iota // a command: before it, in its place, in its answer
	Literal               // where the client announces a literal of a command
	Connect               // a connection, before its greeting
	Handshake             // a TLS handshake
	Step                  // a step of an SMTP session
	Push                  // a line that IDLE pushes
	Mark                  // a place in the code under test: [Process.Mark]
)

// Point is a place in what the scenario says when nobody disturbs it.
type Point struct {
	Kind    Kind
	Name    string           // of the command, "UID FETCH", or the stage, "EOD"
	N       int              // it is the N-th of that name, over all connections
	Sub     int              // of a literal: its number in the command; of a push: its number in IDLE
	Command imaptest.Command // as it was answered undisturbed
	Answer  []string         // the lines of that answer, with their literals, the tagged one too
	Step    smtpsink.Command // of SMTP
	// Killable says that the code that comes there is a [Program].
	Killable bool

	news    []int    // which lines of Answer tell of a message for the first time
	unasked []string // what a server may tell at any time then, and is true
	byToken bool     // its connection has logged in with a token
}

// String names the point in subtests: UID_COPY#1, APPEND#2.literal1, connect#1, TLS#1,
// smtp.EOD#1, IDLE#1.push2, mark.NAME#1.
func (p Point) String() string {
	name := strings.ReplaceAll(p.Name, " ", "_") + "#" + strconv.Itoa(p.N)
	switch p.Kind {
	case Literal:
		return fmt.Sprintf("%s.literal%d", name, p.Sub)
	case Push:
		return fmt.Sprintf("%s.push%d", name, p.Sub)
	case Step:
		return "smtp." + name
	case Mark:
		return "mark." + name
	}
	return name
}

// Rule is the Go of the rule that is asked at the point.
func (p Point) Rule() string {
	switch p.Kind {
	case Literal:
		return fmt.Sprintf("srv.On(%q).Nth(%d).AtLiteral(%d)", p.Name, p.N, p.Sub)
	case Connect:
		return fmt.Sprintf("srv.OnConnect().Nth(%d)", p.N)
	case Handshake:
		return fmt.Sprintf("srv.OnTLS().Nth(%d)", p.N)
	case Step:
		return fmt.Sprintf("srv.SMTP().On(%q).Nth(%d)", p.Name, p.N)
	case Mark:
		return fmt.Sprintf("process.Mark(%q) // time %d", p.Name, p.N)
	}
	return fmt.Sprintf("srv.On(%q).Nth(%d)", p.Name, p.N)
}

// describe says what was there undisturbed.
func (p Point) describe() string {
	switch p.Kind {
	case Connect, Handshake, Mark:
		return p.String()
	case Step:
		return fmt.Sprintf("%s (%s)", p, p.Step)
	}
	if p.Kind == Push {
		return fmt.Sprintf("%s (%s)", p, clip(p.Answer[p.Sub-1], 60))
	}
	result := strings.TrimSpace(shorten(p.Command.Result()))
	if result == "" {
		result = "no answer"
	}
	lines := "1 line"
	if p.Command.Untagged != 1 {
		lines = fmt.Sprintf("%d lines", p.Command.Untagged)
	}
	return fmt.Sprintf("%s (%s -> %s, %s)", p, clip(p.Command.String(), 60), lines, clip(result, 60))
}

// size is how many bytes the answer has.
func (p Point) size() int {
	sum := 0
	for _, size := range p.Command.Lines {
		sum += size
	}
	return sum
}

func clip(text string, width int) string {
	if runes := []rune(text); len(runes) > width {
		return string(runes[:width-1]) + "…"
	}
	return text
}
