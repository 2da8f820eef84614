package sweep

import (
	"fmt"
	"path"
	"slices"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Option says how a scenario is swept.
type Option func(*config)

// config is what the options come to.
type config struct {
	server   []imaptest.Option
	setup    []func(t testing.TB, srv *imaptest.Server)
	sample   int // 0: all
	real     bool
	limit    time.Duration // of a run in real time
	groups   []Group       // nil: all
	except   []string
	also     []Disturbance
	off      []Check
	mayFail  bool
	serial   bool
	expected []*known
	several  several
}

// known is a finding that cannot be helped.
type known struct {
	pattern, why string
	runs         int
}

func newConfig(opts []Option) *config {
	c := &config{}
	if testing.Short() {
		c.sample = shortSample
	}
	for _, opt := range opts {
		opt(c)
	}
	return c
}

// shortSample is how many runs there are with -short.
const shortSample = 200

// Server gives every server options. The mail that they seed is read once. In a bubble a
// server is in memory, and its waits wait for twelve hours of virtual time unless an option
// says otherwise.
func Server(opts ...imaptest.Option) Option {
	return func(c *config) { c.server = append(c.server, opts...) }
}

// Setup is done to every server before the scenario, and is not disturbed.
func Setup(f func(t testing.TB, srv *imaptest.Server)) Option {
	return func(c *config) { c.setup = append(c.setup, f) }
}

// Sample makes n runs of all, so that every disturbance and every command is among them as
// far as that goes; 0 is all, and the default. With -short it is 200.
func Sample(n int) Option { return func(c *config) { c.sample = n } }

// Pairs makes runs with two disturbances as well: whatever one of them leads to, the other comes
// then. They are many, the square of the others, and Sample bounds them too: so many of each.
// A scenario needs no further tries for them: [Retry] and [Program] give one more to a run
// with two.
func Pairs() Option { return func(c *config) { c.several.pairs = true } }

// Random makes n runs more, with up to four disturbances each, which seed chooses: the same
// seed makes the same runs. One more comes to what went well without it. What fails is
// reduced to the fewest that it takes.
func Random(n int, seed uint64) Option {
	return func(c *config) { c.several.random, c.several.seed = n, seed }
}

// RealTime runs on servers with sockets and in real time, for clients that cannot be handed
// a connection. limit is how long a run may take. What only takes time (Slow) is left out
// unless Only asks for it: a stall cannot be told from a long time-out there.
func RealTime(limit time.Duration) Option {
	return func(c *config) { c.real, c.limit = true, limit }
}

// Only leaves out the disturbances of other groups.
func Only(groups ...Group) Option { return func(c *config) { c.groups = append(c.groups, groups...) } }

// Except leaves disturbances out by name: "Refuse"; "No" is "No.LIMIT" and the like too.
func Except(names ...string) Option { return func(c *config) { c.except = append(c.except, names...) } }

// Also adds disturbances of the test's own.
func Also(d ...Disturbance) Option { return func(c *config) { c.also = append(c.also, d...) } }

// Unchecked switches checks off.
func Unchecked(checks ...Check) Option { return func(c *config) { c.off = append(c.off, checks...) } }

// MayFail lets the scenario fail under a disturbance, if nothing is lost or doubled by it: an
// error that is said is right, where the code does not try again.
func MayFail() Option { return func(c *config) { c.mayFail = true } }

// Serial runs one run after the other, for code with variables of its package, or a
// scenario that sets the environment.
func Serial() Option { return func(c *config) { c.serial = true } }

// Known names a finding that cannot be helped, and why: it must occur, and does not fail. The
// pattern is that of [path.Match] for the kind and the run, as in
// "DOUBLED smtp.EOD#*/DropBeforeReply". The kind is one word: LOST for "LOST under a rival", too.
func Known(pattern, why string) Option {
	return func(c *config) { c.expected = append(c.expected, &known{pattern: pattern, why: why}) }
}

// knows finds what expects a finding of a run: of one of its disturbances, where it has
// several.
func (c *config) knows(kind string, r *run) *known {
	for _, k := range c.expected {
		for _, a := range r.acts {
			if ok, _ := path.Match(k.pattern, kind+" "+a.String()); ok {
				return k
			}
		}
	}
	return nil
}

// wants says whether a disturbance is among those that were chosen.
func (c *config) wants(d Disturbance) bool {
	switch {
	case c.groups != nil && !slices.Contains(c.groups, d.Group):
		return false
	case c.groups == nil && c.real && d.Group == Slow:
		return false
	}
	return !slices.ContainsFunc(c.except, d.isCalled)
}

func (c *config) checks(check Check) bool { return !slices.Contains(c.off, check) }

// patience is how long waits wait in a bubble: longer than any back-off.
const patience = 12 * time.Hour

func (c *config) serverOptions() []imaptest.Option {
	if c.real {
		return slices.Clone(c.server)
	}
	return append([]imaptest.Option{imaptest.InMemory(), imaptest.WithPatience(patience)}, c.server...)
}

// Check is something that must hold in every run.
type Check string

// The checks.
const (
	// NoLoss: of every message that the undisturbed run leaves in an account there is a copy,
	// unless a rival has expunged it.
	NoLoss Check = "NoLoss"
	// NoDuplicates: no account has more copies of a message than in the undisturbed run.
	NoDuplicates Check = "NoDuplicates"
	// SameState: the mail ends in the same mailboxes with the same flags as in the undisturbed
	// run, but for what a rival has touched. UIDs do not count.
	SameState Check = "SameState"
	// SameResult: the scenario returns the same text, unless a rival has touched a message.
	SameResult Check = "SameResult"
	// Assertions: the scenario does not fail its t.
	Assertions Check = "Assertions"
	// Ends: the scenario comes to an end, and leaves no goroutine behind.
	Ends Check = "Ends"
)

var everyCheck = []Check{NoLoss, NoDuplicates, SameState, SameResult, Assertions, Ends}

// String is the check's name.
func (c Check) String() string { return fmt.Sprintf("sweep.%s", string(c)) }
