package dovecot_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// patience bounds every wait for a server.
const patience = time.Minute

// answer is what a server said to one step.
type answer struct {
	step      step
	tag       string
	responses []string // whole ones, with their literals, without the last CRLF
}

// session is a dialogue being held with one server.
type session struct {
	dialogue *dialogue
	dial     func() (net.Conn, error)
	user     string
	peers    map[string]*peer
	names    map[string]string // of let
	answers  []answer
}

// peer is one connection of it.
type peer struct {
	nc      net.Conn
	r       *bufio.Reader
	tag     string // of the command that was sent last
	waiting bool   // for the rest of that command, after "+"
	refused int    // answers in a row
	last    string // all of the last answer
}

// play holds a dialogue and gives the answers to its steps.
func play(d *dialogue, user string, dial func() (net.Conn, error)) ([]answer, error) {
	s := &session{dialogue: d, dial: dial, user: user, peers: make(map[string]*peer), names: map[string]string{"user": user}}
	defer s.close()
	for _, name := range d.people {
		s.names[name] = d.account(name, user)
	}
	for _, step := range d.steps {
		p, err := s.peer(step.conn)
		if err == nil {
			err = s.step(p, step)
		}
		if err != nil {
			return s.answers, fmt.Errorf("%s.txtar:%d: %s: %w", d.name, step.line, step.text, err)
		}
	}
	return s.answers, nil
}

func (s *session) close() {
	for _, p := range s.peers {
		p.nc.Close()
	}
}

// peer connects, and logs in, when a connection is first named.
func (s *session) peer(name string) (*peer, error) {
	if p := s.peers[name]; p != nil {
		return p, nil
	}
	nc, err := s.dial()
	if err != nil {
		return nil, err
	}
	p := &peer{nc: nc, r: bufio.NewReader(nc)}
	s.peers[name] = p
	greeting, err := p.read()
	if err != nil {
		return nil, fmt.Errorf("greeting: %w", err)
	}
	if s.dialogue.nologin || strings.HasPrefix(greeting, "* PREAUTH ") {
		return p, nil
	}
	p.tag = "login"
	if err := p.send("login LOGIN " + s.dialogue.account(name, s.user) + " password\r\n"); err != nil {
		return nil, err
	}
	got, err := p.readAnswer()
	if err == nil && !strings.HasPrefix(got[len(got)-1], "login OK") {
		err = fmt.Errorf("login: %q", got)
	}
	return p, err
}

func (s *session) step(p *peer, step step) (err error) {
	var got []string
	switch step.verb {
	case "let":
		return s.let(p, step.text)
	case "W":
		got, err = p.readUntil(func(line string) bool { return strings.HasPrefix(line, step.text) })
	case "C":
		got, err = s.command(p, step)
	}
	p.last = strings.Join(got, "\n")
	s.answers = append(s.answers, answer{step: step, tag: p.tag, responses: got})
	return err
}

// let takes a name from the last answer.
func (s *session) let(p *peer, text string) error {
	name, pattern, _ := strings.Cut(text, " = ")
	re, err := regexp.Compile(pattern)
	if err != nil {
		return err
	}
	m := re.FindStringSubmatch(p.last)
	if m == nil {
		return fmt.Errorf("not in the answer: %q", p.last)
	}
	s.names[name] = m[1]
	return nil
}

// command sends a line and its literals and reads what comes back.
func (s *session) command(p *peer, step step) ([]string, error) {
	line := s.fill(step.text)
	all, err := s.rest(p)
	if err != nil {
		return nil, err
	}
	if !p.waiting {
		p.tag, _, _ = strings.Cut(line, " ")
	}
	defer func() { p.count(all) }()
	for _, lit := range step.literals {
		line = strings.Replace(line, "{size", "{"+strconv.Itoa(len(lit.data)), 1)
		if rest, ok := strings.CutSuffix(line, "+}"); ok && s.dialogue.sync {
			line = rest + "}"
		}
		if strings.HasSuffix(line, "+}") {
			line += "\r\n" + string(lit.data) + s.fill(lit.rest)
			continue
		}
		if err := p.send(line + "\r\n"); err != nil {
			return nil, err
		}
		got, err := p.readAnswer()
		all = append(all, got...)
		if err != nil || !p.waiting {
			return all, err
		}
		line = string(lit.data) + s.fill(lit.rest)
	}
	if err := p.send(line + "\r\n"); err != nil {
		return nil, err
	}
	got, err := p.readAnswer()
	all = append(all, got...)
	return all, err
}

// rest has a NOOP before what would be one refusal too many. What that tells belongs to the next
// answer.
func (s *session) rest(p *peer) ([]string, error) {
	if s.dialogue.patient == 0 || p.refused < s.dialogue.patient || p.waiting {
		return nil, nil
	}
	p.tag, p.refused = "rest", 0
	if err := p.send("rest NOOP\r\n"); err != nil {
		return nil, err
	}
	got, err := p.readAnswer()
	return got[:max(0, len(got)-1)], err
}

// count counts refusals in a row.
func (p *peer) count(answer []string) {
	if len(answer) == 0 || strings.HasPrefix(answer[len(answer)-1], p.tag+" OK") {
		p.refused = 0
	} else if !p.waiting {
		p.refused++
	}
}

func (s *session) fill(text string) string {
	for name, value := range s.names {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

func (p *peer) send(text string) error {
	p.nc.SetWriteDeadline(time.Now().Add(patience))
	_, err := io.WriteString(p.nc, text)
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.ErrClosedPipe) {
		return nil // reading will tell
	}
	return err
}

// readAnswer reads up to the tagged response or "+". A command whose tag
// cannot be read is answered with a BAD that is untagged or tagged otherwise.
func (p *peer) readAnswer() ([]string, error) {
	got, err := p.readUntil(func(line string) bool {
		p.waiting = line == "+" || strings.HasPrefix(line, "+ ")
		return p.waiting || strings.HasPrefix(line, p.tag+" ") || isBad.MatchString(line)
	})
	return got, err
}

var isBad = regexp.MustCompile(`^\S+ BAD `)

// readUntil reads up to a response, or to the end of the connection, which
// counts as one.
func (p *peer) readUntil(last func(string) bool) ([]string, error) {
	var got []string
	for {
		line, err := p.read()
		ended := errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.ErrClosedPipe)
		if ended && line == "" {
			return append(got, "closed"), nil
		}
		if err != nil {
			return got, fmt.Errorf("after %q: %w", got, err)
		}
		got = append(got, line)
		if last(line) {
			return got, nil
		}
	}
}

var literalEnd = regexp.MustCompile(`\{(\d+)\}\r\n$`)

// read reads one response with its literals.
func (p *peer) read() (string, error) {
	p.nc.SetReadDeadline(time.Now().Add(patience))
	var all strings.Builder
	for {
		line, err := p.r.ReadString('\n')
		all.WriteString(line)
		if err != nil {
			return all.String(), err
		}
		m := literalEnd.FindStringSubmatch(line)
		if m == nil {
			return strings.TrimSuffix(all.String(), "\r\n"), nil
		}
		size, err := strconv.Atoi(m[1])
		if err != nil {
			return all.String(), err
		}
		if _, err := io.CopyN(&all, p.r, int64(size)); err != nil {
			return all.String(), err
		}
	}
}
