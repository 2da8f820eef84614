package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// growth is a row of how time grows with the number of messages.
type growth struct {
	name  string
	times func(n int) int       // how often it is done
	do    func(g *grower) error // what is measured
	first func(g *grower) error // what is done before
	flat  bool                  // takes the same at any size
}

// grower is a server with n messages in INBOX and a client.
type grower struct {
	srv   *process
	n     int
	times int
	c     *client
	since string // UIDVALIDITY and modseq before the changes
	heap  int64  // before what was measured last
}

// often is as often as need be to measure what takes time in proportion to n; once is for
// what cannot be done again; alwaysMany is for what takes no time.
func often(n int) int      { return max(1, 20_000/n) }
func once(int) int         { return 1 }
func tenAtLeast(n int) int { return max(10, often(n)) }
func alwaysMany(int) int   { return 200 }

// changes is how many messages have changed for QRESYNC, Diff and Restore.
const changes = 1000

// growths are done one after the other, with a server for all of them.
var growths = []growth{
	{name: "Deliver, the first", times: alwaysMany, flat: true, do: (*grower).deliver},
	{name: "Deliver, the last", times: alwaysMany, flat: true, first: (*grower).fill, do: (*grower).deliver},
	{name: "SELECT", times: tenAtLeast, first: (*grower).login, do: say("SELECT INBOX")},
	{name: "NOOP", times: alwaysMany, flat: true, do: say("NOOP")},
	{name: "FETCH the flags of all", times: often, do: say("FETCH 1:* (UID FLAGS)")},
	{name: "FETCH flags of the last 100", times: alwaysMany, flat: true, do: sayOf("FETCH %d:* (UID FLAGS)", func(n int) int { return n - 99 })},
	{name: "SEARCH a flag", times: often, do: say("SEARCH FLAGGED")},
	{name: "SEARCH UIDs", times: often, do: sayOf("SEARCH UID 1:%d", func(n int) int { return n / 2 })},
	{name: "SEARCH a date", times: often, do: say("SEARCH BEFORE 1-Jan-2020")},
	{name: "STORE of one", times: alwaysMany, flat: true, do: eachTime(`STORE %d +FLAGS.SILENT (\Seen)`)},
	{name: "SORT by subject", times: once, do: say("SORT (SUBJECT) UTF-8 ALL")},
	{name: "THREAD by references", times: once, do: say("THREAD REFERENCES UTF-8 ALL")},
	{name: "State", times: once, do: call("State")},
	{name: "Snapshot", times: often, do: call("Snapshot")},
	{name: "QRESYNC, 1,000 changes", times: often, first: (*grower).change, do: (*grower).resync},
	{name: "Diff of 1,000 changes", times: often, do: call("Diff")},
	{name: "Restore of 1,000 changes", times: once, do: call("Restore")},
	{name: "EXPUNGE of one", times: func(int) int { return 20 }, first: (*grower).deleteSome, do: eachTime("UID EXPUNGE %d")},
	{name: "MOVE of half", times: once, do: sayOf("MOVE 1:%d Archive", func(n int) int { return n / 2 })},
	{name: "EXPUNGE of half", times: once, first: (*grower).deleteHalf, do: say("EXPUNGE")},
}

// say sends a command; sayOf one with a number that depends on n; eachTime one about
// another message each time.
func say(command string) func(*grower) error {
	return func(g *grower) error {
		for range g.times {
			g.c.do(command)
		}
		return g.c.err
	}
}

func sayOf(command string, number func(n int) int) func(*grower) error {
	return func(g *grower) error { return say(fmt.Sprintf(command, number(g.n)))(g) }
}

func eachTime(command string) func(*grower) error {
	return func(g *grower) error {
		for i := range g.times {
			g.c.do(fmt.Sprintf(command, g.nth(i)))
		}
		return g.c.err
	}
}

// nth is a message in the first part of the mailbox.
func (g *grower) nth(i int) int { return 2 + i }

// call asks the server for what a test asks of it.
func call(name string) func(*grower) error {
	return func(g *grower) error {
		for range g.times {
			if _, err := g.srv.ask(request{Name: name, N: changes}); err != nil {
				return err
			}
		}
		return nil
	}
}

func (g *grower) deliver() error {
	_, err := g.srv.ask(request{Name: "deliver", N: g.times})
	return err
}

func (g *grower) fill() error {
	delivered := alwaysMany(g.n) // and as many will be
	if _, err := g.srv.ask(request{Name: "fill", N: g.n - 2*delivered}); err != nil {
		return err
	}
	_, err := g.srv.ask(request{Name: "count", N: g.n - delivered})
	return err
}

func (g *grower) login() error {
	g.c = newClient(g.srv.imap(), nil)
	g.c.do("LOGIN user password")
	g.c.do("ENABLE QRESYNC")
	return g.c.err
}

// change gives flags to messages all over the mailbox, and keeps what was before.
func (g *grower) change() error {
	g.c.send("t SELECT INBOX\r\n")
	var validity, modseq string
	for g.c.err == nil {
		line := string(g.c.line())
		if strings.HasPrefix(line, "t OK") {
			break
		}
		validity += code(line, "UIDVALIDITY")
		modseq += code(line, "HIGHESTMODSEQ")
	}
	g.since = validity + " " + modseq
	g.c.do("UID STORE " + everyNth(g.n, changes).String() + " +FLAGS.SILENT ($Changed)")
	return g.c.err
}

// code is the number of a response code.
func code(line, name string) string {
	number, ok := strings.CutPrefix(line, "* OK ["+name+" ")
	if !ok {
		return ""
	}
	number, _, _ = strings.Cut(number, "]")
	return number
}

func (g *grower) resync() error { return say("SELECT INBOX (QRESYNC (" + g.since + "))")(g) }

func (g *grower) deleteSome() error {
	g.c.do(`UID STORE 2:21 +FLAGS.SILENT (\Deleted)`)
	return g.c.err
}

func (g *grower) deleteHalf() error {
	g.c.do(`STORE 1:* -FLAGS.SILENT (\Deleted)`)
	g.c.do(fmt.Sprintf(`STORE 1:%d +FLAGS.SILENT (\Deleted)`, g.n/4))
	return g.c.err
}

// grown are the costs at one size, by the names of the rows.
type grown struct {
	each   map[string]spent
	atRest float64 // bytes a message
	sorted float64 // the same when all have been looked into
}

// grow does the rows at a size, so many times each in a process of its own; the medians
// count.
func grow(tb testing.TB, n, rounds int, rows []growth) grown {
	tb.Helper()
	all := make(map[string][]spent)
	var memory grown
	for range rounds {
		srv := start(tb, ours)
		if err := srv.fresh(setup{NoGC: true}); err != nil {
			tb.Fatal(err)
		}
		g := &grower{srv: srv, n: n}
		empty := heapOf(tb, srv) + float64(varietySize(n))
		for _, row := range rows {
			s, err := g.measure(row)
			if err != nil {
				tb.Fatalf("%s with %d messages: %v", row.name, n, err)
			}
			all[row.name] = append(all[row.name], s)
			switch row.name {
			case "Deliver, the last":
				memory.atRest = (float64(g.heap) - empty) / float64(n)
			case "THREAD by references":
				memory.sorted = (heapOf(tb, srv) - empty) / float64(n)
			}
		}
		g.c.close()
		srv.end()
	}
	memory.each = make(map[string]spent)
	for name, each := range all {
		memory.each[name] = median(each)
	}
	return memory
}

// measure is the cost of doing it once.
func (g *grower) measure(row growth) (s spent, err error) {
	g.times = row.times(g.n)
	if row.first != nil {
		if err := row.first(g); err != nil {
			return s, err
		}
	}
	r, err := g.srv.ask(request{Settle: true})
	if err != nil {
		return s, err
	}
	g.heap = r.Heap
	used, began := g.srv.processor(), time.Now()
	err = row.do(g)
	return spent{time.Since(began), g.srv.processor() - used}.by(g.times), err
}

// named are the rows of those names.
func named(names ...string) []growth {
	return slices.DeleteFunc(slices.Clone(growths), func(g growth) bool { return !slices.Contains(names, g.name) })
}
