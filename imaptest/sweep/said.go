package sweep

import (
	"fmt"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// said is what the server said to a command of an undisturbed run.
type said struct {
	tag, name string
	lines     []string // without continuation requests
	unasked   []string // what it might have said besides, and would be true
}

// listener keeps what the server says to each connection.
type listener struct {
	srv *imaptest.Server

	mu    sync.Mutex // guards what follows
	conns map[int][]*said
}

// listen has a listener hear all answers.
func listen(srv *imaptest.Server) *listener {
	l := &listener{srv: srv, conns: make(map[int][]*said)}
	srv.On("*").Optional().Before(l.begins).Edit(l.hears)
	return l
}

func (l *listener) begins(cmd *imaptest.Command) {
	one := &said{tag: cmd.Tag, name: cmd.Name, unasked: unasked(l.srv, cmd)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns[cmd.Conn] = append(l.conns[cmd.Conn], one)
}

func (l *listener) hears(cmd *imaptest.Command, line string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if list := l.conns[cmd.Conn]; len(list) > 0 && !strings.HasPrefix(line, "+") {
		last := list[len(list)-1]
		last.lines = append(last.lines, line)
	}
	return []string{line}
}

// of is what was said to each of some commands, nil where that is not known.
func (l *listener) of(commands []imaptest.Command) []*said {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := make(map[int]int) // by connection
	out := make([]*said, len(commands))
	for i, cmd := range commands {
		list := l.conns[cmd.Conn]
		if one := at(list, next[cmd.Conn]); one != nil && one.tag == cmd.Tag && one.name == cmd.Name {
			out[i] = one
			next[cmd.Conn]++
		}
	}
	return out
}

// whole is the command as it was answered, where the client has hung up before that was sent: how
// far the answer came then is not the same each time.
func (s *said) whole(cmd imaptest.Command) imaptest.Command {
	if len(s.lines) == 0 || cmd.Status != "" {
		return cmd
	}
	tagged, is := strings.CutPrefix(s.lines[len(s.lines)-1], cmd.Tag+" ")
	if !is {
		return cmd
	}
	cmd.Lines, cmd.Untagged = nil, len(s.lines)-1
	for _, line := range s.lines {
		cmd.Lines = append(cmd.Lines, len(line)+len("\r\n"))
	}
	status, text, _ := strings.Cut(tagged, " ")
	cmd.Status, cmd.Text = imap.StatusResponseType(status), text
	return cmd
}

// unasked are responses that a server may send to whoever has a mailbox selected (RFC 9051,
// section 7): how many messages there are, and the flags of the first.
func unasked(srv *imaptest.Server, cmd *imaptest.Command) []string {
	user, found := srv.Store().User(cmd.User)
	if !found || cmd.Mailbox == "" {
		return nil
	}
	mbox, found := user.Mailbox(cmd.Mailbox)
	if !found {
		return nil
	}
	all := mbox.Messages()
	out := []string{fmt.Sprintf("* %d EXISTS", len(all))}
	if len(all) > 0 {
		out = append(out, fmt.Sprintf("* 1 FETCH (FLAGS (%s))", flagText(all[0].Flags)))
	}
	return out
}
