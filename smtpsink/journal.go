package smtpsink

import (
	"cmp"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/serve"
	"github.com/go-mailtest/mailtest/internal/smtpd"
	"github.com/go-mailtest/mailtest/internal/transcript"
)

// keptSteps is how many steps are kept, the last ones.
const keptSteps = 10_000

// Commands are the steps of all sessions in their order, with their replies, the last
// 10,000 if there were more. CONNECT has the greeting, EOD what became of the message. Data
// is nil: [Sink.Messages] has the messages.
func (s *Sink) Commands() []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.steps[max(0, len(s.steps)-keptSteps):])
}

// stepBegins puts a step into the journal.
func (s *Sink) stepBegins(step *smtpd.Command) {
	s.mu.Lock()
	defer s.mu.Unlock()
	step.Seq = s.history.Next()
	cmd := Command(*step)
	cmd.Data = nil // it may be large
	s.steps = append(s.steps, cmd)
	if len(s.steps) > 2*keptSteps {
		s.steps = append(s.steps[:0], s.steps[keptSteps:]...)
	}
}

// stepAnswered takes in what a step was answered, or that the client cannot have got it.
func (s *Sink) stepAnswered(step *smtpd.Command) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, found := slices.BinarySearchFunc(s.steps, step.Seq, func(c Command, seq uint64) int { return cmp.Compare(c.Seq, seq) })
	if !found {
		return
	}
	c := &s.steps[i]
	c.End, c.Code, c.Enhanced, c.Text, c.Cut = step.End, step.Code, step.Enhanced, step.Text, step.Cut
}

// lastStep is the number of the step that a connection is at.
func (s *Sink) lastStep(conn int) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, cmd := range slices.Backward(s.steps) {
		if cmd.Conn == conn {
			return cmd.Seq
		}
	}
	return 0
}

// connOpened begins the record of a connection.
func (s *Sink) connOpened(conn int) serve.Recorder {
	s.history.Open(s.proto(), conn)
	return s.dialogue.Open(conn)
}

// connClosed ends it.
func (s *Sink) connClosed(conn int, why string) {
	s.inside.Closed(conn)
	s.history.Close(s.proto(), conn, why)
}

func (s *Sink) proto() history.Proto {
	if s.cfg.engine.LMTP {
		return history.LMTP
	}
	return history.SMTP
}

// recorded are mailboxes whose server keeps a history, in which the sink's is to be, and that
// know who has filed a message by the number of the step that brought it.
type recorded interface {
	History() *history.History
	// Keeps is how much of the dialogue is kept, and Dialogue where it will be.
	Keeps(usual int) int
	Dialogue(*transcript.Transcript)
	// Failed records a failure, and returns its text.
	Failed(f history.Failure) string
	FileBy(step uint64, account, mailbox string, raw []byte, flags ...imap.Flag) (imap.UID, error)
}

// history is that of the server to which the sink belongs, or its own.
func (c *config) history() *history.History {
	if server, ok := c.mailboxes.(recorded); ok {
		return server.History()
	}
	return history.New(keptSteps)
}

// newDialogue is where the dialogue is kept.
func (s *Sink) newDialogue() *transcript.Transcript {
	server, ok := s.cfg.mailboxes.(recorded)
	kept := keptBytes
	if ok {
		kept = server.Keeps(kept)
	}
	t := transcript.New(kept, s.cfg.Log, s.history.Next, func(line transcript.Line) string { return formatLine("smtp ", line) })
	if ok {
		server.Dialogue(t)
	}
	return t
}

// failed records a failure, and returns its text.
func (c *config) failed(h *history.History, f history.Failure) string {
	if server, ok := c.mailboxes.(recorded); ok {
		return server.Failed(f)
	}
	h.Note(history.Act{Kind: history.Fail, Args: f.Title, Bad: true, Failure: &f})
	return f.Text
}

// fileBy files a message for the step that brought it.
func (c *config) fileBy(step uint64, d *Delivery, raw []byte, flags ...imap.Flag) (imap.UID, error) {
	if server, ok := c.mailboxes.(recorded); ok {
		return server.FileBy(step, d.Account, d.Mailbox, raw, flags...)
	}
	return c.mailboxes.File(d.Account, d.Mailbox, raw, flags...)
}
