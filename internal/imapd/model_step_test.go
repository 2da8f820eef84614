package imapd_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// actor is a client over its whole life: it comes back after it was thrown out.
type actor struct {
	kind clientKind
	c    *client
	mem  *memory // as of the last tagged response, for coming back
}

// step runs one op.
func (m *model) step(o op) error {
	if err := m.settleAll(); err != nil {
		return err
	}
	if o.kind < 0 {
		return m.perform(m.act(-o.kind-1, o.a, o.b, o.c))
	}
	a := m.actors[o.who%len(m.actors)]
	spec := clientOps[o.kind%len(clientOps)]
	if err := m.ready(a, spec, o); err != nil || a.c.gone() {
		return err
	}
	switch {
	case spec.name == "hang up":
		return m.hangUp(a, o)
	case spec.name == "come back":
		return m.hangUp(a, o) // ready does the rest, the next time
	case spec.selects && a.c.mem == nil || spec.writes && a.c.readOnly:
		return nil
	}
	line := a.c.fill(spec.name, o)
	if line == "" || a.c.kind.uidOnly && strings.Contains(spec.name, "{seqs}") || strings.Contains(line, "VANISHED") && !a.c.kind.qresync ||
		needsModSeq(line) && !a.c.kind.condstore {
		return nil
	}
	if o.race > 0 {
		m.race = m.act(o.race-1, o.b, o.a, o.c)
	}
	return m.command(a, line, o)
}

func needsModSeq(line string) bool {
	return strings.Contains(line, "MODSEQ") || strings.Contains(line, "CHANGEDSINCE") || strings.Contains(line, "UNCHANGEDSINCE")
}

// perform does an act and lets everybody hear of it.
func (m *model) perform(line string) error {
	if line == "" {
		return nil
	}
	m.logf("test: %s", line)
	if err := m.acts.do(line); err != nil {
		return fmt.Errorf("%s: %w", line, err)
	}
	return m.settleAll()
}

func (m *model) settleAll() error {
	for _, a := range m.actors {
		if a.c != nil && !a.c.gone() {
			if err := a.c.settle(); err != nil {
				return err
			}
		}
	}
	return m.modSeqsAscend()
}

// ready makes sure that an actor is connected, not in IDLE, and has a mailbox if it
// needs one.
func (m *model) ready(a *actor, spec clientOp, o op) error {
	if a.c != nil && a.c.gone() {
		a.c.close()
		a.c = nil
	}
	if a.c == nil {
		c, err := m.connect(a.kind)
		if err != nil {
			return err
		}
		a.c = c
		if a.kind.notify {
			if err := c.startNotify(o.c%3 == 0); err != nil {
				return err
			}
		}
		if a.mem != nil && a.kind.qresync {
			if err := c.comeBack(a.mem, o.b%len(resyncForms)); err != nil {
				return err
			}
		}
	}
	if err := a.c.done(); err != nil || a.c.gone() {
		return err
	}
	if spec.selects && a.c.mem == nil {
		boxes := m.user.Mailboxes()
		return a.c.selectMailbox("SELECT", boxes[o.a%len(boxes)].Name(), "")
	}
	return nil
}

// hangUp leaves without a word; sometimes in the middle of a command.
func (m *model) hangUp(a *actor, o op) error {
	if !a.kind.hangsOff && o.c%3 != 0 {
		return nil
	}
	if line := a.c.fill([]string{"EXPUNGE", "{uid}MOVE {set} {box}", "{uid}STORE {set} +FLAGS.SILENT ({flag})", "NOOP"}[o.b%4], o); line != "" && a.c.mem != nil && !a.c.readOnly {
		m.logf("%s: C: %s", a.c.name, "last "+line)
		io.WriteString(a.c.nc, "last "+line+"\r\n")
	}
	m.logf("%s: hang up", a.c.name)
	a.c.close()
	a.c = nil
	m.wait()
	return m.settleAll()
}

// command sends a command, and follows what a client knows by itself.
func (m *model) command(a *actor, line string, o op) error {
	c := a.c
	words := strings.Fields(line)
	if words[0] == "SELECT" || words[0] == "EXAMINE" {
		if err := c.selectMailbox(words[0], words[1], ""); err != nil || c.gone() {
			return err
		}
		return m.after(a, o)
	}
	cmd := &sentCommand{line: line, earlier: strings.Contains(line, "VANISHED")}
	cmd.noExpunge = strings.HasPrefix(line, "UID SEARCH") && len(words) > 2 && words[2][0] >= '0' && words[2][0] <= '9'
	if strings.Contains(line, ".SILENT") {
		c.assume(line)
	}
	cmd.onOK = func() { c.did(words) }
	selected := c.mem
	m.raced = ""
	r, err := c.sendCommand(cmd)
	m.race = ""
	if err == nil && !c.gone() {
		err = m.refusesOther(c, cmd, selected, r)
	}
	if err == nil && r.name == "BAD" {
		err = fmt.Errorf("connection %s: %s: %s", c.name, line, r.text)
	}
	if err != nil || c.gone() {
		return err
	}
	if err := m.conserves(c, words, r); err != nil {
		return err
	}
	return m.after(a, o)
}

// after looks at what is new, sometimes, and remembers.
func (m *model) after(a *actor, o op) error {
	if err := m.settleAll(); err != nil {
		return err
	}
	if a.c.idling || a.c.gone() {
		return nil
	}
	if o.c%4 != 0 {
		if err := a.c.fetchNew(); err != nil || a.c.gone() {
			return err
		}
	}
	if a.mem = nil; a.c.mem != nil {
		a.mem = a.c.mem.clone()
		if a.kind.qresync {
			m.remember(a.mem)
		}
	}
	return nil
}

// remember keeps a memory to come back with: no more than 40.
func (m *model) remember(mem *memory) {
	for _, msg := range mem.messages {
		if msg.uid != 0 && !msg.known {
			return // a client would ask first
		}
	}
	m.steps++
	if m.points == nil || !slices.ContainsFunc(m.points, func(p *memory) bool { return p.String() == mem.String() }) {
		m.points = append(m.points, mem)
	}
	if len(m.points) > 40 {
		m.points = slices.Delete(m.points, m.steps%40, m.steps%40+1)
	}
}
