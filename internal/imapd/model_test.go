package imapd_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/store"
)

var (
	modelFor  = flag.Duration("model.for", 300*time.Millisecond, "how long TestModel runs")
	modelSeed = flag.Uint64("model.seed", 0, "the seed of TestModel's first program; 0: another each time")
)

// world is what a program runs in.
type world struct {
	longLog bool // the log is compacted after thousands of changes, and not after a few
	labels  bool // mailboxes are labels
	dedupe  bool // an APPEND of bytes that are there adds a label
}

// model is a server with clients of all kinds, and what each has been told.
type model struct {
	store *store.Store
	user  *store.User
	srv   *imapd.Server
	acts  acts
	world

	actors    []*actor
	clients   []*client
	returning *client
	conns     int
	commands  int

	race    string // an act within the next command
	raced   string // that within the last one
	raceErr error
	ran     bool     // the last command has begun to run
	before  struct { // what there was then
		state  string
		counts map[string]int
	}
	modseqs map[*store.Mailbox]uint64
	points  []*memory
	steps   int
	log     []string
}

func newModel(w world) (*model, error) {
	m := &model{world: w, modseqs: make(map[*store.Mailbox]uint64)}
	var opts []store.Option
	if !w.longLog {
		opts = append(opts, store.WithExpungesRemembered(4))
	}
	m.store = store.New(opts...)
	var account []store.UserOption
	if w.labels {
		account = append(account, store.WithLabels(store.LabelRules{All: "Every", Spam: "Bad", Trash: "Gone", Starred: "Star", Dedupe: w.dedupe}))
	}
	user, err := m.store.AddUser("user", "password", account...)
	if err != nil {
		return nil, err
	}
	m.user, m.acts = user, acts{user: user, store: m.store}
	m.srv, err = imapd.NewServer(imapd.Config{Store: m.store, Hooks: imapd.Hooks{
		Before: m.beforeCommand,
		Bug:    func(err error) { m.raceErr = err },
	}})
	for _, kind := range clientKinds {
		m.actors = append(m.actors, &actor{kind: kind})
	}
	return m, err
}

func (m *model) logf(format string, args ...any) {
	m.log = append(m.log, strings.TrimRight(strings.ReplaceAll(fmt.Sprintf(format, args...), "\r\n", "\n"), "\n"))
}

func (m *model) wait() { settle() }

func (m *model) dial() net.Conn {
	client, server := memnet.Pipe()
	m.srv.Go(server)
	return client
}

func (m *model) drop(c *client) { c.close(); m.wait() }

// beforeCommand runs when a command has been parsed and is about to run.
func (m *model) beforeCommand(_ *imapd.Command, invalid error, _ imapd.Control) error {
	if invalid != nil {
		return nil
	}
	if m.race != "" {
		m.raced, m.raceErr = m.race, m.acts.do(m.race)
		last := len(m.log) - 1
		m.log = append(m.log[:last:last], "within: "+m.race, m.log[last])
		m.race = ""
	}
	m.before.state, m.before.counts = m.state()
	m.commands, m.ran = m.commands+1, true
	return nil
}

// end closes everything.
func (m *model) end() {
	for _, c := range m.clients {
		c.close()
	}
	m.srv.Close()
}

// checkEvery is how many ops there are between two looks at everything.
const checkEvery = 8

// runProgram runs a program in a bubble of its own and says what was wrong.
func runProgram(t *testing.T, program []op, w world) (m *model, failure error) {
	synctest.Test(t, func(t *testing.T) {
		m, failure = newModel(w)
		if failure != nil {
			return
		}
		defer m.end()
		for i, o := range program {
			if failure = m.step(o); failure == nil {
				failure = m.raceErr
			}
			if failure == nil && (i%checkEvery == checkEvery-1 || i == len(program)-1) {
				failure = m.check(i == len(program)-1)
			}
			if failure != nil {
				return
			}
		}
	})
	return m, failure
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// newProgram draws a program.
func newProgram(rng *rand.Rand) []op {
	total := 0
	for _, spec := range clientOps {
		total += spec.weight
	}
	program := make([]op, 40+rng.IntN(60))
	narrow := rng.IntN(2) == 0 // one mailbox, and its log
	for i := range program {
		o := op{who: rng.IntN(len(clientKinds)), a: rng.IntN(64), b: rng.IntN(64), c: rng.IntN(64)}
		if rng.IntN(3) == 0 {
			o.kind = -1 - rng.IntN(64)
		} else {
			for n := rng.IntN(total); n >= clientOps[o.kind].weight; o.kind++ {
				n -= clientOps[o.kind].weight
			}
			if rng.IntN(6) == 0 {
				o.race = 1 + rng.IntN(64)
			}
		}
		if narrow {
			o = o.narrowed()
		}
		program[i] = o
	}
	return program
}

// TestModel lets seven clients of different kinds work on one account while the
// test delivers, flags, expunges, renames, renumbers and restores. What each has
// been told must be what is there.
func TestModel(t *testing.T) {
	seed := *modelSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	began, programs, commands := time.Now(), 0, 0
	for ; programs == 0 || time.Since(began) < *modelFor; seed++ {
		program := newProgram(newRand(seed))
		w := world{longLog: seed%2 == 0, labels: seed%4 >= 2, dedupe: seed%8 >= 4}
		m, failure := runProgram(t, program, w)
		programs, commands = programs+1, commands+m.commands
		if failure != nil {
			program, m, failure = shrink(t, program, w, m, failure)
			t.Fatalf("after %v, %d programs: %v\n-model.seed=%d, reduced to %d steps:\n%s",
				time.Since(began).Round(time.Millisecond), programs, failure, seed, len(program), m.dialogue(w, failure))
		}
	}
	t.Logf("%d programs, %d commands, up to -model.seed=%d", programs, commands, seed-1)
}

// shrink leaves out steps as long as something is still wrong.
func shrink(t *testing.T, program []op, w world, m *model, failure error) ([]op, *model, error) {
	began := time.Now()
	for size := len(program) / 2; size > 0; {
		removed := false
		for at := 0; at+size <= len(program) && time.Since(began) < 30*time.Second; {
			shorter := append(append([]op(nil), program[:at]...), program[at+size:]...)
			if other, err := runProgram(t, shorter, w); err != nil {
				program, m, failure, removed = shorter, other, err, true
				continue
			}
			at += size
		}
		if !removed || size > 1 {
			size /= 2
		}
	}
	return program, m, failure
}
