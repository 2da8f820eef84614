package imapd_test

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// The commands of TestSharing: what they ask, and what the oracle makes of them.

func drawRights(t *rapid.T) letters {
	return letters(rapid.StringOfN(rapid.RuneFrom([]rune("lllrrrswipkxteacd")), 0, 6, -1).Draw(t, "rights"))
}

func (s *sharing) changeACL(t *rapid.T) {
	p, m := s.peer(t), s.some(t)
	who := rapid.SampledFrom([]string{"ann", "bob", "eve", "anyone", "-bob", "-anyone", "team"}).Draw(t, "who")
	may := m.rights(p.account).has("la")
	op := rapid.SampledFrom([]string{"", "+", "-", "delete"}).Draw(t, "op")
	if op == "delete" {
		s.expect(t, p, "DELETEACL "+quoted(m.path(p.account))+" "+who, may, m)
	} else {
		rights := drawRights(t)
		s.expect(t, p, "SETACL "+quoted(m.path(p.account))+" "+who+" "+quoted(op+string(rights)), may, m)
		if may {
			rights = rights.standard()
			switch op {
			case "+":
				rights += m.acl[who]
			case "-":
				rights = m.acl[who].less(rights)
			}
			m.acl[who] = rights.standard()
		}
	}
	if may && op == "delete" {
		delete(m.acl, who)
	}
	if m.owner != "" {
		m.acl[m.owner] = (m.acl[m.owner] + "la").standard()
	}
}

func (s *sharing) askRights(t *rapid.T) {
	p, m := s.peer(t), s.some(t)
	name, rights := quoted(m.path(p.account)), m.rights(p.account)
	lines := s.expect(t, p, "MYRIGHTS "+name, rights.has("l"), m)
	if rights.has("l") {
		fields := strings.Fields(lines[len(lines)-1])
		if got := letters(fields[len(fields)-1]); got != rights.told() {
			s.fail(t, "MYRIGHTS of %s: %s, want %s", p.account, got, rights.told())
		}
	}
	s.expect(t, p, "GETACL "+name, rights.has("la"), m)
	s.expect(t, p, "LISTRIGHTS "+name+" bob", rights.has("la"), m)
}

func (s *sharing) selectOne(t *rapid.T) {
	p, m := s.peer(t), s.some(t)
	word := rapid.SampledFrom([]string{"SELECT", "SELECT", "EXAMINE"}).Draw(t, "word")
	rights := m.rights(p.account)
	s.expect(t, p, word+" "+quoted(m.path(p.account)), rights.has("lr"), m)
	p.selected, p.readOnly = nil, word == "EXAMINE"
	if rights.has("lr") {
		p.selected = m
	}
}

// leave closes the mailbox, which expunges with e and is OK without.
func (s *sharing) leave(t *rapid.T) {
	p := s.peer(t)
	if p.selected == nil {
		return
	}
	s.expect(t, p, "CLOSE", true)
	if !p.readOnly && p.selected.rights(p.account).has("e") {
		p.selected.purge()
	}
	p.selected = nil
}

func (m *omailbox) purge() {
	m.messages = slices.DeleteFunc(m.messages, func(msg *omessage) bool { return msg.flags[`\Deleted`] })
}

func drawFlags(t *rapid.T) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(oflags), 0, 3, rapid.ID).Draw(t, "flags")
}

func (s *sharing) append(t *rapid.T) {
	p, m, flags := s.peer(t), s.some(t), drawFlags(t)
	s.subjects++
	subject := fmt.Sprintf("secret %d", s.subjects)
	text := "Subject: " + subject + ".\r\n\r\n"
	may := m.rights(p.account).has("li")
	s.expect(t, p, fmt.Sprintf("APPEND %s (%s) {%d+}\r\n%s", quoted(m.path(p.account)), strings.Join(flags, " "), len(text), text), may, m)
	if may {
		m.put(p.account, subject, flags)
	}
}

// current is a connection with a mailbox selected.
func (s *sharing) current(t *rapid.T) *sharer {
	if p := s.peer(t); p.selected != nil {
		return p
	}
	s.selectOne(t)
	if p := s.peer(t); p.selected != nil {
		return p
	}
	return nil
}

func (s *sharing) storeFlags(t *rapid.T) {
	p := s.current(t)
	if p == nil {
		return
	}
	m, flags := p.selected, drawFlags(t)
	op := rapid.SampledFrom([]string{"+", "-", ""}).Draw(t, "op")
	rights := m.rights(p.account)
	may := !p.readOnly && rights.hasAny("swt")
	if len(flags) > 0 {
		may = !p.readOnly && slices.ContainsFunc(flags, func(flag string) bool { return rights.has(flagRight(flag)) })
	}
	s.expect(t, p, fmt.Sprintf("UID STORE 1:* %sFLAGS (%s)", op, strings.Join(flags, " ")), may)
	if !may {
		return
	}
	for _, msg := range m.messages {
		for _, flag := range oflags {
			if named := slices.Contains(flags, flag); named || op == "" {
				m.set(msg, p.account, flag, named && op != "-")
			}
		}
	}
}

// fetch shows the subjects and the flags of all messages, as the account has them.
func (s *sharing) fetch(t *rapid.T) {
	p := s.current(t)
	if p == nil {
		return
	}
	m := p.selected
	item := rapid.SampledFrom([]string{"BODY.PEEK[]", "BODY[]"}).Draw(t, "item")
	lines := s.expect(t, p, "UID FETCH 1:* (FLAGS "+item+")", true)
	for _, msg := range m.messages {
		if item == "BODY[]" && !p.readOnly {
			m.set(msg, p.account, `\Seen`, true)
		}
		if text := strings.Join(lines, "\n"); !strings.Contains(text, msg.subject+".") {
			s.fail(t, "%s does not read %q in %s:%s:\n%s", p.account, msg.subject, m.owner, m.name, text)
		}
	}
	lines = s.expect(t, p, "UID FETCH 1:* (FLAGS)", true)
	for i, msg := range m.messages {
		_, got, _ := strings.Cut(lines[i], "FLAGS (")
		got, _, _ = strings.Cut(got, ")")
		is := strings.Fields(strings.ReplaceAll(got, `\Recent`, ""))
		if want := m.flagsOf(msg, p.account); !slices.Equal(is, want) {
			s.fail(t, "%s sees %v on %q, want %v", p.account, is, msg.subject, want)
		}
	}
}

func (s *sharing) expunge(t *rapid.T) {
	p := s.current(t)
	if p == nil {
		return
	}
	command := rapid.SampledFrom([]string{"EXPUNGE", "UID EXPUNGE 1:*"}).Draw(t, "command")
	may := !p.readOnly && p.selected.rights(p.account).has("e")
	s.expect(t, p, command, may)
	if may {
		p.selected.purge()
	}
}

// copy is COPY and MOVE: i where to, and for MOVE t and e where from (RFC 6851, section
// 4.2).
func (s *sharing) copy(t *rapid.T) {
	p := s.current(t)
	if p == nil {
		return
	}
	from, to := p.selected, s.some(t)
	word := rapid.SampledFrom([]string{"COPY", "MOVE"}).Draw(t, "word")
	if from == to || len(to.messages) > 20 {
		return
	}
	may := to.rights(p.account).has("li")
	if word == "MOVE" {
		may = may && !p.readOnly && from.rights(p.account).has("te")
	}
	s.expect(t, p, "UID "+word+" 1:* "+quoted(to.path(p.account)), may)
	if !may {
		return
	}
	for _, msg := range from.messages {
		to.put(p.account, msg.subject, from.flagsOf(msg, p.account))
	}
	if word == "MOVE" {
		from.messages = nil
	}
}

// drawName is a place where there may be a mailbox.
func drawName(t *rapid.T) (owner, name string) {
	owner = rapid.SampledFrom(append([]string{""}, sharers...)).Draw(t, "owner")
	name = rapid.SampledFrom([]string{"T1", "T2", "T3"}).Draw(t, "top")
	for range rapid.IntRange(0, 2).Draw(t, "depth") {
		name += "/" + rapid.SampledFrom([]string{"x", "y"}).Draw(t, "level")
	}
	return owner, name
}

func (s *sharing) create(t *rapid.T) {
	p := s.peer(t)
	owner, name := drawName(t)
	may := s.find(owner, name) == nil && s.mayCreate(p.account, owner, name)
	s.expect(t, p, "CREATE "+quoted(path(p.account, owner, name)), may)
	if may {
		s.oracle.create(owner, name)
	}
}

func (s *sharing) delete(t *rapid.T) {
	p, m := s.peer(t), s.some(t)
	if len(s.below(m)) > 0 || m.name == "INBOX" {
		return // its name would stay
	}
	if m.owner == "" && strings.Count(m.name, "/") == 0 {
		return // there would be no shared namespace without the last of them
	}
	may := m.rights(p.account).has("lx")
	s.expect(t, p, "DELETE "+quoted(m.path(p.account)), may, m)
	if may {
		m.gone = true
		if p.selected == m {
			p.selected = nil // who deletes what it has selected is not thrown out
		}
	}
}

// rename takes x on the mailbox and k above the new name; what is below it goes along, and
// the rights stay (section 4).
func (s *sharing) rename(t *rapid.T) {
	p, m := s.peer(t), s.some(t)
	owner, name := drawName(t)
	if m.name == "INBOX" || m.owner == "" && strings.Count(m.name, "/") == 0 {
		return
	}
	may := m.rights(p.account).has("lx") && m.owner == owner && s.find(owner, name) == nil &&
		!strings.HasPrefix(name, m.name+"/") && s.mayCreate(p.account, owner, name)
	s.expect(t, p, "RENAME "+quoted(m.path(p.account))+" "+quoted(path(p.account, owner, name)), may, m)
	if !may {
		return
	}
	below := s.below(m)
	old := m.name
	made := s.oracle.create(owner, name) // with those above it
	made.gone = true
	for _, other := range append(below, m) {
		other.name = name + strings.TrimPrefix(other.name, old)
	}
}

// list shows what is there for the account, and nothing else.
func (s *sharing) list(t *rapid.T) {
	p := s.peer(t)
	lines := s.expect(t, p, `LIST "" * RETURN (MYRIGHTS)`, true)
	text := strings.Join(lines, "\n") + "\n"
	for _, m := range s.mailboxes {
		if m.gone {
			continue
		}
		name := quoted(m.path(p.account))
		if m.path(p.account) == "INBOX" {
			name = "INBOX"
		}
		is := strings.Contains(text, `"/" `+name+"\n") && strings.Contains(text, "* MYRIGHTS "+name+" ")
		if want := m.rights(p.account).has("l"); is != want {
			s.fail(t, "%s is listed %s: %v, want %v:\n%s", p.account, name, is, want, text)
		}
	}
}

func (s *sharing) status(t *rapid.T) {
	p, m := s.peer(t), s.some(t)
	may := m.rights(p.account).has("lr")
	lines := s.expect(t, p, "STATUS "+quoted(m.path(p.account))+" (MESSAGES UNSEEN)", may, m)
	if !may {
		return
	}
	unseen := 0
	for _, msg := range m.messages {
		if !m.has(msg, p.account, `\Seen`) {
			unseen++
		}
	}
	if want := fmt.Sprintf("(MESSAGES %d UNSEEN %d)", len(m.messages), unseen); !strings.HasSuffix(lines[len(lines)-1], want) {
		s.fail(t, "%s: got %s, want %s", p.account, lines[len(lines)-1], want)
	}
}
