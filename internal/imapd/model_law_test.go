package imapd_test

import (
	"fmt"
	"strings"

	"github.com/go-mailtest/mailtest/internal/store"
)

// selectMailbox opens a mailbox and looks at all of it.
func (c *client) selectMailbox(command, name, param string) error {
	cmd := &sentCommand{line: command + " " + name + param, earlier: param != ""}
	mbox, _ := c.m.user.Mailbox(name)
	was := c.mem
	r, err := c.sendCommand(cmd)
	if err != nil || c.gone() {
		return err
	}
	if r.name != "OK" {
		c.mem = nil
		return nil
	}
	if c.mem == was {
		return fmt.Errorf("connection %s: no [CLOSED]", c.name)
	}
	if now, _ := c.m.user.Mailbox(name); now != mbox {
		mbox = now // somebody else's doing, within the command
	}
	c.mem.mbox, c.mem.mailbox = mbox, name
	c.readOnly = command == "EXAMINE" || r.code[0].text == "READ-ONLY"
	if param != "" {
		return nil
	}
	return c.fetchNew()
}

// fetchNew asks for what the client does not know yet.
func (c *client) fetchNew() error {
	for range 3 {
		if c.mem == nil || c.mem.whole() || c.gone() {
			return nil
		}
		items := " (UID FLAGS MODSEQ)"
		if !c.kind.condstore {
			items = " (UID FLAGS)"
		}
		line := "FETCH " + c.unknown() + items
		if c.kind.uidOnly {
			line = "UID FETCH 1:*" + items
		}
		if _, err := c.send(line); err != nil {
			return err
		}
	}
	return nil
}

// unknown are the numbers of the messages of which something is not known.
func (c *client) unknown() string {
	var out []string
	for i, m := range c.mem.messages {
		if m.uid == 0 || !m.known {
			out = append(out, fmt.Sprint(i+1))
		}
	}
	return strings.Join(out, ",")
}

// truth is a mailbox as a fresh connection sees it.
func (m *model) truth(fresh *client, mbox *store.Mailbox) (*memory, error) {
	if err := fresh.selectMailbox("EXAMINE", mbox.Name(), ""); err != nil {
		return nil, err
	}
	if fresh.mem == nil || !fresh.mem.whole() {
		return nil, fmt.Errorf("a fresh connection cannot read %s", mbox.Name())
	}
	for i, msg := range mbox.Messages() {
		got := fresh.mem.messages[i]
		var flags []string
		for _, flag := range msg.Flags {
			flags = append(flags, string(flag))
		}
		if got.uid != uint32(msg.UID) || got.modseq != msg.ModSeq || got.flags != joinFlags(flags) {
			return nil, fmt.Errorf("a fresh connection is told %v, and there is UID %d %v modseq %d", got, msg.UID, msg.Flags, msg.ModSeq)
		}
	}
	seen := fresh.mem.clone()
	return seen, fresh.unselect()
}

// unselect leaves the mailbox, so that what follows can be said by itself.
func (c *client) unselect() error {
	_, err := c.sendCommand(&sentCommand{line: "UNSELECT", onOK: c.leave})
	return err
}

// differs compares what a client knows with what is there.
func differs(got, want []told, modseqs bool) error {
	if len(got) != len(want) {
		return fmt.Errorf("it knows of %d messages, and there are %d", len(got), len(want))
	}
	for i := range want {
		g, w := got[i], want[i]
		if g.uid != w.uid || g.flags != w.flags || modseqs && g.modseq != w.modseq {
			return fmt.Errorf("message %d: it knows UID %d (%s) modseq %d, and there is UID %d (%s) modseq %d",
				i+1, g.uid, g.flags, g.modseq, w.uid, w.flags, w.modseq)
		}
	}
	return nil
}

// check compares everybody's knowledge with a fresh connection's, and lets some
// come back from earlier; at the end all, in all ways.
func (m *model) check(all bool) error {
	for _, a := range m.actors {
		if err := m.bringUp(a); err != nil {
			return err
		}
	}
	mark := len(m.log)
	fresh, err := m.connect(clientKind{name: "fresh", enable: "CONDSTORE", condstore: true})
	if err != nil {
		return err
	}
	defer m.drop(fresh)
	for _, a := range m.actors {
		if a.c == nil || a.c.gone() || a.c.mem == nil {
			continue
		}
		if a.c.mem.mbox.Deleted() {
			return fmt.Errorf("connection %s (%s) was not told that its mailbox is gone", a.c.name, a.kind.name)
		}
		truth, err := m.truth(fresh, a.c.mem.mbox)
		if err != nil {
			return err
		}
		if err := differs(a.c.mem.messages, truth.messages, a.kind.condstore); err != nil {
			return fmt.Errorf("connection %s (%s): %w", a.c.name, a.kind.name, err)
		}
		if a.kind.qresync && a.c.mem.highest != truth.highest {
			return fmt.Errorf("connection %s keeps HIGHESTMODSEQ %d, and it is %d", a.c.name, a.c.mem.highest, truth.highest)
		}
	}
	m.log = m.log[:mark] // nothing was found there
	return m.checkReturns(fresh, all)
}

// bringUp gives an actor the chance to hear of everything.
func (m *model) bringUp(a *actor) error {
	for range 3 {
		if a.c == nil || a.c.gone() {
			return nil
		}
		if err := a.c.done(); err != nil || a.c.gone() {
			return err
		}
		if _, err := a.c.send("NOOP"); err != nil || a.c.gone() {
			return err
		}
		if err := a.c.fetchNew(); err != nil || a.c.gone() || a.c.mem == nil || a.c.mem.whole() {
			break
		}
	}
	if err := m.settleAll(); err != nil {
		return err
	}
	return a.c.checkOthers()
}

// checkReturns comes back from memories: from a few, in one way each, or from all
// in all ways.
func (m *model) checkReturns(fresh *client, all bool) error {
	if m.returning == nil && len(m.points) > 0 {
		c, err := m.connect(clientKind{name: "coming back", enable: "QRESYNC", condstore: true, qresync: true})
		if err != nil {
			return err
		}
		m.returning = c
	}
	truths := make(map[*store.Mailbox]*memory)
	for i, point := range m.points {
		for form := range resyncForms {
			if !all && (i+m.steps)%13 != 0 || !all && (i+m.steps)%len(resyncForms) != form {
				continue
			}
			mark := len(m.log)
			if err := m.checkReturn(fresh, truths, point, form); err != nil {
				return fmt.Errorf("from %v by %s: %w", point, resyncForms[form].name, err)
			}
			m.log = m.log[:mark]
		}
	}
	return nil
}

func (m *model) checkReturn(fresh *client, truths map[*store.Mailbox]*memory, point *memory, form int) error {
	mbox, found := m.user.Mailbox(point.mailbox)
	if !found || mbox.UIDValidity() != point.validity {
		return nil // void
	}
	if truths[mbox] == nil {
		truth, err := m.truth(fresh, mbox)
		if err != nil {
			return err
		}
		truths[mbox] = truth
	}
	c := m.returning
	if err := c.comeBack(point, form); err != nil {
		return err
	}
	if err := differs(c.mem.messages, truths[mbox].messages, true); err != nil {
		return err
	}
	return c.unselect()
}

// resyncForm is a way to come back.
type resyncForm struct {
	name   string
	param  func(p *memory) string // of SELECT, "" for none
	vanish func(p *memory) string // the set of a UID FETCH with VANISHED, "" for none
}

// resyncForms are all of RFC 7162, sections 3.2.5 and 3.2.6.
var resyncForms = []resyncForm{
	{"QRESYNC", func(p *memory) string { return known(p, "", "") }, nil},
	{"known UIDs", func(p *memory) string { return known(p, p.knownUIDs(), "") }, nil},
	{"a known range", func(p *memory) string { return known(p, upTo(p), "") }, nil},
	{"known UIDs and match data", func(p *memory) string { return known(p, p.knownUIDs(), p.matchData(1)) }, nil},
	{"a known range and match data", func(p *memory) string { return known(p, upTo(p), p.matchData(3)) }, nil},
	{"match data", func(p *memory) string { return known(p, "", p.matchData(2)) }, nil},
	{"UID FETCH 1:*", nil, func(*memory) string { return "1:*" }},
	{"UID FETCH of a range", nil, upTo},
	{"UID FETCH backwards", nil, func(*memory) string { return "*:1" }},
}

func known(p *memory, uids, match string) string {
	param := fmt.Sprintf(" (QRESYNC (%d %d", p.validity, p.highest)
	if uids != "" {
		param += " " + uids
	}
	if match != "" {
		param += " " + match
	}
	return param + "))"
}

func upTo(p *memory) string {
	if last := p.lastUID(); last > 0 {
		return fmt.Sprintf("1:%d", last)
	}
	return ""
}

// comeBack selects a mailbox with what is remembered of it. If it is still the same,
// the client knows all of it afterwards, and has asked for what is new alone.
func (c *client) comeBack(point *memory, form int) error {
	f := resyncForms[form]
	c.cache = point.cache()
	defer func() { c.cache = nil }()
	param := " (CONDSTORE)"
	if f.param != nil {
		param = f.param(point)
	}
	if err := c.selectMailbox("SELECT", point.mailbox, param); err != nil || c.mem == nil || c.gone() {
		return err
	}
	if c.mem.validity != point.validity {
		return c.fetchNew()
	}
	if f.vanish != nil {
		if set := f.vanish(point); set != "" {
			cmd := &sentCommand{line: fmt.Sprintf("UID FETCH %s (FLAGS) (CHANGEDSINCE %d VANISHED)", set, point.highest), earlier: true}
			if _, err := c.sendCommand(cmd); err != nil {
				return err
			}
		}
	}
	if _, err := c.send(fmt.Sprintf("UID FETCH %d:* (FLAGS MODSEQ)", point.nextUID())); err != nil {
		return err
	}
	back := fromCache(c.cache)
	if len(back) != len(c.mem.messages) {
		return fmt.Errorf("connection %s came back with %v and has %d messages, and the server says %d", c.name, point, len(back), len(c.mem.messages))
	}
	c.mem.messages = back
	return nil
}
