package imaptest_test

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/portion"
)

// verbKind is what a verb is, for the pairs that contradict each other.
type verbKind int

const (
	early  verbKind = iota // before the command
	status                 // a tagged line instead
	bye                    // BYE instead
	raw                    // lines of the test's own instead
	silent                 // nothing instead
	late                   // when the command has run
	edit                   // changes any line of the answer
	body                   // changes lines before the tagged one
	tagged                 // changes the tagged line
	end                    // ends the connection in the answer
	hidden                 // ends it before the answer
	pieces                 // how the answer is sent
)

// verb is a verb of a rule, with what it makes of the lines of an answer by hand.
type verb struct {
	name  string
	kind  verbKind
	call  func(r *imaptest.Rule) *imaptest.Rule
	model func(lines []string) []string // nil: it leaves them as they are
	ends  string                        // how the connection ends then: EOF, RST or nothing
	once  bool                          // there cannot be two
	idle  bool                          // it has nothing to do with this answer
}

func each(change func(line string) string) func([]string) []string {
	return func(lines []string) (out []string) {
		for _, line := range lines {
			if line = change(line); line != "" {
				out = append(out, line)
			}
		}
		return out
	}
}

func constant(lines ...string) func([]string) []string {
	return func([]string) []string { return lines }
}

func isFetch(line string) bool {
	return strings.HasPrefix(line, "* ") && strings.Contains(line, " FETCH ")
}

var verbs = []verb{
	{name: "Delay", kind: early, call: func(r *imaptest.Rule) *imaptest.Rule { return r.Delay(time.Millisecond) }},
	{name: "Before", kind: early, call: func(r *imaptest.Rule) *imaptest.Rule { return r.Before(func(*imaptest.Command) {}) }},
	{name: "Bandwidth", kind: early, once: true, call: func(r *imaptest.Rule) *imaptest.Rule { return r.Bandwidth(1 << 20) }},
	{name: "Advertise", kind: early, idle: true, call: func(r *imaptest.Rule) *imaptest.Rule { return r.Advertise("X-ONE") }},
	{name: "Conceal", kind: early, idle: true, call: func(r *imaptest.Rule) *imaptest.Rule { return r.Conceal("IDLE") }},
	{name: "After", kind: late, call: func(r *imaptest.Rule) *imaptest.Rule { return r.After(func(*imaptest.Command) {}) }},

	{name: "No", kind: status, call: func(r *imaptest.Rule) *imaptest.Rule { return r.No("[X] no") }, model: constant("a NO [X] no\r\n")},
	{name: "Bad", kind: status, call: func(r *imaptest.Rule) *imaptest.Rule { return r.Bad("bad") }, model: constant("a BAD bad\r\n")},
	{name: "Bye", kind: bye, call: func(r *imaptest.Rule) *imaptest.Rule { return r.Bye("bye") }, model: constant("* BYE bye\r\n"), ends: "EOF"},
	{name: "Reply", kind: raw, call: func(r *imaptest.Rule) *imaptest.Rule {
		return r.Reply("* 1 FETCH (UID 1 BODY[] {3}", ")\r\n)", "* 2 FETCH (UID 2)", "{tag} OK UID FETCH done")
	}, model: constant("* 1 FETCH (UID 1 BODY[] {3}\r\n", ")\r\n)\r\n", "* 2 FETCH (UID 2)\r\n", "a OK UID FETCH done\r\n")},
	{name: "Drop", kind: silent, call: (*imaptest.Rule).Drop, model: constant(), ends: "EOF"},
	{name: "Reset", kind: silent, call: (*imaptest.Rule).Reset, model: constant(), ends: "RST"},
	{name: "Stall", kind: silent, call: (*imaptest.Rule).Stall, model: constant(), ends: "nothing"},
	{name: "HalfOpen", kind: silent, call: (*imaptest.Rule).HalfOpen, model: constant(), ends: "nothing"},

	{name: "OmitItem", kind: body, call: func(r *imaptest.Rule) *imaptest.Rule { return r.OmitItem("UID") }, model: each(func(line string) string {
		if !isFetch(line) {
			return line
		}
		return strings.NewReplacer("(UID 1 ", "(", "(UID 2 ", "(", "UID 1 ", "", "UID 2 ", "", "(UID 1)", "()", "(UID 2)", "()").Replace(line)
	})},
	{name: "RepeatItem", kind: body, call: func(r *imaptest.Rule) *imaptest.Rule { return r.RepeatItem("uid") }, model: each(func(line string) string {
		if !isFetch(line) {
			return line
		}
		out := strings.Replace(line, "UID 1", "UID 1 UID 1", 1)
		return strings.Replace(out, "UID 2", "UID 2 UID 2", 1)
	})},
	{name: "OmitLines", kind: body, call: func(r *imaptest.Rule) *imaptest.Rule { return r.OmitLines("* 2 fetch") }, model: each(func(line string) string {
		if strings.HasPrefix(line, "* 2 FETCH") {
			return ""
		}
		return line
	})},
	{name: "WrongLiteral", kind: body, call: func(r *imaptest.Rule) *imaptest.Rule { return r.WrongLiteral(1) }, model: func(lines []string) []string {
		for i, line := range lines {
			for _, n := range []int{3, 4, 16, 17} {
				if part := fmt.Sprintf("{%d}", n); strings.Contains(line, part) {
					lines[i] = strings.Replace(line, part, fmt.Sprintf("{%d}", n+1), 1)
					return lines
				}
			}
		}
		return lines
	}},
	{name: "Reorder", kind: body, call: (*imaptest.Rule).Reorder, model: func(lines []string) []string {
		n := 0
		for n < len(lines) && isFetch(lines[n]) {
			n++
		}
		slices.Reverse(lines[:n])
		return lines
	}},
	{name: "Continue", kind: body, idle: true, call: func(r *imaptest.Rule) *imaptest.Rule { return r.Continue("go on") }},
	{name: "Rewrite", kind: edit, call: func(r *imaptest.Rule) *imaptest.Rule { return r.Rewrite(`FETCH (complete)d`, "$1") }, model: each(func(line string) string {
		return strings.ReplaceAll(line, "FETCH completed", "complete")
	})},
	{name: "Edit", kind: edit, call: func(r *imaptest.Rule) *imaptest.Rule {
		return r.Edit(func(cmd *imaptest.Command, line string) []string {
			if line == cmd.Tag+" OK UID FETCH completed" {
				return []string{"* EDITED {tag}", line}
			}
			return []string{line}
		})
	}, model: func(lines []string) (out []string) {
		for _, line := range lines {
			if line == "a OK UID FETCH completed\r\n" {
				out = append(out, "* EDITED a\r\n")
			}
			out = append(out, line)
		}
		return out
	}},
	{name: "Insert", kind: edit, call: func(r *imaptest.Rule) *imaptest.Rule { return r.Insert("* INSERTED", "%!") }, model: func(lines []string) []string {
		return slices.Insert(lines, max(len(lines)-1, 0), "* INSERTED\r\n", "%!\r\n")
	}},
	{name: "InsertBefore", kind: edit, call: func(r *imaptest.Rule) *imaptest.Rule { return r.InsertBefore(`^a `, "* BEFORE {tag}") }, model: func(lines []string) (out []string) {
		for _, line := range lines {
			if strings.HasPrefix(line, "a ") {
				out = append(out, "* BEFORE a\r\n")
			}
			out = append(out, line)
		}
		return out
	}},
	{name: "InsertAfter", kind: edit, call: func(r *imaptest.Rule) *imaptest.Rule { return r.InsertAfter(`FETCH \(`, "* AFTER") }, model: func(lines []string) (out []string) {
		for _, line := range lines {
			if out = append(out, line); isFetch(line) {
				out = append(out, "* AFTER\r\n")
			}
		}
		return out
	}},
	{name: "Tagged", kind: tagged, once: true, call: func(r *imaptest.Rule) *imaptest.Rule { return r.Tagged("NO [INUSE] later") }, model: each(func(line string) string {
		if strings.HasPrefix(line, "a ") {
			return "a NO [INUSE] later\r\n"
		}
		return line
	})},
	{name: "WrongTag", kind: tagged, once: true, call: func(r *imaptest.Rule) *imaptest.Rule { return r.WrongTag("zz") }, model: each(func(line string) string {
		if strings.HasPrefix(line, "a ") {
			return "zz " + line[2:]
		}
		return line
	})},

	{name: "DropBeforeReply", kind: hidden, call: (*imaptest.Rule).DropBeforeReply, model: constant(), ends: "EOF"},
	{name: "CutAfter", kind: end, call: func(r *imaptest.Rule) *imaptest.Rule { return r.CutAfter(9) }, model: func(lines []string) []string {
		text := strings.Join(lines, "")
		return []string{text[:min(9, len(text))]}
	}, ends: "EOF"},
	{name: "CutBeforeLine", kind: end, call: func(r *imaptest.Rule) *imaptest.Rule { return r.CutBeforeLine(1) }, model: constant(), ends: "EOF"},
	{name: "StallBeforeLine", kind: end, call: func(r *imaptest.Rule) *imaptest.Rule { return r.StallBeforeLine(1) }, model: constant(), ends: "nothing"},
	{name: "Dribble", kind: pieces, once: true, call: func(r *imaptest.Rule) *imaptest.Rule { return r.Dribble(5, time.Millisecond) }},
}

// answerOfPairs is the answer to a UID FETCH 1:2 (BODY.PEEK[]) of threeLetters.
var answerOfPairs = []string{
	"* 1 FETCH (UID 1 BODY[] {16}\r\nSubject: one\r\n\r\n)\r\n",
	"* 2 FETCH (UID 2 BODY[] {16}\r\nSubject: two\r\n\r\n)\r\n",
	"a OK UID FETCH completed\r\n",
}

func (v verb) instead() bool {
	return v.kind == status || v.kind == bye || v.kind == raw || v.kind == silent
}
func (v verb) ofAnswer() bool {
	return v.kind == edit || v.kind == body || v.kind == tagged || v.kind == end || v.kind == pieces
}

// contradict says whether two verbs cannot be on one rule.
func contradict(a, b verb) bool {
	one := func(a, b verb) bool {
		switch {
		case a.instead() && (b.instead() || b.kind == late || b.kind == hidden):
			return true
		case a.kind == silent && b.ofAnswer():
			return true
		case a.kind == status && b.kind == body, a.kind == bye && (b.kind == body || b.kind == tagged):
			return true
		case a.kind == hidden && b.ofAnswer(), a.kind == hidden && b.kind == hidden, a.kind == end && b.kind == end:
			return true
		}
		return a.name == b.name && a.once
	}
	return one(a, b) || one(b, a)
}

// pairAnswer is what a client sees of two verbs, made by hand: what is instead comes first,
// then what changes the answer, in order, then what ends it.
func pairAnswer(a, b verb) (text, ends string) {
	lines := slices.Clone(answerOfPairs)
	for _, pass := range []func(verb) bool{
		verb.instead,
		func(v verb) bool { return v.kind == edit || v.kind == body || v.kind == tagged },
		func(v verb) bool { return v.kind == end || v.kind == hidden },
	} {
		for _, v := range []verb{a, b} {
			if pass(v) && v.model != nil {
				lines = v.model(slices.Clone(lines))
			}
			if pass(v) && v.ends != "" {
				ends = v.ends
			}
		}
	}
	return strings.Join(lines, ""), ends
}

// Every verb with every other on one rule: both take effect, to the byte, or they are
// refused where the second is called.
func TestPairsOfVerbs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeTB{TB: t}
		srv := imaptest.Start(&cleanupTB{f, new([]func())}, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
		defer srv.Close()
		checkPairs(t, srv, f, func() net.Conn {
			nc, err := srv.Dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return nc
		}, func(a, b verb) bool { return true })
	})
}

// The same on TCP, inside TLS and COMPRESS, but for what takes virtual time to be seen.
func TestPairsOfVerbsOnTransports(t *testing.T) {
	every := portion.Of(t, "one pair of %d", 1, 7)
	for name, dial := range transports {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fakeTB{TB: t}
			srv := imaptest.Start(&cleanupTB{f, new([]func())}, imaptest.WithMail(threeLetters()))
			defer srv.Close()
			n := 0
			checkPairs(t, srv, f, func() net.Conn { return dial(t, srv) }, func(a, b verb) bool {
				n++
				_, ends := pairAnswer(a, b)
				return !contradict(a, b) && ends != "nothing" && (ends != "RST" || name == "tcp") && n%every == 0
			})
		})
	}
}

func checkPairs(t *testing.T, srv *imaptest.Server, f *fakeTB, dial func() net.Conn, want func(a, b verb) bool) {
	for _, a := range verbs {
		for _, b := range verbs {
			if want(a, b) {
				checkPair(t, srv, f, dial, a, b)
			}
		}
	}
}

func checkPair(t *testing.T, srv *imaptest.Server, f *fakeTB, dial func() net.Conn, a, b verb) {
	t.Helper()
	name := a.name + " and " + b.name
	f.failed = false
	f.out.Reset()
	rule := srv.On("UID FETCH").Optional()
	defer rule.Remove()
	b.call(a.call(rule))
	if contradict(a, b) {
		if !strings.Contains(f.out.String(), b.name+"(") || !strings.Contains(f.out.String(), a.name+"(") {
			t.Errorf("%s contradict each other: got %q", name, f.out.String())
		}
		return
	}
	if f.failed {
		t.Errorf("%s: got %s", name, f.out.String())
		return
	}
	c := faultClient(t, dial())
	defer c.nc.Close()
	text, ends := pairAnswer(a, b)
	c.send("a UID FETCH 1:2 (BODY.PEEK[])")
	c.nc.SetReadDeadline(time.Now().Add(time.Minute))
	var got strings.Builder
	for got.Len() < len(text) {
		line := c.line()
		if got.WriteString(line); !strings.HasSuffix(line, "\n") {
			break
		}
	}
	if ends == "" {
		ends = "n OK NOOP completed\r\n"
		c.send("n NOOP")
	} else {
		ends = "[" + ends + "]"
	}
	if !strings.HasSuffix(got.String(), "]") || strings.HasSuffix(text, "]") {
		got.WriteString(c.line())
	}
	if got.String() != text+ends {
		t.Errorf("%s: got\n%q\nwant\n%q", name, got.String(), text+ends)
	}
	changed := 1
	if a.idle && b.idle {
		changed = 0
	}
	if rule.Fired() != 1 || rule.Changed() != changed {
		t.Errorf("%s: fired %d, changed %d, want 1 and %d", name, rule.Fired(), rule.Changed(), changed)
	}
}

// Two verbs on two rules: neither is refused, and of two that contradict each other one has
// not fired, which a report says.
func TestPairsOfRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, a := range verbs {
			for _, b := range verbs {
				f := &fakeTB{TB: t}
				srv := imaptest.Start(&cleanupTB{f, new([]func())}, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
				first, second := a.call(srv.On("UID FETCH")), b.call(srv.On("UID FETCH"))
				nc, err := srv.Dial(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				c := faultClient(t, nc)
				c.send("a UID FETCH 1:2 (BODY.PEEK[])")
				synctest.Wait()
				time.Sleep(time.Second)
				fired := first.Fired() + second.Fired()
				contradicts := contradict(a, b) && !(a.kind == hidden && b.ofAnswer() && b.kind != end) && !(b.kind == hidden && a.ofAnswer() && a.kind != end)
				if want := map[bool]int{true: 1, false: 2}[contradicts]; fired != want || f.failed {
					t.Errorf("%s and %s: %d fired, want %d; %s", a.name, b.name, fired, want, f.out.String())
				}
				srv.CheckRules(f)
				if contradicts && !strings.Contains(f.out.String(), `never fired: On("UID FETCH") came before it`) {
					t.Errorf("%s and %s: got %s", a.name, b.name, f.out.String())
				}
				srv.Close()
			}
		}
	})
}
