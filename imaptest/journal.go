package imaptest

import (
	"cmp"
	"maps"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// journalSize is how many commands are kept, the last ones. What is counted is
// counted for ever.
const journalSize = 10_000

// Command is a command that a client sent, and how it was answered.
type Command struct {
	Seq     uint64 // its place in the order of all that happens, the steps of SMTP too
	Conn    int    // 1, 2, … in the order of connecting
	User    string // the account; "" before login. That of a LOGIN is whom it logged in
	Tag     string
	Name    string // in upper case, "UID FETCH"; "" if it had none
	Args    string // as sent, secrets masked and long literals shortened
	Mailbox string // selected when the command began, "" for none

	Start time.Time
	End   time.Time // zero while it runs

	Status imap.StatusResponseType // OK, NO, BAD or BYE; "" while it runs, and if the connection ended before the whole answer was sent
	Code   string                  // the response code without brackets, "COPYUID 7 3 1"
	Text   string                  // what the answer says besides
	Cut    bool                    // the connection ended, by a rule or not, before the whole answer was sent

	Untagged int   // untagged responses that were sent meanwhile
	Lines    []int // the sizes of the lines of the response that were sent, literals and CRLF included, the first 1,000 of them; continuation requests are none
	Literals int   // how many literals the client sent
	BytesIn  int64 // of the command
	BytesOut int64 // of all responses, the tagged one too
}

// String is the command without its tag: "SELECT INBOX".
func (c Command) String() string {
	if c.Args == "" {
		return c.Name
	}
	return c.Name + " " + c.Args
}

// Result is the tagged response without its tag: "OK [READ-WRITE] SELECT
// completed". It is "" while the command runs, and if the connection ended
// first.
func (c Command) Result() string {
	out := string(c.Status)
	if c.Code != "" {
		out += " [" + c.Code + "]"
	}
	if c.Text != "" {
		out += " " + c.Text
	}
	return out
}

// Running says that the command has not been answered, and its connection is
// still open.
func (c Command) Running() bool { return c.End.IsZero() }

// entry is a command in the journal.
type entry struct {
	Command
	done    uint64 // the place of its answer; 0 while it runs
	attempt string // whom the connection gave a password for last
}

// journal is every command of every connection, in the order in which they
// began.
type journal struct {
	entries []*entry // the last journalSize of them, and at times a few more
	gone    tally    // of those that were there before these
	total   int
	before  int // how many there were before Mark
}

// add is a command that begins, and what is forgotten for it.
func (j *journal) add(cmd *imapd.Command) (e *entry, forgotten []*entry) {
	e = &entry{Command: commandOf(cmd)}
	if surplus := len(j.entries) - journalSize; surplus >= journalSize/10 {
		forgotten = j.entries[:surplus]
		j.gone = j.gone.with(forgotten)
		j.entries = append([]*entry(nil), j.entries[surplus:]...)
	}
	j.entries = append(j.entries, e)
	j.total++
	return e, forgotten
}

// counts are how many commands there were by name.
func (j *journal) counts() tally { return j.gone.with(j.entries) }

// tally is how many commands there were by name; those whose names are too many are
// counted under "".
type tally map[string]int

// maxNames bounds the names that are counted one by one: a client may send any word.
const maxNames = 1000

// with is the tally with more commands.
func (t tally) with(entries []*entry) tally {
	if t = maps.Clone(t); t == nil {
		t = make(tally)
	}
	for _, e := range entries {
		name := e.Name
		if _, known := t[name]; !known && len(t) >= maxNames {
			name = ""
		}
		t[name]++
	}
	return t
}

// argsOf is the line without tag and name.
func argsOf(cmd *imapd.Command) string {
	_, rest, _ := strings.Cut(cmd.Line, " ")
	for range strings.FieldsSeq(cmd.Name) {
		_, rest, _ = strings.Cut(rest, " ")
	}
	return rest
}

// finish takes in how the command was answered.
func (e *entry) finish(cmd *imapd.Command) {
	e.End, e.Untagged, e.BytesIn, e.BytesOut = cmd.End, cmd.Untagged, cmd.BytesIn, cmd.BytesOut
	e.Lines, e.Literals = cmd.Lines, cmd.Literals
	e.Status, e.Code, e.Text, e.Cut = "", "", "", cmd.Lost
	if cmd.Lost {
		return
	}
	status, rest, _ := strings.Cut(cmd.Result, " ")
	e.Status = imap.StatusResponseType(status)
	e.Code, e.Text = cutCode(rest)
}

// cutCode splits a text behind its response code. A server may have no text, and may have
// something else in brackets: a code begins with an atom (RFC 3501, section 9,
// resp-text-code).
func cutCode(text string) (code, rest string) {
	end := strings.Index(text, "] ")
	if end < 0 && strings.HasSuffix(text, "]") {
		end = len(text) - 1
	}
	if !strings.HasPrefix(text, "[") || end < 2 {
		return "", text
	}
	code = text[1:end]
	word, _, _ := strings.Cut(code, " ")
	if word == "" || strings.ContainsAny(word, `"=%*\{}()[`) {
		return "", text
	}
	return code, strings.TrimPrefix(text[end+1:], " ")
}

// commands are those that are left, as they are now, and how many are gone.
func (rec *recorder) commands() (list []Command, dropped int) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	entries := rec.journal.entries
	entries = entries[max(0, len(entries)-journalSize):]
	out := make([]Command, len(entries))
	for i, e := range entries {
		out[i] = e.Command
	}
	return out, rec.journal.total - len(out)
}

// Commands is every command of every connection, in the order in which they
// began; the last 10,000 if there were more. What could not be parsed is among
// them, with its BAD.
func (s *Server) Commands() []Command {
	list, _ := s.rec.commands()
	return list
}

// begun is how many commands there were since the server was started, before Mark too.
func (rec *recorder) begun() int {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return rec.journal.before + rec.journal.total
}

// Mark begins the journal anew: what [Server.AssertCommands], [Server.CommandCount] and the
// others say is about what follows. A command that runs is before the mark.
func (s *Server) Mark() {
	defer s.deed().done()
	s.rec.mu.Lock()
	defer s.rec.mu.Unlock()
	s.rec.remember(s.rec.journal.entries)
	s.rec.journal = journal{before: s.rec.journal.before + s.rec.journal.total}
}

// total is how many commands there were.
func (rec *recorder) total() int {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return rec.journal.total
}

// CommandCount is how many commands of a name there were, "UID FETCH" for one; "FETCH" is
// that by sequence number alone, and "*" all. A name of no command fails the test.
func (s *Server) CommandCount(name string) int {
	s.t.Helper()
	if name == "*" {
		return s.rec.total()
	}
	if wrong := s.wrongCommands(newPattern(name)); wrong != "" || len(strings.Fields(name)) > 2 {
		s.errorf(s.t, "CommandCount(%q): %s", name, cmp.Or(wrong, "that is more than a name"))
		return 0
	}
	s.rec.mu.Lock()
	defer s.rec.mu.Unlock()
	return s.rec.journal.counts()[strings.ToUpper(name)]
}

// CommandCounts is how many commands there were by name; of more than a thousand
// names those behind them are counted under "".
func (s *Server) CommandCounts() map[string]int {
	s.rec.mu.Lock()
	defer s.rec.mu.Unlock()
	return s.rec.journal.counts()
}

// ConnsOpened is how many connections there were so far.
func (s *Server) ConnsOpened() int {
	s.rec.mu.Lock()
	defer s.rec.mu.Unlock()
	return s.rec.opened
}

// Handshakes is how many TLS handshakes have begun, of STARTTLS and of TLSAddr: those that
// [Server.OnTLS] counts.
func (s *Server) Handshakes() int { return int(s.handshakes.Load()) }

// ConnsRefused is how many connections [Server.Dial] has refused, after [Server.Refuse] or
// Close. Those that the operating system refuses nobody counts.
func (s *Server) ConnsRefused() int { return int(s.refused.Load()) }

// ConnsOpen is how many connections are open. Those that the server has dropped are not.
func (s *Server) ConnsOpen() int { return len(s.engine.Sessions()) }

// RoundTrips is how often a client had to wait for the server: for each
// greeting, and for each answer or continuation request that was sent because
// there was nothing more to read. Commands that arrive together, pipelined,
// are one. What IDLE pushes is none.
func (s *Server) RoundTrips() int { return int(s.engine.RoundTrips()) }
