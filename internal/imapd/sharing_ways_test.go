package imapd_test

import (
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/internal/store"
)

// More ways to a mailbox of another account than to select it.

// uidOf is where to find a message of the oracle; the store says it, and nothing else.
func (s *sharing) uidOf(m *omailbox, i int) imap.UID {
	core := (*store.Store)(s.srv.Store())
	if m.owner == "" {
		for _, shared := range core.SharedMailboxes() {
			if shared.Name() == m.name {
				return shared.Messages()[i].UID
			}
		}
	}
	user, _ := core.User(m.owner)
	mbox, _ := user.Mailbox(m.name)
	return mbox.Messages()[i].UID
}

// search looks into all that there may be (RFC 7377): it takes l and r to be found anything in.
func (s *sharing) search(t *rapid.T) {
	p := s.peer(t)
	const everywhere = `ESEARCH IN (personal subtree ("Other Users" "Shared")) RETURN (COUNT) SUBJECT "secret"`
	text := strings.Join(s.expect(t, p, everywhere, true), "\n") + "\n"
	for _, m := range s.mailboxes {
		if m.gone {
			continue
		}
		name := quoted(m.path(p.account))
		if m.path(p.account) == "INBOX" {
			name = "INBOX"
		}
		_, found, is := strings.Cut(text, "MAILBOX "+name+" ")
		if want := m.rights(p.account).has("lr") && len(m.messages) > 0; is != want {
			s.fail(t, "%s finds mail in %s: %v, want %v:\n%s", p.account, name, is, want, text)
		}
		line, _, _ := strings.Cut(found, "\n")
		if want := fmt.Sprintf(" COUNT %d", len(m.messages)); is && !strings.HasSuffix(line, want) {
			s.fail(t, "%s finds in %s%s, want%s", p.account, name, line, want)
		}
	}
}

// catenate makes a message of another one by its URL (RFC 4469): r on that, i on where it
// comes.
func (s *sharing) catenate(t *rapid.T) {
	p, from, to := s.peer(t), s.some(t), s.some(t)
	if len(from.messages) == 0 || len(to.messages) > 20 {
		return
	}
	i := rapid.IntRange(0, len(from.messages)-1).Draw(t, "message")
	url := fmt.Sprintf("/%s/;UID=%d", strings.ReplaceAll(from.path(p.account), " ", "%20"), s.uidOf(from, i))
	may := from.rights(p.account).has("lr") && to.rights(p.account).has("li")
	subject := from.messages[i].subject
	s.expect(t, p, fmt.Sprintf("APPEND %s CATENATE (URL %q)", quoted(to.path(p.account)), url), may)
	if may {
		to.put(p.account, subject, nil)
	}
}

// replace puts a message into a mailbox and takes another out of the selected one (RFC 8508,
// section 4.1).
func (s *sharing) replace(t *rapid.T) {
	p := s.current(t)
	if p == nil || len(p.selected.messages) == 0 {
		return
	}
	from, to, flags := p.selected, s.some(t), drawFlags(t)
	i := rapid.IntRange(0, len(from.messages)-1).Draw(t, "message")
	s.subjects++
	subject := fmt.Sprintf("secret %d", s.subjects)
	text := "Subject: " + subject + ".\r\n\r\n"
	may := !p.readOnly && from.rights(p.account).has("te") && to.rights(p.account).has("li")
	command := fmt.Sprintf("UID REPLACE %d %s (%s) {%d+}\r\n%s", s.uidOf(from, i), quoted(to.path(p.account)), strings.Join(flags, " "), len(text), text)
	if s.expect(t, p, command, may); !may {
		return
	}
	to.put(p.account, subject, flags)
	from.messages = append(from.messages[:i:i], from.messages[i+1:]...)
}

// annotate sets a comment of a mailbox (RFC 5464, section 3.3: l and one of r, s, w, i, p), and
// asks for it. It is a secret as subjects are.
func (s *sharing) annotate(t *rapid.T) {
	p, m := s.peer(t), s.some(t)
	rights := m.rights(p.account)
	may := rights.has("l") && rights.hasAny("rswip")
	name := quoted(m.path(p.account))
	if rapid.Bool().Draw(t, "set") {
		s.subjects++
		note := fmt.Sprintf("note %d.", s.subjects)
		if s.expect(t, p, fmt.Sprintf("SETMETADATA %s (/shared/comment %q)", name, note), may, m); may {
			m.note = note
		}
	}
	want := `(/shared/comment NIL)`
	if m.note != "" {
		want = fmt.Sprintf("(/shared/comment %q)", m.note)
	}
	text := strings.Join(s.expect(t, p, "GETMETADATA "+name+" /shared/comment", may, m), "\n")
	if strings.Contains(text, want) != may || !may && text != "" {
		s.fail(t, "%s: the comment of %s:%s: %q, want %s: %v", p.account, m.owner, m.name, text, want, may)
	}
}
